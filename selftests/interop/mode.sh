#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How the plugin's configuration says that a child is served, but for its limit, which
# full.sh has. Needs 4 CPUs, and the disk $SUITE.
stock=gwA
. "$(dirname "$0")/lib.sh"

subtests=(
	"at_once|mode = at-once: each CPU has its SA with the fallback, without any packet"
	"wrong|a limit and a mode that are none: the log says so, the helper's count"
)

counted=100

fallback_by_hand() {
	run_cmd swan gwA --initiate --child net
	busywait 20000 has_sas gwB - || fail "no fallback SA: $(outbound gwB)"
}

at_once() {
	configure() {
		[ "$1" = gwB ] || serve "$2" 'mode = at-once'
	}
	interop_up
	fallback_by_hand
	busywait 60000 own_everywhere || fail "gwA: $(outbound gwA), gwB: $(outbound gwB)"
	must "no packet was sent" same "$(outbound gwA | packets_of -)" 0
	must "CPU_ACQUIRE is off" same "$(flags gwA)" 0
	own_only
}

wrong() {
	interop_down
	configure() {
		[ "$1" = gwB ] || serve "$2" 'limit = -1\nmode = soon'
	}
	interop_up
	fallback_by_hand
	must "of the limit" has_said gwA 'gw\.net\.limit: expected a number from 1, not -1'
	must "of the mode" has_said gwA 'gw\.net\.mode: expected on-demand or at-once, not "soon"'
	must "they ask" busywait 10000 eval '[ "$(flags gwA)" = 4 ]'
	setup_own
	own_only
}

trap interop_down EXIT
run_subtests
