#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# MIGRATE of CPUs' SAs and of the fallback: each keeps its CPU and its sequence
# numbers, exists once, and carries what it carried before. Needs 4 CPUs.
#
# A request moves one SA of the template, and the policy with it: for the next SA
# the policy goes back.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"source_4|another source"
	"source_6|another source, IPv6"
	"destination|another destination"
	"destination_6|another destination, IPv6"
	"twice|there and back"
	"encap|ESP in UDP: the encapsulation comes with the migration"
	"fallback_only|only the fallback moves: own SAs stay where they are"
	"own_only|only a CPU's SA is there to move"
	"expired|what was migrated expires with its CPU"
	"acquire|a pending acquire is asked again for the new destination"
	"busy|under traffic nothing is lost"
)

setup() {
	local nodad=

	topology "$@"
	NEW_SRC=10.0.0.4 NEW_DST=10.0.0.3
	[ "$FAMILY" = 4 ] || NEW_SRC=fd00::4 NEW_DST=fd00::3 nodad=nodad
	run_cmd ip -n "$A" addr add "$NEW_SRC" dev veth0 $nodad
	run_cmd ip -n "$B" addr add "$NEW_DST" dev veth0 $nodad
	if [ "$FAMILY" = 4 ]; then
		run_cmd ip -n "$B" route add $NEW_SRC dev veth0
		run_cmd ip -n "$A" route add $NEW_DST dev veth0
	fi
}

# add_pair SPI CPU|- [WORD]...: with a window at the receiver, which then drops
# what repeats a number.
add_pair() {
	x "$B" newsa $SA spi="$1" dir=in replay_window=32
	add_sa "$@"
}

three() {
	add_pair 0x1000 -
	add_pair 0x1001 0
	add_pair 0x1002 1
}

# migrate SRC DST [WORD]...: one SA of $OUT_SRC, $OUT_DST.
migrate() {
	x "$A" migrate sel="$SEL" pdir=out mode=$MODE reqid=1 \
		migrate="$OUT_SRC/$OUT_DST/$1/$2" "${@:3}"
}

# policy_back [WORD]...
policy_back() {
	x "$A" updpolicy pdir=out sel="$SEL" tmpl="$TMPL" "$@"
}

# migrate_all COUNT SRC DST [WORD]...: and afterwards that is what OUT_SRC, OUT_DST
# are.
migrate_all() {
	local i

	for ((i = 0; i < $1; i++)); do
		[ $i = 0 ] || policy_back
		migrate "${@:2}"
	done
	OUT_SRC=$2 OUT_DST=$3
	TMPL=$OUT_SRC/$OUT_DST/esp/$MODE/1
	SA="src=$OUT_SRC dst=$OUT_DST mode=$MODE reqid=1"
}

# receive_new: $B's side of another destination: the SAs go on there.
receive_new() {
	local spi

	for spi; do
		x "$B" migrate sel="$SEL" pdir=in mode=$MODE reqid=1 \
			migrate="$OUT_SRC/$OUT_DST/$OUT_SRC/$NEW_DST"
		[ "$spi" = "${*: -1}" ] || x "$B" updpolicy pdir=in sel="$SEL" tmpl="$TMPL"
	done
}

# each COUNT SPI...: packets of CPUs 0, 1 and 2; each of the SAs sends as many.
each() {
	local spi before=()

	receive
	for spi in "${@:2}"; do
		before+=("$(packets "$spi")")
	done
	send 0,1,2 "$1"
	delivered
	for spi in "${@:2}"; do
		expect_packets "$spi" $((before[0] + $1))
		before=("${before[@]:1}")
	done
}

# same_sas LINES: as many SAs, the same CPUs, in SAD and table.
same_sas() {
	[ "$(dump "$A" | wc -l)" = "$1" ] || fail "wanted $1 SAs: $(dump "$A")"
	expect_cpu "$A" 0x1000 none
	expect_cpu "$A" 0x1001 0
	expect_cpu "$A" 0x1002 1
	native || [ "$(in_ns "$A" awk '/XfrmPcpuSas/ { print $2 }' /proc/net/xfrm_pcpu_stat)" = "$1" ]
}

source_4() {
	setup 4 tunnel
	three
	each 10 0x1001 0x1002 0x1000
	migrate_all 3 $NEW_SRC $OUT_DST
	[ "$(dump "$A" | grep -c "src=$NEW_SRC ")" = 3 ] || fail "$(dump "$A")"
	same_sas 3
	each 10 0x1001 0x1002 0x1000
}

source_6() {
	setup 6 tunnel
	three
	each 10 0x1001 0x1002 0x1000
	migrate_all 3 $NEW_SRC $OUT_DST
	[ "$(dump "$A" | grep -c "src=$NEW_SRC ")" = 3 ] || fail "$(dump "$A")"
	same_sas 3
	each 10 0x1001 0x1002 0x1000
}

move_destination() {
	three
	each 10 0x1001 0x1002 0x1000
	receive_new 0x1000 0x1001 0x1002
	migrate_all 3 $OUT_SRC $NEW_DST
	[ "$(dump "$A" | grep -c "dst=$NEW_DST ")" = 3 ] || fail "$(dump "$A")"
	same_sas 3
	each 10 0x1001 0x1002 0x1000
}

destination() {
	setup 4 tunnel
	move_destination
}

destination_6() {
	setup 6 tunnel
	move_destination
}

twice() {
	local src dst

	setup 4 tunnel
	src=$OUT_SRC dst=$OUT_DST
	three
	migrate_all 3 $NEW_SRC $dst
	same_sas 3
	each 5 0x1001 0x1002 0x1000
	migrate_all 3 $src $dst
	same_sas 3
	each 5 0x1001 0x1002 0x1000
}

# A NAT on the new way: MIGRATE tells the ports. $B takes both as one policy.
encap() {
	local spi

	setup 4 tunnel
	three
	each 5 0x1001 0x1002 0x1000
	start encap "$B" xencap udp "$OUT_DST" 4500
	for spi in 0x1000 0x1001 0x1002; do
		x "$B" delsa dst=$OUT_DST spi=$spi
		x "$B" newsa $SA spi=$spi dir=in replay_window=32 encap=4500:4500
	done
	migrate_all 3 $NEW_SRC $OUT_DST encap=4500:4500
	[ "$(dump "$A" | grep -c "src=$NEW_SRC .*ENCAP")" = 3 ] || fail "$(dump "$A")"
	same_sas 3
	each 5 0x1001 0x1002 0x1000
}

fallback_only() {
	setup 4 tunnel
	add_pair 0x1000 -
	each 5
	migrate $NEW_SRC $OUT_DST
	policy_back
	add_pair 0x1001 0
	add_pair 0x1002 1
	same_sas 3
	receive
	send 0,1 10
	delivered
	expect_packets 0x1001 10
	expect_packets 0x1002 10
	listen acquire
	try_send 2 5 # what is left for it has another source
	heard 1 ACQUIRE
	not grep SA_PCPU <<<"$(events)"
	expect_packets 0x1001 10
	expect_packets 0x1002 10
}

own_only() {
	setup 4 tunnel
	add_pair 0x1002 1
	migrate_all 1 $NEW_SRC $OUT_DST
	expect_cpu "$A" 0x1002 1
	listen acquire
	receive
	send 1 5
	delivered
	try_send 0 5
	heard 1 ACQUIRE
	expect_packets 0x1002 5
}

expired() {
	setup 4 tunnel
	add_pair 0x1002 1 hard_packets=5
	migrate_all 1 $NEW_SRC $OUT_DST
	listen expire
	try_send 1 10
	heard 1 EXPIRE "spi=0x1002 .*hard=1 .*SA_PCPU=1"
	busywait 5000 not show "$A" 0x1002
	native || busywait 5000 eval '[ -z "$(in_ns "$A" xfrm-pcpu status)" ]'
}

# On mainline the acquire is a larval SA, which MIGRATE takes for one to move.
acquire() {
	differs 3
	setup 4 tunnel pflags=4
	add_pair 0x1000 -
	listen acquire
	send 1 1
	heard 1 ACQUIRE SA_PCPU=1
	receive_new 0x1000
	migrate_all 1 $OUT_SRC $NEW_DST
	receive
	send 1 1
	delivered
	heard 2 ACQUIRE SA_PCPU=1
	heard 1 ACQUIRE "dst=$NEW_DST .*SA_PCPU=1"
}

# Its only SA, so that there is one at any time. Without a window: what is sent
# between the copying of the SA and its deletion has numbers that come again.
busy() {
	setup 4 tunnel
	add_sa_pair 0x1002 1
	receive
	traffic 1
	sleep 1
	migrate_all 1 $NEW_SRC $OUT_DST
	sleep 1
	stop_traffic
	delivered
	expect_cpu "$A" 0x1002 1
}

run_subtests
