#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Inbound steering: what it leaves alone, and that all that shows it says the same.
# Needs 4 CPUs.
# shellcheck disable=SC2086 # SA and the like are lists of words
. "$(dirname "$0")/lib.sh"

subtests=(
	"nested|ESP within ESP: the outer is steered, the inner is not"
	"tcp|ESP in TCP stays where it arrives"
	"bypass|esp4_offload and esp6_offload are told of"
	"vti6|vti6 devices, whose SAs have a mark"
	"udp_4r|ESP in UDP, transport mode"
	"nobody|SAs that are not there: dropped as without"
	"shown|info, status, netlink, /proc and the tracepoint agree"
)

TCP_PORT=4510
TCP_TYPE=7 # TCP_ENCAP_ESPINTCP

# Transport mode between the ends of the selector, within a tunnel. What the tunnel's
# SA has decrypted arrives anew, by RPS on CPU 0.
nested() {
	local outer cpu src

	addresses 4 tunnel
	src=${SEL%%,*}
	TMPL="$src/$TARGET/esp/transport/2 tmpl=$TMPL"
	setup_ns A B
	connect_ns "$A" "$B"
	x "$A" newpolicy pdir=out sel="$SEL" tmpl=$TMPL
	x "$B" newpolicy pdir=in sel="$SEL" tmpl=$TMPL
	arrive_on 0
	steer 1
	outer=$SA
	for cpu in 1 2; do
		SA="src=$src dst=$TARGET mode=transport reqid=2" sa_pair "0x200$cpu" "$cpu" "$cpu"
		SA=$outer sa_pair "0x100$cpu" "$cpu" "$cpu"
	done
	watch_decrypt 4
	receive
	send 1-2 "$COUNT" --rate "$RATE"
	busywait 60000 receiver_has $((2 * COUNT)) || :
	delivered
	in_order
	no_errors
	[ "$(all_decrypted)" = "$((2 * COUNT)) $COUNT $COUNT 0" ] ||
		fail "decrypted by CPU: $(all_decrypted)"
	expect_stat SteerIn $((2 * COUNT))
	expect_stat SteerOffload $((2 * COUNT))
}

tcp() {
	topology 4 tunnel
	arrive_on 0
	steer 1
	start listener "$B" xencap tcp-listen "$OUT_DST" "$TCP_PORT"
	if ! grep -q ' espintcp_' /proc/kallsyms; then
		# As Debian's kernels have it; debug kernels have it on.
		not in_ns "$A" xencap tcp-connect "$OUT_SRC" "$TCP_PORT" "$OUT_DST" "$TCP_PORT" \
			>"$tmp/refusal" 2>&1
		grep -q 'TCP_ULP espintcp: No such file or directory' "$tmp/refusal"
		return
	fi
	start sender "$A" xencap tcp-connect "$OUT_SRC" "$TCP_PORT" "$OUT_DST" "$TCP_PORT"
	SA="$SA encap=$TCP_PORT:$TCP_PORT:$TCP_TYPE"
	four_sas
	receive
	send 0-3 10
	delivered
	expect_stat SteerTcp 40
	expect_stat SteerOut 0
}

# told_of MODULE: info names it while it is there, and only then.
told_of() {
	local what="not steered: what GRO takes with $1, which is loaded"

	not grep -q "^$1 " /proc/modules
	in_ns "$B" xfrm-pcpu info >"$tmp/info"
	not grep -q "$what" "$tmp/info"
	modprobe "$1"
	in_ns "$B" xfrm-pcpu info >"$tmp/info"
	grep -qx "$what" "$tmp/info" || fail "$(<"$tmp/info")"
	in_ns "$B" xfrm-pcpu info --json | jq -e ".steer_bypass == [\"$1\"]" >"$tmp/json" ||
		fail "as JSON: $(in_ns "$B" xfrm-pcpu info --json)"
	rmmod "$1"
	in_ns "$B" xfrm-pcpu info >"$tmp/info"
	not grep -q "$what" "$tmp/info"
}

bypass() {
	setup_ns B
	told_of esp4_offload
	told_of esp6_offload
}

vti6() {
	local n other=fd00::2 own=fd00::1 net=2 swap

	topology 6 tunnel mark=5
	for n in "$A" "$B"; do
		run_cmd ip -n "$n" link add vti5 type vti6 local "$own" remote "$other" key 5
		run_cmd ip -n "$n" link set vti5 up
		run_cmd ip -n "$n" -6 route change "fd0$net::/64" dev vti5
		# IPv6 asks the device that has the address.
		in_ns "$n" sysctl -qw net.ipv6.conf.all.disable_policy=1
		swap=$own own=$other other=$swap net=$((3 - net))
	done
	SA="$SA mark=5"
	each_steered
}

udp_4r() {
	topology 4 transport
	start encap "$B" xencap udp "$OUT_DST" 4500
	SA="$SA encap=4500:4500"
	each_steered
}

# xfrm_errors NAME: XFRM's own counter.
xfrm_errors() {
	in_ns "$B" awk -v name="XfrmIn$1" '$1 == name { print $2 }' /proc/net/xfrm_stat
}

nobody() {
	topology 4 tunnel
	arrive_on 0
	steer 1
	x "$A" newsa $SA spi=0x1001 dir=out pcpu=1
	receive
	send 1 20
	busywait 10000 eval '[ "$(xfrm_errors NoStates)" = 20 ]' ||
		fail "$(xfrm_errors NoStates) of 20 for no SA"
	expect_stat SteerOut 0
	expect_stat SteerLeft 0
}

# by_cpu FILE: what info and status say of steering, as "CPU home out in".
by_cpu() {
	sed -nE 's/^steering of CPU ([0-9]+): home ([0-9]+) out ([0-9]+) in ([0-9]+) .*/\1 \2 \3 \4/p' "$1" |
		sort -n
}

shown() {
	local want

	topology 4 tunnel
	in_ns "$B" xfrm-pcpu status >"$tmp/status"
	[ -z "$(by_cpu "$tmp/status")" ]
	arrive_on 0
	steer 1
	four_sas
	echo 1 >"$tracing/events/xfrm_pcpu/xpcpu_steer/enable"
	echo >"$tracing/trace"
	cpus_send
	echo 0 >"$tracing/events/xfrm_pcpu/xpcpu_steer/enable"
	want="0 $COUNT $((3 * COUNT)) 0
1 0 0 $COUNT
2 0 0 $COUNT
3 0 0 $COUNT"
	in_ns "$B" xfrm-pcpu info >"$tmp/info"
	in_ns "$B" xfrm-pcpu status >"$tmp/status"
	[ "$(by_cpu "$tmp/info")" = "$want" ] || fail "info: $(<"$tmp/info")"
	[ "$(by_cpu "$tmp/status")" = "$want" ] || fail "status: $(<"$tmp/status")"
	grep -q '^inet dst ' "$tmp/status"
	in_ns "$B" xfrm-pcpu info --json >"$tmp/json"
	[ "$(jq -r '.steer_cpus | sort_by(.cpu)[] | "\(.cpu) \(.home) \(.out) \(.in)"' "$tmp/json")" = "$want" ] ||
		fail "as JSON: $(<"$tmp/json")"
	expect_stat SteerHome "$COUNT"
	expect_stat SteerOut $((3 * COUNT))
	expect_stat SteerIn $((3 * COUNT))
	for cpu in 1 2 3; do
		[ "$(grep -c "xpcpu_steer: spi=0x100$cpu from=0 to=$cpu\$" "$tracing/trace")" = "$COUNT" ] ||
			fail "traced for CPU $cpu: $(grep -c "to=$cpu" "$tracing/trace") of $COUNT"
	done
	# Another netns has not steered.
	in_ns "$A" xfrm-pcpu info >"$tmp/info"
	[ -z "$(by_cpu "$tmp/info")" ]
}

run_subtests
