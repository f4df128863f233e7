#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The commands of xfrm-pcpu that deal with many SAs, and what each says to bad
# input. bind, move, unbind and expect are in kmod/genl.sh. Needs 4 CPUs.
. "$(dirname "$0")/lib.sh"

subtests=(
	"status|status: SAs with packets, age and the share of the fallback"
	"status_json|status as JSON"
	"attach|attach: the SAs of a reqid go to CPUs in order, the newest stays"
	"attach_again|attach: run again it keeps what is and gives what is free"
	"attach_directions|attach: each direction is a group of its own"
	"attach_watch|attach --watch: SAs that come and go are attended to, rekeys too"
	"attach_errors|attach: bad input and what the kernel refuses, SA by SA"
	"save_restore|save, rmmod, insmod, restore: each SA carries its CPU's traffic"
	"restore_partial|restore: what cannot be put back is told, the rest is put back"
	"restore_input|restore: bad input changes nothing"
	"monitor|monitor: SAs that come, change and go"
	"monitor_acquires|monitor --acquires: ACQUIREs of CPUs"
	"top|top: each CPU with its SA and those on the fallback, three times"
	"top_ends|top: SIGTERM ends it, and so does the end of the module"
	"metrics|metrics: what was sent is in them, by SA and CPU, and FILE is replaced as a whole"
	"metrics_stock|metrics: without the module there are fewer"
	"report|report: all that a bug report needs, and no key in any spelling"
	"check_works|check: all is there"
	"check_module|check: the module is missing, and attach and the like say so"
	"check_daemon|check: a daemon and its version"
	"check_plugin|check: the plugin, and the strongSwan that it is for"
	"check_helper|check: the helper, installed and running, and its version"
	"native_changes|a kernel of its own: no SA is moved, and that is said"
	"unprivileged|without CAP_NET_ADMIN every command says what it needs"
)

# sas COUNT: SAs 0x1001 to 0x100COUNT, the first one the oldest.
sas() {
	local i

	for ((i = 1; i <= $1; i++)); do
		add_sa_pair $((0x1000 + i)) -
	done
}

# three_of_twelve: so many packets went by the fallback, the others by CPU 0's SA.
three_of_twelve() {
	topology 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	receive
	send 0 9
	send 1 3
}

status() {
	three_of_twelve
	pcpu "$A" status >"$tmp/status"
	grep -q "^inet dst $OUT_DST src $OUT_SRC reqid 1 mode tunnel proto esp if_id 0x0 fallback 3 of 12 packets (25.0 %)\$" "$tmp/status"
	grep -qE "^    spi 0x00001000 cpu fallback dir out state (valid|-) packets 3 bytes [1-9][0-9]* age [0-9]+ s\$" "$tmp/status"
	grep -qE "^    spi 0x00001001 cpu 0 dir out state (valid|-) packets 9 " "$tmp/status"
}

status_json() {
	topology 6 transport
	[ "$(pcpu "$A" status --json)" = "[]" ]
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 2
	receive
	send 2 4
	pcpu "$A" status --json >"$tmp/json"
	[ "$(jq '.[0].bound, .[0].packets, .[0].fallback_packets' "$tmp/json" | paste -sd,)" = 1,4,0 ]
	[ "$(jq -c '.[0].sas | map([.spi, .cpu, .packets])' "$tmp/json")" = \
		'[["0x00001000",null,0],["0x00001001",2,4]]' ]
}

attach() {
	skip_native "the CPU of an SA does not change"
	topology 4 tunnel
	sas 4
	x "$A" newsa src="$OUT_SRC" dst="$OUT_DST" mode=tunnel reqid=2 spi=0x2000 dir=out
	pcpu "$A" attach 1 3,0-1 >"$tmp/attached"
	[ "$(grep -c ": attached\$" "$tmp/attached")" = 3 ]
	expect_cpu "$A" 0x1001 3
	expect_cpu "$A" 0x1002 0
	expect_cpu "$A" 0x1003 1
	expect_cpu "$A" 0x1004 none
	expect_cpu "$A" 0x2000 none
	receive
	send 0-3 5
	delivered
	for spi in 0x1001 0x1002 0x1003 0x1004; do
		expect_packets "$spi" 5
	done
	[ "$(pcpu "$A" attach 1 3,0-1 --json | jq -c 'map([.spi, .cpu, .done, .text])')" = \
		'[["0x00001001",3,true,"had it"],["0x00001002",0,true,"had it"],["0x00001003",1,true,"had it"],["0x00001004",null,true,"stays"]]' ]
}

attach_again() {
	skip_native "the CPU of an SA does not change"
	topology 4 tunnel
	sas 3
	pcpu "$A" attach 1 0-1 >/dev/null
	# The SA of CPU 0 is rekeyed: the new one is the fallback until the old
	# one is gone, then the old fallback has its CPU.
	add_sa_pair 0x1004 -
	pcpu "$A" attach 1 0-1 >/dev/null
	expect_cpu "$A" 0x1003 none
	expect_cpu "$A" 0x1004 none
	delete_sa 0x1001
	pcpu "$A" attach 1 0-1 >/dev/null
	expect_cpu "$A" 0x1002 1
	expect_cpu "$A" 0x1003 0
	expect_cpu "$A" 0x1004 none
	pcpu "$A" attach 1 0-2 --no-fallback >/dev/null
	expect_cpu "$A" 0x1004 2
}

attach_directions() {
	skip_native "the CPU of an SA does not change"
	topology 4 tunnel
	sas 2
	x "$A" newsa src="$OUT_DST" dst="$OUT_SRC" mode=tunnel reqid=1 spi=0x2001 dir=in
	x "$A" newsa src="$OUT_DST" dst="$OUT_SRC" mode=tunnel reqid=1 spi=0x2002 dir=in
	pcpu "$A" attach 1 2-3 dst "$OUT_SRC" >/dev/null
	expect_cpu "$A" 0x1001 none
	pcpu "$A" attach 1 2-3 >/dev/null
	expect_cpu "$A" 0x1001 2
	expect_cpu "$A" 0x1002 none
	[ "$(pcpu "$A" save | grep -c "dst=$OUT_SRC spi=0x00002001 .*cpu=2\$")" = 1 ]
	not grep -q 0x00002002 <<<"$(pcpu "$A" save)"
}

# has_cpu NAMESPACE SPI CPU
has_cpu() {
	[ "$(sa_cpu "$1" "$2")" = "$3" ]
}

attach_watch() {
	local i spi

	skip_native "the CPU of an SA does not change"
	topology 4 tunnel
	xns exec "$A" xfrm-pcpu attach 1 0-2 --watch >"$tmp/watched" 2>&1 &
	busywait 20000 listens $!
	sas 4
	for i in 0 1 2; do
		busywait 20000 has_cpu "$A" $((0x1001 + i)) "$i" || fail "CPU $i: $(cat "$tmp/watched")"
	done
	expect_cpu "$A" 0x1004 none
	# Each is rekeyed: the new one comes before the old one goes.
	for i in 1 2 3 4; do
		add_sa_pair $((0x1004 + i)) -
		delete_sa $((0x1000 + i))
		busywait 20000 eval '[ "$(pcpu "$A" status --json | jq -c "[.[].sas[].cpu] | sort")" = "[null,0,1,2]" ]' ||
			fail "after rekey $i: $(pcpu "$A" status)"
	done
	# Others do not matter, and what is as wanted is not told again.
	x "$A" newsa src="$OUT_SRC" dst="$OUT_DST" mode=tunnel reqid=2 spi=0x2000 dir=out
	x "$A" newsa src="$OUT_SRC" dst="$OUT_DST" mode=tunnel reqid=2 spi=0x2001 dir=out
	[ "$(grep -c ": attached\$" "$tmp/watched")" = 7 ] || fail "told: $(cat "$tmp/watched")"
	expect_cpu "$A" 0x2000 none
	x "$A" flushsa
	x "$B" flushsa
	sas 2
	busywait 20000 has_cpu "$A" 0x1001 0
	module_unload
	delete_sa 0x1002
	busywait 20000 not kill -0 $!
	module_load
	grep -q "xfrm_pcpu is not loaded" "$tmp/watched"
}

attach_errors() {
	skip_native "the CPU of an SA does not change"
	topology 4 tunnel
	sas 3
	denied 1 "no such SA with reqid 7: ip xfrm state shows all" "$A" attach 7 0-3
	denied 1 "no such SA with reqid 1" "$A" attach 1 0-3 dst 10.0.0.9
	denied 2 "expected a list like 0-3,8" "$A" attach 1 0-
	denied 2 "CPUS is missing" "$A" attach 1
	denied 2 "Try: xfrm-pcpu attach --help" "$A" attach 1 0 frob

	# The first CPU is none, the second one is.
	if pcpu "$A" attach 1 5000,1 >"$tmp/attached" 2>"$tmp/complaint"; then
		fail "CPU 5000 is accepted"
	fi
	grep -q "spi 0x00001001 proto esp cpu 5000: FAILED: " "$tmp/attached"
	grep -q "spi 0x00001002 proto esp cpu 1: attached" "$tmp/attached"
	grep -q "1 of 3 SAs are not as wanted" "$tmp/complaint"
	expect_cpu "$A" 0x1002 1
}

save_restore() {
	local i

	skip_native "no module to load anew"
	topology 4 tunnel
	add_sa_pair 0x1000 -
	for i in 0 1 2 3; do
		add_sa_pair $((0x1001 + i)) "$i"
	done
	add_sa_pair 0x1005 1 mark=1/1
	pcpu "$A" save >"$tmp/saved"
	[ "$(grep -c cpu= "$tmp/saved")" = 5 ]
	[ "$(pcpu "$A" status --json | jq -r '[.[].sas[].cpu | numbers] | sort | join(",")')" = 0,1,1,2,3 ]
	denied 2 "not JSON: status --json" "$A" save --json
	module_unload
	module_load
	expect_cpu "$A" 0x1001 none
	pcpu "$A" restore <"$tmp/saved" >"$tmp/restored"
	[ "$(grep -c ": restored\$" "$tmp/restored")" = 5 ]
	for i in 0 1 2 3; do
		expect_cpu "$A" $((0x1001 + i)) "$i"
	done
	expect_cpu "$A" 0x1005 1 mark=1/1
	expect_cpu "$A" 0x1000 none
	receive
	send 0-3 5
	delivered
	for i in 0 1 2 3; do
		expect_packets $((0x1001 + i)) 5
	done
	pcpu "$A" restore <"$tmp/saved" | grep -c ": had it\$" | grep -qx 5
}

restore_partial() {
	skip_native "the CPU of an SA does not change"
	topology 4 tunnel
	add_sa_pair 0x1001 1
	add_sa_pair 0x1002 2
	add_sa_pair 0x1003 3
	pcpu "$A" save >"$tmp/saved"
	delete_sa 0x1001
	delete_sa 0x1002
	x "$A" newsa src="$OUT_SRC" dst="$OUT_DST" mode=tunnel reqid=9 spi=0x1002 dir=out
	pcpu "$A" move "$OUT_DST" 0x1003 0
	if pcpu "$A" restore <"$tmp/saved" >"$tmp/restored" 2>"$tmp/complaint"; then
		fail "it says that all was restored: $(cat "$tmp/restored")"
	fi
	grep -q "spi 0x00001001 .* cpu 1: FAILED: there is no such SA any more" "$tmp/restored"
	grep -q "spi 0x00001002 .* cpu 2: FAILED: another SA has this name now" "$tmp/restored"
	grep -q "spi 0x00001003 .* cpu 3: restored" "$tmp/restored"
	grep -q "2 of 3 SAs are not as wanted" "$tmp/complaint"
	expect_cpu "$A" 0x1002 none
	expect_cpu "$A" 0x1003 3
}

restore_input() {
	skip_native "the CPU of an SA does not change"
	topology 4 tunnel
	add_sa_pair 0x1001 1
	pcpu "$A" save >"$tmp/saved"
	pcpu "$A" unbind "$OUT_DST" 0x1001
	denied 2 "nothing to read" "$A" restore </dev/null
	denied 2 'line 1: expected "xfrm-pcpu save 1"' "$A" restore <<<frob
	sed '$a dst=frob' "$tmp/saved" >"$tmp/bad"
	denied 2 'line 3: bad word "dst=frob"' "$A" restore <"$tmp/bad"
	expect_cpu "$A" 0x1001 none
	pcpu "$A" restore <"$tmp/saved" >/dev/null
	expect_cpu "$A" 0x1001 1
}

# watch NAME OPTION...: monitor in the background, until it listens.
watch() {
	local name=$1
	shift

	xns exec "$A" xfrm-pcpu monitor "$@" >"$tmp/$name" 2>&1 &
	busywait 5000 listens $!
}

saw() {
	busywait 5000 grep -q "$1" "$tmp/watched" || fail "no $1: $(cat "$tmp/watched")"
}

monitor() {
	topology 4 tunnel
	watch watched
	watch json --json --count 1
	add_sa 0x1001 1 hard_packets=3
	if native; then
		saw "^added dst $OUT_DST src $OUT_SRC reqid 1 mode tunnel proto esp if_id 0x0 spi 0x00001001 cpu 1 "
		try_send 1 5
		saw "^expired .* spi 0x00001001 cpu 1 "
		add_sa 0x1002 2
		delete_sa 0x1002
		saw "^deleted .* spi 0x00001002 cpu 2 "
		# No event tells of the flush of an empty SAD.
		add_sa 0x1003 3
		x "$A" flushsa
		saw "^flushed proto"
	else
		saw "^bound dst $OUT_DST src $OUT_SRC reqid 1 mode tunnel proto esp if_id 0x0 spi 0x00001001 cpu 1 "
		delete_sa 0x1001
		saw "^deleted .* spi 0x00001001 cpu 1 "
	fi
	busywait 5000 test -s "$tmp/json"
	[ "$(jq -r '.spi, .cpu' "$tmp/json" | paste -sd' ')" = "0x00001001 1" ]
}

monitor_acquires() {
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	watch watched --acquires
	listen acquire
	try_send 2 1
	saw "^acquire dst $OUT_DST reqid 1 mode tunnel proto esp if_id 0x0 cpu 2 seq "
}

# metric NAME LABEL...: its value, of the one sample that has these labels.
metric() {
	local name=$1 lines
	shift

	lines=$(grep -E "^${name}[{ ]" "$tmp/metrics")
	for label; do
		lines=$(grep -F -- "$label" <<<"$lines") || fail "no $name with $label"
	done
	[ "$(wc -l <<<"$lines")" = 1 ] || fail "$name is there more than once: $lines"
	echo "${lines##* }"
}

# CPUs 0 to 2 have an SA each, CPU 3 has none.
three_and_fallback() {
	topology 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	add_sa_pair 0x1002 1
	add_sa_pair 0x1003 2
	traffic 0-3
	busywait 5000 carry 0x1000 0x1001 0x1002 0x1003
}

# carry SPI...: each has sent something.
carry() {
	local spi

	for spi; do
		[ "$(packets "$spi")" -gt 0 ] || return
	done
}

top() {
	local cpu

	three_and_fallback
	pcpu "$A" top --interval 1 --count 3 >"$tmp/top"
	stop_traffic
	[ "$(grep -c '^xfrm-pcpu top, ' "$tmp/top")" = 3 ]
	# The last of them.
	tac "$tmp/top" | sed '/^xfrm-pcpu top, /q' | tac >"$tmp/last"
	grep -qE "^out $OUT_SRC -> $OUT_DST  esp tunnel reqid 1  [1-9][0-9.]*k? packets/s  [1-9][0-9.]*[kM]? bit/s  fallback [1-9][0-9.]* %\$" "$tmp/last"
	for cpu in fallback 0 1 2; do
		grep -qE "^ +$cpu +1 +[1-9][0-9.]*k? +[1-9][0-9.]*[kM]? +[1-9][0-9.]* %\$" "$tmp/last" ||
			fail "CPU $cpu: $(cat "$tmp/last")"
	done
	awk '$1 ~ /^(fallback|[0-9]+)$/ { sum += $5 } END { exit !(sum > 99.7 && sum < 100.3) }' "$tmp/last"
	native || grep -q '^acquires/s: sent 0.0, ' "$tmp/last"
}

# shows: what runs in the background has shown something.
shows() {
	grep -q '^ *fallback ' "$tmp/top"
}

# xns becomes the command: the process that is ended is its.
top_ends() {
	local pid

	three_and_fallback
	xns exec "$A" xfrm-pcpu top --interval 1 >"$tmp/top" 2>"$tmp/err" &
	pid=$!
	busywait 20000 shows
	kill "$pid"
	wait "$pid"
	[ ! -s "$tmp/err" ]
	if ! native; then
		xns exec "$A" xfrm-pcpu top --interval 1 >"$tmp/top" 2>"$tmp/err" &
		pid=$!
		busywait 20000 shows
		module_unload
		not wait "$pid"
		module_load
		grep -q "^xfrm-pcpu: .*" "$tmp/err"
	fi
	stop_traffic
}

metrics() {
	three_of_twelve
	pcpu "$A" metrics >"$tmp/metrics"
	[ "$(metric xfrm_pcpu_sa_packets_total 'spi="0x00001001"' 'cpu="0"' 'dir="out"' 'reqid="1"')" = 9 ]
	[ "$(metric xfrm_pcpu_sa_packets_total 'spi="0x00001000"' 'cpu="fallback"')" = 3 ]
	[ "$(metric xfrm_pcpu_sa_bytes_total 'spi="0x00001001"')" -gt 0 ]
	[ "$(metric xfrm_pcpu_cpu_sas 'cpu="0"')" = 1 ]
	[ "$(metric xfrm_pcpu_fallback_ratio "dst=\"$OUT_DST\"")" = 0.250000 ]
	if native; then
		[ "$(metric xfrm_pcpu_info 'kernel="native"')" = 1 ]
	else
		[ "$(metric xfrm_pcpu_info 'kernel="module"')" = 1 ]
		[ "$(metric xfrm_pcpu_sas)" = 2 ]
		[ "$(metric xfrm_pcpu_events_total 'event="XfrmPcpuOwn"')" = 9 ]
		[ "$(metric xfrm_pcpu_events_total 'event="XfrmPcpuFallback"')" = 3 ]
	fi
	pcpu "$A" metrics --output "$tmp/file.prom"
	diff "$tmp/metrics" "$tmp/file.prom"
	[ "$(stat -c %a "$tmp/file.prom")" = 644 ]
	mkdir "$tmp/file"
	denied 1 "it is left as it was: Is a directory" "$A" metrics --output "$tmp/file"
	[ "$(find "$tmp" -name 'file.*')" = "$tmp/file.prom" ]
}

metrics_stock() {
	skip_native "it needs no module"
	topology 4 tunnel
	add_sa_pair 0x1001 -
	module_unload
	pcpu "$A" metrics >"$tmp/metrics"
	module_load
	[ "$(metric xfrm_pcpu_info 'kernel="stock"' 'version=""')" = 1 ]
	[ "$(metric xfrm_pcpu_cpu_sas 'cpu="fallback"')" = 1 ]
	not grep -qE "^xfrm_pcpu_(events_total|sas|steer)" "$tmp/metrics"
}

report() {
	local group section

	topology 4 tunnel
	install_pair 0x1000
	install_pair 0x1001 cpu 1
	printf 'enc-key=%s\nauth-key=%s\n' "${key::32}" "$key" |
		pcpu "$A" install src "$OUT_SRC" dst "$OUT_DST" spi 0x1002 reqid 1 mode tunnel \
			dir out enc "cbc(aes)" auth "hmac(sha1)"
	receive
	send 0,1 5

	# The search finds keys: of iproute2, and grouped in other ways.
	ip -n "$A" xfrm state >"$tmp/state"
	has_key "$tmp/state"
	for group in 2 4 8; do
		sed -E "s/([0-9a-f]{$group})/\\1 /g" "$tmp/state" >"$tmp/grouped"
		has_key "$tmp/grouped"
	done

	pcpu "$A" report >"$tmp/report"
	not has_key "$tmp/report"
	{ cat "$tmp/report" "$tmp/state"; } >"$tmp/both"
	has_key "$tmp/both"
	grep -qx "$(xfrm-pcpu --version)" "$tmp/report"
	grep -q "^kernel $(uname -r) " "$tmp/report"
	grep -qx "taint: [0-9]*" "$tmp/report"
	grep -q "^ok   kernel " "$tmp/report"
	grep -q "^src $OUT_SRC dst $OUT_DST proto esp spi 0x00001001 reqid 1 mode tunnel .* cpu 1 dir out " \
		"$tmp/report"
	grep -q "^dir out .* index " "$tmp/report"
	grep -qE "^XfrmInNoStates\s" "$tmp/report"
	grep -q "^xfrm_acq_expires: 30" "$tmp/report"
	if ! native; then
		grep -qx "hold_ms: .*" "$tmp/report"
		grep -qE "^XfrmPcpuOwn\s+5" "$tmp/report"
		grep -qx "output: armed" "$tmp/report"
		grep -qx "follow_udp: .*" "$tmp/report"
		grep -q "^xfrm" <(sed -n '/^== hooks: ftrace/,/^== hooks: kp/p' "$tmp/report")
		grep -qE "^[0-9]+,[0-9]+,.*xfrm_pcpu" <(sed -n '/^== kernel messages/,$p' "$tmp/report")
	fi
	for section in SAs policies; do
		not grep -q "^$section: not known" "$tmp/report"
	done

	pcpu "$A" report --anonymous >"$tmp/anonymous"
	not grep -qF -e "$OUT_SRC" -e "$OUT_DST" "$tmp/anonymous"
	[ "$(sed -nE 's/^src (v4-[0-9]+) dst (v4-[0-9]+) proto esp spi .* dir out .*/\1 \2/p' \
		"$tmp/anonymous" | sort -u | wc -l)" = 1 ]
	no_keys
}

check_works() {
	topology 4 tunnel pflags=4
	add_sa_pair 0x1001 1
	pcpu "$A" check >"$tmp/check"
	grep -q "^ok   kernel  $(uname -r) " "$tmp/check"
	grep -q "^ok   module  " "$tmp/check"
	grep -q "^ok   use     1 of 1 SAs have a CPU, 1 of 1 policies ask for more\$" "$tmp/check"
	grep -q "^note daemon  no IKE daemon .*: start strongSwan" "$tmp/check"
	[ "$(pcpu "$A" check --json | jq -r 'map(.verdict) | join(",")')" = ok,ok,ok,note,ok,ok ]
}

check_module() {
	skip_native "it needs none"
	topology 4 tunnel
	pcpu "$A" save >"$tmp/saved"
	module_unload
	if pcpu "$A" check >"$tmp/check"; then
		module_load
		fail "nothing is missing: $(cat "$tmp/check")"
	fi
	for command in info status save "attach 1 0-3" "bind $OUT_DST 0x1001 0" monitor; do
		# shellcheck disable=SC2086 # words
		denied 1 "xfrm_pcpu is not loaded: modprobe xfrm_pcpu" "$A" $command
	done
	denied 1 "xfrm_pcpu is not loaded: modprobe xfrm_pcpu" "$A" restore <"$tmp/saved"
	denied 1 "xfrm_pcpu is not loaded: modprobe xfrm_pcpu" "$A" install src "$OUT_SRC" \
		dst "$OUT_DST" spi 1 enc "ecb(cipher_null)" auth digest_null </dev/null
	module_load
	grep -q "^miss module  .*: make modules && make install && modprobe xfrm_pcpu\$" "$tmp/check"
	[ -z "$(dump "$A")" ]
}

# run_daemon VERSION: a process of the daemon's name, and its tool that tells the
# version.
run_daemon() {
	[ -d "$tmp/bin" ] || {
		cp "$(type -P sleep)" "$tmp/charon"
		"$tmp/charon" 1000 &
		mkdir "$tmp/bin"
		busywait 5000 eval '[ "$(cat /proc/$!/comm)" = charon ]'
	}
	printf '#!/bin/sh\necho strongSwan swanctl %s\n' "$1" >"$tmp/bin/swanctl"
	chmod +x "$tmp/bin/swanctl"
}

# checked LINE: check says so, as a regular expression from its beginning on.
checked() {
	PATH=$tmp/bin:$PATH pcpu "$A" check >"$tmp/check" || :
	grep -q "^$1" "$tmp/check" || fail "no \"$1\": $(cat "$tmp/check")"
}

check_daemon() {
	topology 4 tunnel
	run_daemon 5.9.8
	checked "note daemon  strongSwan 5.9.8: .*6.0.2 or later"
	checked "note plugin  not installed: install the one .* or use 6.0.2 or later\$"
	checked "note helper  xfrm-pcpud [0-9.]* is installed, does not run: start xfrm-pcpud\$"
	run_daemon 6.1.0
	checked "ok   daemon  strongSwan 6.1.0\$"
	checked "ok   plugin  not for strongSwan 6.1.0\$"
	checked "ok   helper  xfrm-pcpud [0-9.]* is installed, does not run, and is not needed\$"
}

check_plugin() {
	local dir=/usr/lib/ipsec/plugins version

	topology 4 tunnel
	run_daemon 5.9.8
	version=$(xfrm-pcpu --version)
	mkdir -p "$dir"
	for text in "$version for strongSwan 5.9.8" "$version for strongSwan 6.0.1" \
		"xfrm-pcpu 0.0.0 for strongSwan 5.9.8" "something else"; do
		printf 'ELF\0%s\0more' "$text" >"$dir/libstrongswan-xfrm-pcpu.so"
		PATH=$tmp/bin:$PATH pcpu "$A" check | grep -E "^[a-z]+ +plugin " >>"$tmp/plugin"
	done
	rm "$dir/libstrongswan-xfrm-pcpu.so"
	diff - "$tmp/plugin" <<-END
		ok   plugin  $version, for strongSwan 5.9.8
		note plugin  $version, for strongSwan 6.0.1, but strongSwan 5.9.8 runs: install the one that is built for this strongSwan
		note plugin  xfrm-pcpu 0.0.0, for strongSwan 5.9.8, but this program is of ${version#* }: install both of one version
		note plugin  it does not tell its version: install the one that is built for this strongSwan
	END
}

check_helper() {
	local version

	topology 4 tunnel
	run_daemon 5.9.8
	version=$(xfrm-pcpu --version)
	version=${version#* }
	# A program that others can write is not run, whatever its process is called.
	cp "$(type -P xfrm-pcpud)" "$tmp/bin/"
	chmod 777 "$tmp/bin/xfrm-pcpud"
	xns exec "$A" "$tmp/bin/xfrm-pcpud" --socket "$tmp/socket" &
	busywait 5000 test -S "$tmp/socket"
	checked "note helper  xfrm-pcpud of unknown version runs, but this program is of $version: .*start it anew\$"
	chmod 755 "$tmp/bin/xfrm-pcpud"
	checked "ok   helper  xfrm-pcpud $version runs\$"
	kill $!
	wait $! || :
	# What is beside xfrm-pcpu is what was installed with it.
	cp "$(type -P xfrm-pcpu)" "$tmp/bin/"
	printf '#!/bin/sh\necho xfrm-pcpud 9.9.9\n' >"$tmp/new"
	chmod 755 "$tmp/new"
	mv "$tmp/new" "$tmp/bin/xfrm-pcpud"
	checked "note helper  xfrm-pcpud 9.9.9 is installed, but this program is of $version: make userspace && make install\$"
	rm "$tmp/bin/xfrm-pcpud"
	checked "note helper  xfrm-pcpud is not installed: make userspace && make install\$"
}

native_changes() {
	native || skip "the module changes SAs"
	topology 4 tunnel
	add_sa_pair 0x1001 1
	for command in "bind $OUT_DST 0x1001 0" "move $OUT_DST 0x1001 0" "unbind $OUT_DST 0x1001" \
		"attach 1 0-3"; do
		# shellcheck disable=SC2086 # words
		denied 1 "does not change the CPU of an SA: rekey it" "$A" $command
	done
	pcpu "$A" save >"$tmp/saved"
	grep -q "spi=0x00001001 .*cpu=1\$" "$tmp/saved"
	denied 1 "does not change the CPU of an SA" "$A" restore <"$tmp/saved"
	denied 1 "needs no xfrm_pcpu" "$A" info
	expect_cpu "$A" 0x1001 1
}

unprivileged() {
	local command status

	topology 4 tunnel
	add_sa_pair 0x1001 -
	for command in status save "attach 1 0-3" monitor; do
		status=0
		# shellcheck disable=SC2086 # words
		in_ns "$A" setpriv --reuid 65534 --clear-groups --inh-caps=-all --bounding-set=-all \
			"$(type -P xfrm-pcpu)" $command >"$tmp/out" 2>"$tmp/err" || status=$?
		{ [ "$status" = 1 ] && grep -qiE "CAP_NET_ADMIN|not permitted" "$tmp/err"; } ||
			fail "$command: status $status: $(cat "$tmp/err")"
	done
	expect_cpu "$A" 0x1001 none
}

run_subtests
