#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What RFC 9611 asks of the helper, row by row (Documentation/rfc9611.rst), by the
# bytes of the notifies that it gives to its daemon, and by what the kernel has then.
# Needs 4 CPUs.
# shellcheck disable=SC2046,SC2086 # SA and the like are lists of words
. "$(dirname "$0")/lib.sh"

subtests=(
	"offered|R1, R2, R17, R18: the first request carries SA_RESOURCE_INFO, and its SA is no CPU's"
	"ordinary|R3: a peer that does not answer with it lacks the feature"
	"answered|R3, R9, R19: the peer's notify counts, whatever protocol ID, SPI size and data it has"
	"garbled|R18: what is no SA_RESOURCE_INFO stands for a peer that lacks the feature"
	"properties|R6: SAs with other properties than the group's are not used"
	"identifiers|R8, R34: identifiers are unique, and others each time"
	"both_start|R13, R14: the peer's SAs go to the least used CPUs, in both directions"
	"full|R20, R26, R31, R32: twice as many SAs as CPUs, then TS_MAX_QUEUE"
	"flexible|R25: a full group can rekey"
	"limited|R32: the administrator's limit holds for us too, and the fallback serves"
	"max_queue|R19, R31: after the peer's TS_MAX_QUEUE nothing is asked, and the fallback serves"
	"deleted|R23: after the peer's Delete not at once, and not never"
	"idle|R10: an SA that idles is deleted, one that is used is not"
	"one_direction|R28: a gateway moves one direction"
	"host|R29: a host's pair stays together, and moves together"
	"unannounced|R33: an IKE SA that was not told of is not served"
)

# asks QUESTION WORD...: the peer does; the answer is in got.
asks() {
	tell ask question="$1" ike=7 reqid=1 by=peer "${@:2}"
	hear answer
	[ "${got[question]}" = "$1" ]
}

# A native kernel's jobs, one for each CPU, are nobody's here.
others() {
	native || return 0
	hear_negotiate 0
}

# no_jobs: likewise, and they come to nothing.
no_jobs() {
	local cpu

	native || return 0
	for cpu in 0 1 2 3; do
		hear negotiate
		tell failed job="${got[job]}" reason=other
	done
}

# comes REF IN OUT CPU [KEY=VALUE]...: the daemon installs it where CPUs are named
# upon installation, and by the helper's EXPECT elsewhere.
comes() {
	local pcpu=-

	! native || [ "$4" = none ] || pcpu=$4
	tell install "$1" ike=7 spi-in="$2" spi-out="$3"
	hear go
	[ "${got[hold]}" = no ]
	add_inbound "$2" $([ "$pcpu" = - ] || echo pcpu="$pcpu")
	add_sa_pair "$3" "$pcpu"
	child_up "$2" "$3" "$1" "${@:5}"
}

# on_cpu IN OUT CPU: the kernel has both there.
on_cpu() {
	expect_cpu "$A" "$2" "$3"
	[ "$(inbound_cpu "$1")" = "$3" ] || fail "SA $1: wanted CPU $3, has $(inbound_cpu "$1")"
}

# is_info NOTIFY: critical bit 0, 16 bytes, protocol ID 0, SPI size 0, type 16444.
is_info() {
	[[ "$1" =~ ^000000100000403c[0-9a-f]{16}$ ]] || fail "it gives $1"
}

# is_full NOTIFY: 8 bytes, likewise, type 48; not 35, NO_ADDITIONAL_SAS.
is_full() {
	[ "$1" = 0000000800000030 ] || fail "it gives $1"
}

offered() {
	setup
	is_info "$notify"
	expect_cpu "$A" 0x1000 none
	[ "$(inbound_cpu 0x2000)" = none ]
	if native; then
		others
	else
		flags_become 4
		send 1 1
		hear negotiate
	fi
	is_info "${got[notify]}"
}

ordinary() {
	offer=''
	setup
	[ "$(policy_flags)" = 0 ]
	send 0-3 2
	expect_packets 0x1000 8
	tell status
	hear end
	[ "$(policy_flags)" = 0 ]
	grep -q "the peer does not know RFC 9611" "$tmp/log"
}

answered() {
	local in=0x2000 out=0x1000 number=10 cpus='' data notify

	setup_ike
	data=$(printf 'ab%.0s' {1..1012})
	for notify in 000000080000403c 0000000c0000403cdeadbeef 0000000c0000403cdeadbeef \
		290000100304403cdeadbeefdeadbeef 800000080fff403c "000003fc0000403c$data"; do
		asks $number notify=$notify
		[ "${got[verdict]}" = accept ] || fail "$notify: ${got[verdict]}"
		is_info "${got[notify]}"
		comes question=$number $in $out "${got[cpu-out]-none}" notify=$notify
		cpus+=" $(sa_cpu "$A" $out),$(inbound_cpu $in)"
		[ $number != 10 ] || no_jobs
		number=$((number + 1))
		in=$(printf '0x%x' $((in + 1))) out=$(printf '0x%x' $((out + 1)))
	done
	# Not told apart by what the peer calls them.
	[ "$cpus" = " none,none 0,0 1,1 2,2 3,3 0,0" ] || fail "CPUs$cpus"
}

garbled() {
	local notify

	setup_ike
	# REKEY_SA, cut twice, longer and shorter than it says, its length in the other
	# byte order.
	for notify in 0000000800004009 000000080000 00 000000090000403c 000000070000403c \
		000008000000403c; do
		asks 5 notify=$notify
		[ "${got[verdict]} ${got[notify]-none}" = "ordinary none" ] || fail "$notify: ${got[verdict]}"
	done
	[ "$(grep -c "no SA_RESOURCE_INFO" "$tmp/log")" = 6 ]
	asks 5
	[ "${got[verdict]}" = ordinary ]
	[ "$(policy_flags)" = 0 ]
}

properties() {
	first=("properties=aes tunnel")
	setup
	hear_negotiate 2
	asks 5 $offer "properties=aes transport"
	[ "${got[verdict]}" = ordinary ]
	comes job=$job 0x2002 0x1002 2 "properties=aes transport"
	hear delete
	[ "${got[spi-in]}" = 0x00002002 ]
	delete_sa 0x1002
	tell child-down ike=7 spi-in=0x2002 by=us
	tell status
	hear child
	[ "${got[spi-out]}" = 0x00001000 ]
	hear end
	asks 6 $offer "properties=aes tunnel"
	[ "${got[verdict]}" = accept ]
	local cpu=${got[cpu-out]}
	comes question=6 0x2003 0x1003 "$cpu" "properties=aes tunnel"
	on_cpu 0x2003 0x1003 "$cpu"
}

# gather: an identifier for each CPU.
gather() {
	local cpu

	setup
	echo "${notify:16}" >>"$tmp/identifiers"
	flags_become "$(native && echo 0 || echo 4)"
	native || send 0-3 1
	for cpu in 0 1 2 3; do
		hear negotiate
		is_info "${got[notify]}"
		echo "${got[notify]:16}" >>"$tmp/identifiers"
		echo "${got[cpu-out]} ${got[notify]:16}" >>"$tmp/by-cpu"
	done
	kill "$HELPER_PID"
	wait "$HELPER_PID" || :
}

identifiers() {
	local cpu i same

	gather
	stop receiver
	xns del "$A" "$B"
	gather
	[ "$(sort -u "$tmp/identifiers" | wc -l)" = 10 ] || fail "$(<"$tmp/identifiers")"
	# The same CPU, twice: three bytes of eight that are alike are no chance.
	for cpu in 0 1 2 3; do
		mapfile -t pair < <(sed -n "s/^$cpu //p" "$tmp/by-cpu")
		[ "${#pair[@]}" = 2 ]
		same=0
		for ((i = 0; i < 16; i += 2)); do
			[ "${pair[0]:i:2}" != "${pair[1]:i:2}" ] || same=$((same + 1))
		done
		[ "$same" -lt 3 ] || fail "CPU $cpu: ${pair[*]}"
	done
}

both_start() {
	local i wanted='0 3' cpus=()

	setup
	if native; then
		others
		wanted='0 1 2 3'
	else
		flags_become 4
		for i in 1 2; do
			send $i 1
			hear negotiate
		done
	fi
	for i in $wanted; do
		asks "5$i" $offer
		[ "${got[verdict]} ${got[cpu-in]}" = "accept $i" ] || fail "${got[cpu-in]}, not $i"
		cpus+=("${got[cpu-out]}")
	done
	[ "${cpus[*]}" = "$wanted" ]
	comes question=53 0x2003 0x1003 3
	on_cpu 0x2003 0x1003 3
	send 3 5
	expect_packets 0x1003 5
}

# fill: until it refuses; how many were accepted is in accepted.
question=100
fill() {
	accepted=0
	while asks $((++question)) $offer && [ "${got[verdict]}" = accept ]; do
		accepted=$((accepted + 1))
	done
	[ "${got[verdict]}" = refuse ]
	is_full "${got[notify]}"
}

full() {
	setup
	others
	fill
	[ "$accepted" = "$(native && echo 4 || echo 8)" ] || fail "accepted: $accepted"
	# One that does not come makes room.
	tell failed question=101 reason=other
	fill
	[ "$accepted" = 1 ] || fail "accepted: $accepted"
}

flexible() {
	local cpu

	setup
	others
	asks 5 $offer
	cpu=${got[cpu-out]}
	comes question=5 0x2002 0x1002 "$cpu"
	fill
	asks 6 replaces=0x2002
	[ "${got[verdict]} ${got[cpu-in]} ${got[cpu-out]}" = "accept $cpu $cpu" ]
	asks 7 $offer
	[ "${got[verdict]}" = refuse ]
	comes question=6 0x2003 0x1003 "$cpu" replaces=0x2002
	on_cpu 0x2003 0x1003 "$cpu"
	on_cpu 0x2002 0x1002 "$cpu"
	delete_sa 0x1002
	tell child-down ike=7 spi-in=0x2002 by=peer
	asks 8 $offer
	[ "${got[verdict]}" = refuse ]
}

limited() {
	helper_options=(--limit 1)
	setup
	if native; then
		hear negotiate
	else
		flags_become 4
		send 2 1
		hear negotiate
		send 3 1
	fi
	silent 2
	asks 5 $offer
	[ "${got[verdict]}" = refuse ]
	send 0-3 10
	expect_packets 0x1000 "$(native && echo 40 || echo 42)"
}

max_queue() {
	local i

	setup
	if native; then
		for i in 0 1 2 3; do
			hear negotiate
			jobs[i]=${got[job]}
		done
		for i in 0 1 2 3; do
			tell failed job="${jobs[i]}" notify=0000000803040030
		done
	else
		flags_become 4
		send 2 1
		hear negotiate
		tell failed job="${got[job]}" notify=0000000803040030
	fi
	send 0-3 10
	silent 5
	[ "$(policy_flags)" = "$(native && echo 0 || echo 4)" ]
	expect_packets 0x1000 "$(native && echo 40 || echo 41)"
}

deleted() {
	local started

	setup
	hear_negotiate 2
	comes job=$job 0x2002 0x1002 2
	on_cpu 0x2002 0x1002 2
	delete_sa 0x1002
	x "$A" delsa dst=$OUT_SRC spi=0x2002
	tell child-down ike=7 spi-in=0x2002 by=peer
	started=$SECONDS
	send 2 5
	silent 10
	# LG_BACKOFF_FIRST_MS is 15 s.
	hear negotiate
	[ "${got[cpu-out]}" = 2 ]
	[ $((SECONDS - started)) -ge 14 ]
	send 0-3 5
	[ "$(sum_of sent "$tmp/sent")" = 20 ]
}

idle() {
	local cpu

	skip_native "SAs that come back at once are not deleted"
	helper_options=(--idle 3)
	setup
	for cpu in 2 3; do
		hear_negotiate $cpu
		comes job=$job 0x200$cpu 0x100$cpu $cpu
	done
	xns exec "$A" xsend --dst "$TARGET" --cpus 3 --rate 20 --time 600000 >"$tmp/traffic" &
	hear delete
	[ "${got[spi-in]}" = 0x00002002 ]
	on_cpu 0x2002 0x1002 2
	delete_sa 0x1002
	x "$A" delsa dst=$OUT_SRC spi=0x2002
	tell child-down ike=7 spi-in=0x2002 by=us
	silent 5
	on_cpu 0x2003 0x1003 3
	hear_negotiate 2
}

one_direction() {
	skip_native "it moves by a rekey"
	setup
	hear_negotiate 2
	comes job=$job 0x2002 0x1002 2
	tell move ike=7 spi-in=0x2002 cpu=1 direction=out
	hear moved
	[ "${got[error]}" = 0 ]
	expect_cpu "$A" 0x1002 1
	[ "$(inbound_cpu 0x2002)" = 2 ]
	# CPU 2 has asked a moment ago, and is without an SA now.
	hear negotiate
	[ "${got[cpu-out]}" = 2 ]
	tell move ike=7 spi-in=0x2002 cpu=3 direction=in
	hear moved
	[ "${got[error]}" = 0 ]
	expect_cpu "$A" 0x1002 1
	[ "$(inbound_cpu 0x2002)" = 3 ]
	send 1 5
	expect_packets 0x1002 5
}

host() {
	first=(host=yes)
	setup
	hear_negotiate 2
	comes job=$job 0x2002 0x1002 2
	for direction in in out; do
		tell move ike=7 spi-in=0x2002 cpu=1 direction=$direction
		hear moved
		[ "${got[error]} ${got[text]}" = "22 this machine makes the traffic: the pair stays together" ] ||
			fail "${got[error]} ${got[text]}"
	done
	on_cpu 0x2002 0x1002 2
	tell move ike=7 spi-in=0x2002 cpu=1
	if native; then
		hear rekey
		comes job="${got[job]}" 0x2003 0x1003 1 replaces=0x2002
		hear moved
		on_cpu 0x2003 0x1003 1
	else
		hear moved
		on_cpu 0x2002 0x1002 1
	fi
	[ "${got[error]}" = 0 ]
}

unannounced() {
	topology 4 tunnel
	receive
	helper_start
	tell ask question=1 ike=8 reqid=1 by=peer $offer
	hear answer
	[ "${got[verdict]} ${got[notify]-none}" = "ordinary none" ]
	tell ask question=2 ike=8 reqid=1 by=us
	hear answer
	[ "${got[verdict]} ${got[notify]-none}" = "ordinary none" ]
	add_inbound 0x2000
	add_sa_pair 0x1000 -
	tell child-up ike=8 reqid=1 spi-in=0x2000 spi-out=0x1000 $offer
	tell status
	hear end
	send 0-3 2
	expect_packets 0x1000 8
	[ "$(policy_flags)" = 0 ]
	silent 2
}

run_subtests
