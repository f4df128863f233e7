#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two machines (pair), and the far one begins: a strongSwan that knows RFC 9611 on a
# kernel with per-CPU SAs of its own. Ours has Debian's strongSwan with the plugin and
# the helper. The sub-tests build upon each other. Needs 4 CPUs each, and the disk
# $SUITE.
stock=gwA
. "$(dirname "$0")/lib.sh"

subtests=(
	"first|the far host's first packet makes the fallback SA, on both sides"
	"own|its CPUs ask for their SAs, ours ask for none: each CPU of both uses its own alone"
	"rekeyed|rekeys from both sides keep that"
	"killed|the helper is killed while both sides ask, and comes back: gwA drops nothing, each CPU gets its SA"
)

[ -n "${FAR-}" ] || {
	echo "Bail out! There is no second machine"
	exit "$ksft_fail"
}

counted=100

# far_first: a packet of the far host's, which its kernel drops, makes the fallback.
far_first() {
	send_start hostB --cpus 0 --count 1
	busywait 60000 has_sas gwB - || fail "no fallback SA: $(log_of gwB | tail)"
	busywait 20000 has_sas gwA - || fail "no fallback SA: $(log_of gwA | tail)"
	send_wait hostB
}

# asked_by GATEWAY: how many Child SAs it has asked for.
asked_by() {
	logged "$1" 'generating CREATE_CHILD_SA request'
}

first() {
	interop_up
	far_first
	must "gwB has begun" at_least "$(logged gwA 'parsed IKE_AUTH request')" 1
	must "gwA has answered with the notify" \
		at_least "$(logged gwA 'generating IKE_AUTH response.*16444')" 1
	must "there is only the fallback SA" same "$(outbound gwA | cut -d' ' -f1)" -
}

own() {
	send_start hostB --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	busywait 60000 own_everywhere || fail "gwA: $(outbound gwA), gwB: $(outbound gwB)"
	send_end hostB
	see "hostB: sent $SENT, received $RECEIVED, what its kernel dropped while it asked"
	must "gwB has asked" at_least "$(asked_by gwB)" "$cpus"
	must "gwA has not" same "$(asked_by gwA)" 0
	must "one outbound SA for each CPU" same_layout gwA gwB
	own_only
}

rekeyed() {
	rekey gwB 1
	rekey gwB -
	rekey gwA 2
	rekey gwA -
	own_only
}

# What the peer asks for meanwhile is an ordinary SA, which charon uses at once, as it
# always did: what the peer cannot take yet is not ours to judge, nor what its kernel
# drops because it goes on to ask (XfrmOutNoStates).
killed() {
	local asked sent lost carried

	asked=$(asked_by gwA)
	swan gwB --terminate --ike gw >/dev/null
	busywait 20000 no_sas || fail "SAs remain: $(outbound gwA; outbound gwB)"
	far_first
	daemon_signal gwB STOP
	snapshot before
	send_start hostA --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	send_start hostB --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	busywait 30000 waits || fail "gwA does not ask"
	helper_down gwA KILL
	daemon_signal gwB CONT
	busywait 30000 has_said gwA "the helper is gone"
	sleep 2
	helper_up gwA
	busywait 90000 own_everywhere || fail "gwA: $(outbound gwA), gwB: $(outbound gwB)"
	send_end hostA
	sent=$SENT lost=$((SENT - RECEIVED))
	send_end hostB
	snapshot after
	see "hostA: sent $sent, lost $lost; before the peer's SA was valid: $(grew after early)," \
		"to the route cache: $(grew after routes)"
	see "hostB: sent $SENT, received $RECEIVED"
	must "gwA drops nothing" same "$(grew after dropped)" 0
	must "what is lost came before the peer's SA was valid" \
		within "$(($(grew after early) + $(grew after routes)))" "$lost" "$(grew after routes)"
	see "SAs of gwA: $(outbound gwA | cut -d' ' -f1 | paste -sd' ')," \
		"of gwB: $(outbound gwB | cut -d' ' -f1 | paste -sd' ')"
	carried=$(outbound gwA | packets_of -)
	send_start hostA --cpus "$all_cpus" --rate "$count_rate" --count "$counted"
	send_wait hostA
	must "nothing of hostA's is lost" same "$SENT" "$RECEIVED"
	must "each CPU uses its own SA" same "$(outbound gwA | packets_of -)" "$carried"
}

# waits: gwA has asked the stopped peer.
waits() {
	[ "$(asked_by gwA)" -gt "$asked" ]
}

trap interop_down EXIT
run_subtests
