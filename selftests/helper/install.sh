#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SAs that the helper installs for the daemon, with their keys: what the kernel has
# then, what it refuses, and where keys are not left. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA and the like are lists of words
. "$(dirname "$0")/lib.sh"

subtests=(
	"both|both SAs are there for their CPU when go comes, and carry its traffic"
	"held|as responder the helper keeps the outbound SA back, then installs it"
	"options|all that an SA can have is what the kernel then has"
	"larval|an inbound SA of ALLOCSPI is filled"
	"refused|what the kernel refuses is told, with the reason"
	"exists|an SA that is there is not touched"
	"dropped|keys of an SA that will not be are gone"
	"killed|killed while it holds an SA back: the daemon installs it"
	"core|no core file"
)

# 20 bytes each, so that no part is in an address or a number by chance.
key_in=5ec4e7105ec4e7115ec4e7125ec4e7135ec4e714
key_out=5ec4e7205ec4e7215ec4e7225ec4e7235ec4e724
aead="aead=rfc4106(gcm(aes))"
sa=(by=helper ike=7 reqid=1 spi-in=0x2002 spi-out=0x1002 "$aead" aead-icv=128
	aead-key-in="$key_in" aead-key-out="$key_out")

# install NAMESPACE WORD...: SA 0x1002 without the helper.
install() {
	echo "aead-key=$key_out" | in_ns "$1" xfrm-pcpu install src "$OUT_SRC" dst "$OUT_DST" \
		spi 0x1002 reqid 1 aead "rfc4106(gcm(aes))" aead-icv 128 "${@:2}"
}

peer_inbound() {
	install "$B" dir in replay-window 32
}

# memory: all that the helper can write to.
memory() {
	local range permissions rest

	while read -r range permissions rest; do
		[[ "$permissions" = rw* ]] || continue
		dd if="/proc/$HELPER_PID/mem" bs=64K iflag=skip_bytes,count_bytes status=none \
			skip=$((16#${range%-*})) count=$((16#${range#*-} - 16#${range%-*})) || :
	done <"/proc/$HELPER_PID/maps"
}

# keys_in_memory KEY: how often it is there as bytes, "text" if it is as text; its
# beginning does.
keys_in_memory() {
	local i bytes=''

	memory >"$tmp/memory"
	[ -s "$tmp/memory" ]
	for ((i = 0; i < 14; i += 2)); do
		bytes+="\\x${1:i:2}"
	done
	if LC_ALL=C grep -qai "${1:0:7}" "$tmp/memory"; then
		echo text
	else
		{ LC_ALL=C grep -aoP "$bytes" "$tmp/memory" || :; } | wc -l
	fi
}

no_keys() {
	local in out

	in=$(keys_in_memory $key_in) out=$(keys_in_memory $key_out)
	[ "$in $out" = "0 0" ] || fail "in memory: inbound key $in, outbound key $out"
	not grep -qi 5ec4e7 "$tmp/log" || fail "in the log: $(cat "$tmp/log")"
}

both() {
	setup
	hear_negotiate 2
	peer_inbound
	tell install job="$job" "${sa[@]}"
	hear go
	[ "${got[installed]} ${got[hold]} ${got[cpu-out]}" = "yes no 2" ]
	expect_cpu "$A" 0x1002 2
	[ "$(inbound_cpu 0x2002)" = 2 ]
	child_up 0x2002 0x1002 job="$job"
	send 2 20
	expect_packets 0x1002 20
	delivered
	no_keys
	tell status
	hear child
	[ "${got[spi-out]} ${got[cpu-out]}" = "0x00001002 2" ]
}

held() {
	local cpu

	setup
	native && hear_negotiate 3
	tell ask question=5 ike=7 reqid=1 by=peer $offer
	hear answer
	cpu=${got[cpu-out]}
	peer_inbound
	tell install question=5 can-hold=yes "${sa[@]}"
	hear go
	[ "${got[installed]} ${got[hold]}" = "yes yes" ]
	[ "$(inbound_cpu 0x2002)" = "$cpu" ]
	[ -z "$(show "$A" 0x1002)" ] || fail "it does not wait: $(show "$A" 0x1002)"
	# That what is looked for can be found.
	[ "$(keys_in_memory $key_out) $(keys_in_memory $key_in)" = "1 0" ]
	child_up 0x2002 0x1002 question=5
	send "$cpu" 5
	hear release
	[ "${got[installed]}" = yes ]
	expect_cpu "$A" 0x1002 "$cpu"
	send "$cpu" 10
	expect_packets 0x1002 10
	expect_packets 0x1000 5
	no_keys
}

options() {
	setup
	hear_negotiate 1
	tell install job="$job" by=helper ike=7 reqid=1 spi-in=0x2002 spi-out=0x1002 \
		enc="cbc(aes)" enc-key-in=${key_in:0:32} enc-key-out=${key_out:0:32} \
		auth="hmac(sha256)" auth-trunc=128 auth-key-in=$key_in auth-key-out=$key_out \
		esn=yes replay-window=128 encap-local=4500 encap-peer=4501 mark-in=0x11/0xff \
		mark-out=0x12/0xff set-mark-out=5 soft-seconds=100 hard-seconds=200 hard-packets=1000
	hear go
	[ "${got[installed]}" = yes ] || fail "${got[text]}"
	ip -n "$A" -s xfrm state >"$tmp/state"
	[ "$(grep -c "hard 1000(packets)" "$tmp/state")" = 2 ]
	[ "$(grep -c "expire add: soft 100(sec), hard 200(sec)" "$tmp/state")" = 2 ]
	grep -q "mark 0x11/0xff" "$tmp/state"
	grep -q "mark 0x12/0xff" "$tmp/state"
	grep -q "output-mark 0x5/0xffffffff" "$tmp/state"
	grep -q "replay_window 128" "$tmp/state"
	grep -q "encap type espinudp sport 4501 dport 4500" "$tmp/state"
	grep -q "encap type espinudp sport 4500 dport 4501" "$tmp/state"
	[ "$(sa_cpu "$A" 0x1002 mark=0x12/0xff)" = 1 ]
	no_keys
}

larval() {
	setup
	x "$A" allocspi src=$OUT_DST dst=$OUT_SRC mode=tunnel reqid=1 spi=0x2002 dir=in
	hear_negotiate 1
	tell install job="$job" update-in=yes "${sa[@]}"
	hear go
	[ "${got[installed]}" = yes ] || fail "${got[text]}"
	[ "$(inbound_cpu 0x2002)" = 1 ]
	expect_cpu "$A" 0x1002 1
	no_keys
}

refused() {
	setup
	hear_negotiate 1
	tell install job="$job" "${sa[@]}" seq-in=x
	hear error
	[ "${got[text]}" = "seq-in: expected a number of 32 bits" ]
	no_keys
	tell install job="$job" "${sa[@]}" auth=digest_null
	hear go
	[ "${got[installed]} ${got[error]}" = "no 22" ]
	[[ "${got[text]}" = "inbound SA: aead does both"* ]]
	tell install job="$job" "${sa[@]/rfc4106/rfc4107}"
	hear go
	[ "${got[installed]} ${got[error]}" = "no 38" ] || fail "${got[error]} ${got[text]}"
	no_keys
	[ "$(dump "$A" | grep -vc " spi=0x0 ")" = 2 ] || fail "there are others: $(dump "$A")"
	# An IKE SA that was not told of.
	tell install job="$job" "${sa[@]/ike=7/ike=8}"
	hear go
	[ "${got[installed]} ${got[text]}" = "no no such IKE SA" ]
	no_keys
	tell failed job="$job" reason=other
}

exists() {
	setup
	hear_negotiate 1
	add_sa 0x1002 -
	tell install job="$job" "${sa[@]}"
	hear go
	[ "${got[installed]} ${got[error]}" = "no 17" ]
	[[ "${got[text]}" = "outbound SA: "* ]]
	expect_cpu "$A" 0x1002 none
	no_keys
}

dropped() {
	setup
	native && hear_negotiate 3
	tell ask question=5 ike=7 reqid=1 by=peer $offer
	hear answer
	tell install question=5 can-hold=yes "${sa[@]}"
	hear go
	[ "$(keys_in_memory $key_out)" = 1 ]
	tell failed question=5 reason=other
	tell ask question=6 ike=7 reqid=1 by=peer $offer
	hear answer
	no_keys
}

killed() {
	setup
	native && hear_negotiate 3
	tell ask question=5 ike=7 reqid=1 by=peer $offer
	hear answer
	peer_inbound
	tell install question=5 can-hold=yes "${sa[@]}"
	hear go
	kill -9 "$HELPER_PID"
	wait "$HELPER_PID" || :
	send 0-3 5
	expect_packets 0x1000 20
	install "$A" dir out cpu "${got[cpu-out]}"
	helper_start
	setup_again
	child_up 0x2002 0x1002 again=yes
	tell status
	hear child
	[ "${got[spi-out]}" = 0x00001002 ]
	send "${got[cpu-out]}" 5
	expect_packets 0x1002 5
	expect_packets 0x1000 20
}

# core_of PID: one that dies so leaves a core file; is there one?
core_of() {
	rm -f /tmp/cores/*
	kill -ABRT "$1"
	wait "$1" || :
	[ -n "$(ls -A /tmp/cores)" ]
}

core() {
	topology 4 tunnel
	run_cmd sysctl -qw fs.suid_dumpable=1 kernel.core_uses_pid=0 \
		kernel.core_pattern=/tmp/cores/core
	mkdir -p /tmp/cores
	chmod 1777 /tmp/cores
	ulimit -c unlimited
	# That there would be one.
	setpriv --reuid 65534 --regid 65534 --clear-groups sleep 100 &
	busywait 5000 grep -qx sleep /proc/$!/comm
	core_of $!
	helper_start
	prlimit --pid "$HELPER_PID" | grep -q "^CORE.*unlimited *unlimited"
	not core_of "$HELPER_PID"
	run_cmd sysctl -qw fs.suid_dumpable=0
}

run_subtests
