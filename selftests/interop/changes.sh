#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What crosses on the way, and what ends early. Debian's strongSwan with our plugin and
# the helper on gwA, a strongSwan that knows RFC 9611 on gwB. All but the first build
# upon each other. Needs 4 CPUs, and the disk $SUITE.
stock=gwA
. "$(dirname "$0")/lib.sh"

subtests=(
	"both_start|both sides ask for all CPUs at once: each has an SA, nothing of ours is lost"
	"deleted|the peer deletes a CPU's SA: the fallback carries, and after a while it comes back"
	"reauthenticated|reauthentication: each CPU gets its SA again, and uses it"
	"restarted|charon starts anew, the helper runs on: each CPU gets its SA again"
	"killed|the helper is killed while CPUs wait, and comes back: each CPU gets its SA"
)

counted=100
# What gwB uses too early is its own affair: it has no hold.
ours=gwA

# delay MILLISECONDS: of what the gateways send each other. What waits when the qdisc is
# deleted is lost, and it is not.
delay() {
	local gateway

	for gateway in gwA gwB; do
		run_cmd ip netns exec "$gateway" tc qdisc replace dev outer root \
			netem delay "${1}ms" limit 100000
	done
}

# all_accounted: of traffic_both; nothing of ours came too early.
all_accounted() {
	traffic_ends
	must "nothing of gwA's comes before its SA is valid" same "$(grew after early)" 0
}

both_start() {
	interop_up
	fallback_only
	delay 700
	traffic_both
	busywait 60000 own_everywhere || fail "gwA: $(outbound gwA), gwB: $(outbound gwB)"
	delay 0
	sleep 3
	all_accounted
	must "both sides asked" at_least "$(logged gwA 'parsed CREATE_CHILD_SA request')" 1
	must "both sides asked" at_least "$(logged gwA 'generating CREATE_CHILD_SA request')" 1
	see "SAs of gwA: $(outbound gwA | cut -d' ' -f1 | paste -sd' ')," \
		"of gwB: $(outbound gwB | cut -d' ' -f1 | paste -sd' ')"
	own_only
}

deleted() {
	local spi id requests

	fallback_only
	setup_own
	must "one outbound SA for each CPU" same_layout gwA gwB
	look gwA gwB
	read -r _ spi <<<"$(newest_of 2 <"$tmp/children-gwA")"
	id=$(peers_child "$spi")
	requests=$(logged gwA 'generating CREATE_CHILD_SA request')
	run_cmd swan gwB --terminate --child-id "$id"
	busywait 20000 gone "$spi" gwA || fail "gwA still has $spi"
	snapshot before
	send_start hostA --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	sleep 8
	must "not at once" same "$(logged gwA 'generating CREATE_CHILD_SA request')" "$requests"
	must "CPU 2 has none" not has_sas gwA 2
	busywait 60000 has_sas gwA 2 || fail "CPU 2 gets none: $(log_of gwA xfrm-pcpu)"
	sleep 2
	send_end hostA
	snapshot after
	must "nothing is lost" same "$SENT" "$RECEIVED"
	must "the fallback carried" at_least "$(grew after fallback)" 100
	must "one request" same "$(logged gwA 'generating CREATE_CHILD_SA request')" $((requests + 1))
	own_only
}

# anew: traffic from hostA until all CPUs have their SAs.
anew() {
	send_start hostA --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	busywait 90000 own_everywhere || fail "gwA: $(outbound gwA), gwB: $(outbound gwB)"
	send_end hostA
	own_only
}

reauthenticated() {
	local spi

	read -r _ spi _ < <(outbound gwA)
	run_cmd swan gwA --rekey --ike gw --reauth
	busywait 60000 gone "$spi" gwA ||
		fail "not renewed: $(outbound gwA)"
	anew
	see "SAs of gwA: $(outbound gwA | cut -d' ' -f1 | paste -sd' ')"
}

restarted() {
	daemon_stop gwA
	busywait 20000 no_sas || fail "SAs remain: $(outbound gwA; outbound gwB)"
	daemon_start gwA
	connection_load gwA
	anew
	must "one outbound SA for each CPU" same_layout gwA gwB
}

killed() {
	fallback_only
	daemon_signal gwB STOP
	snapshot before
	send_start hostA --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	sleep 3
	must "CPUs wait" at_least "$(log_of gwA 'generating CREATE_CHILD_SA request' | wc -l)" 1
	helper_down gwA KILL
	helper_up gwA
	sleep 2
	daemon_signal gwB CONT
	busywait 90000 own_everywhere || fail "gwA: $(outbound gwA), gwB: $(outbound gwB)"
	send_end hostA
	snapshot after
	account "$SENT" "$RECEIVED"
	own_only
}

trap interop_down EXIT
run_subtests
