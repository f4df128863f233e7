#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whatever happens to an SA: the SAD, the module's table and the traffic agree
# about its CPU at once. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"deleted|delete"
	"flushed|flush"
	"flushed_other|flush of another protocol changes nothing"
	"expired_time|hard expiry by time"
	"expired_packets|hard expiry by packets"
	"policy_deleted|policy delete: the SAs stay, a new policy finds them"
	"migrate_source|migrate to another source"
	"migrate_destination|migrate to another destination"
	"netns_exit|a namespace ends with SAs and acquires in it"
	"netns_many|fifty namespaces come and go"
	"updsa_changes|UPDSA with SA_PCPU changes the CPU of a valid SA"
	"updsa_keeps|UPDSA without SA_PCPU keeps the CPU of a valid SA"
	"updsa_fails|an UPDSA that fails changes nothing"
	"add_fails|a NEWSA that fails changes nothing"
	"respawned|the same SPI again, for another CPU"
	"larval_dies|a larval SA of ALLOCSPI that is never completed"
)

# agree SPI CPU|none|gone: what the SAD and the module say.
agree() {
	local spi table

	spi=$(printf '0x%08x' "$1")
	if [ "$2" = gone ]; then
		not show "$A" "$1"
	else
		expect_cpu "$A" "$1" "$2"
	fi
	native && return
	table=$(in_ns "$A" xfrm-pcpu status | awk -v dst=" dst $OUT_DST " -v spi=" spi $spi " '
		/^[^ ]/ { here = index($0, dst) }
		here && index($0, spi)')
	case $2 in
	gone) [ -z "$table" ] || fail "still in the table: $table" ;;
	none) [[ ! $table =~ " cpu "[0-9] ]] || fail "in the table with a CPU: $table" ;;
	*) [[ $table == *" cpu $2 "* ]] || fail "not in the table with CPU $2: $table" ;;
	esac
}

# setup [POLICY WORD]...: a fallback and SAs of CPUs 0 and 1.
setup() {
	topology 4 tunnel "$@"
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	add_sa_pair 0x1002 1
	agree 0x1000 none
	agree 0x1001 0
	agree 0x1002 1
}

deleted() {
	setup
	delete_sa 0x1001
	agree 0x1001 gone
	agree 0x1002 1
	receive
	send 0,1 5
	delivered
	expect_packets 0x1000 5
	expect_packets 0x1002 5
}

flushed() {
	setup
	listen acquire
	x "$A" flushsa proto=esp
	[ -z "$(dump "$A")" ]
	agree 0x1001 gone
	agree 0x1002 gone
	try_send 0 5
	try_send 1 5
	heard 1 ACQUIRE
}

flushed_other() {
	setup
	refused "$A" 0 "" flushsa proto=ah
	agree 0x1001 0
	send 0 5
	expect_packets 0x1001 5
}

expired_time() {
	topology 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0 hard_seconds=$((2 * slow))
	agree 0x1001 0
	busywait 5000 not show "$A" 0x1001
	agree 0x1001 gone
	receive
	send 0 5
	delivered
	expect_packets 0x1000 5
}

# The packet that comes too late is dropped; the next takes the fallback.
expired_packets() {
	topology 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0 hard_packets=5
	try_send 0 20
	agree 0x1001 gone
	[ "$(packets 0x1000)" -ge 14 ]
}

policy_deleted() {
	setup pflags=4
	listen acquire
	send 2 1
	heard 1 ACQUIRE SA_PCPU=2
	x "$A" delpolicy pdir=out sel="$SEL"
	agree 0x1001 0
	try_send 0-3 5
	expect_packets 0x1001 0
	x "$A" newpolicy pdir=out sel="$SEL" tmpl="$TMPL"
	receive
	send 0,1,2 5
	delivered
	expect_packets 0x1001 5
	expect_packets 0x1002 5
	expect_packets 0x1000 6
}

# A migration takes one SA that matches: so there is only one.
migrate_source() {
	topology 4 tunnel
	add_sa_pair 0x1001 1
	run_cmd ip -n "$A" addr add 10.0.0.4/24 dev veth0
	x "$A" migrate sel="$SEL" pdir=out mode=tunnel reqid=1 \
		migrate="$OUT_SRC/$OUT_DST/10.0.0.4/$OUT_DST"
	agree 0x1001 1
	dump "$A" | grep -q "src=10.0.0.4 .*SA_PCPU=1"
	receive
	send 1 5
	delivered
}

migrate_destination() {
	topology 4 tunnel
	run_cmd ip -n "$B" addr add 10.0.0.3/24 dev veth0
	x "$B" newsa src="$OUT_SRC" dst=10.0.0.3 mode=tunnel reqid=1 spi=0x1001 dir=in
	add_sa_pair 0x1001 1
	x "$A" migrate sel="$SEL" pdir=out mode=tunnel reqid=1 \
		migrate="$OUT_SRC/$OUT_DST/$OUT_SRC/10.0.0.3"
	agree 0x1001 gone
	OUT_DST=10.0.0.3
	agree 0x1001 1
	x "$B" delpolicy pdir=in sel="$SEL"
	x "$B" newpolicy pdir=in sel="$SEL" tmpl="10.0.0.1/10.0.0.3/esp/tunnel/1"
	receive
	send 1 5
	delivered
	expect_packets 0x1001 5
	listen acquire
	try_send 2 5
	expect_packets 0x1001 5
	heard 1 ACQUIRE
}

# left COUNT: so many SAs have left their groups.
left() {
	[ "$(grep -c 'xpcpu_sa: .* leaves$' "$tracing/trace")" = "$1" ]
}

# The namespace itself is gone some time after its name.
netns_exit() {
	local name

	setup pflags=4
	listen acquire
	send 0-3 5
	if ! native; then
		heard 2 ACQUIRE
		[ "$(in_ns "$A" xfrm-pcpu status | grep -c "acquire cpu [23] ")" = 2 ]
		mountpoint -q "$tracing" || mount -t tracefs none "$tracing"
		echo 1 >"$tracing/events/xfrm_pcpu/xpcpu_sa/enable"
		echo >"$tracing/trace"
	fi
	stop events
	name=$A
	run_cmd ip netns del "$A"
	if ! native; then
		busywait 10000 left 3 || fail "$(grep xpcpu_sa "$tracing/trace")"
		echo 0 >"$tracing/events/xfrm_pcpu/xpcpu_sa/enable"
	fi
	busywait 5000 eval '! ip netns | grep -q "^$A"'
	A=$name
	run_cmd ip netns add "$A"
	[ -z "$(dump "$A")" ]
	native || [ -z "$(in_ns "$A" xfrm-pcpu status)" ]
}

netns_many() {
	local i

	addresses 4 tunnel
	for ((i = 0; i < 50; i++)); do
		run_cmd ip netns add "many$i"
		x "many$i" newsa $SA spi=0x1001 dir=out pcpu=1
		[ $i -lt 5 ] || run_cmd ip netns del "many$((i - 5))"
	done
	for ((i = 45; i < 50; i++)); do
		expect_cpu "many$i" 0x1001 1
		run_cmd ip netns del "many$i"
	done
}

updsa_changes() {
	differs 5
	setup
	x "$A" updsa $SA spi=0x1001 dir=out pcpu=2
	agree 0x1001 2
	receive
	send 0,2 5
	delivered
	expect_packets 0x1000 5
	expect_packets 0x1001 5
}

updsa_keeps() {
	setup
	x "$A" updsa $SA spi=0x1001 dir=out
	agree 0x1001 0
	send 0 5
	expect_packets 0x1001 5
}

updsa_fails() {
	setup
	refused "$A" ESRCH "" updsa $SA spi=0x9999 dir=out pcpu=3
	refused "$A" ERANGE "pCPU number too big" updsa $SA spi=0x1001 dir=out pcpu=5000
	agree 0x1001 0
	agree 0x9999 gone
	send 0 5
	expect_packets 0x1001 5
}

add_fails() {
	setup
	refused "$A" EEXIST "" newsa $SA spi=0x1001 dir=out pcpu=3
	agree 0x1001 0
	receive
	send 0,3 5
	delivered
	expect_packets 0x1001 5
	expect_packets 0x1000 5
}

respawned() {
	local cpu

	setup
	for cpu in 3 2 3 2; do
		delete_sa 0x1001
		add_sa 0x1001 $cpu
		agree 0x1001 $cpu
	done
	receive
	send 0,2,3 5
	delivered
	expect_packets 0x1001 5
	expect_packets 0x1000 10
}

larval_dies() {
	topology 4 tunnel
	run_cmd in_ns "$A" sysctl -qw net.core.xfrm_acq_expires="$slow"
	add_sa_pair 0x1000 -
	x "$A" allocspi $SA spi=0x1001 pcpu=1
	expect_cpu "$A" 0x1001 1
	busywait 5000 not show "$A" 0x1001
	agree 0x1001 gone
	receive
	send 1 5
	delivered
	expect_packets 0x1000 5
}

run_subtests
