#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# TS_MAX_QUEUE: no more SAs for a pair of traffic selectors. Both sides have Debian's
# strongSwan with our plugin and a helper; gwB's allows two SAs beside the fallback.
# Needs 4 CPUs, and the disk $SUITE.
stock="gwA gwB"
. "$(dirname "$0")/lib.sh"

subtests=(
	"refused|the third CPU gets TS_MAX_QUEUE, its packets use the fallback, no storm"
)

counted=100
# As charon, to whom the notify is unknown, prints its type.
max_queue='parsed CREATE_CHILD_SA response.*N\(\(48\)\)'

two_own() {
	[ "$(outbound gwA | wc -l)" = 3 ] && [ "$(outbound gwB | wc -l)" = 3 ] &&
		[ "$(logged gwA "$max_queue")" -ge 1 ]
}

refused() {
	local requests

	namespaces_up
	helper_up gwA
	helper_up gwB --limit 2
	charons_up
	send_start hostA --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	busywait 60000 two_own || fail "gwA: $(outbound gwA), gwB: $(outbound gwB)"
	send_end hostA
	must "gwB sent it, and not NO_ADDITIONAL_SAS" \
		at_least "$(logged gwB 'generating CREATE_CHILD_SA response.*N\(\(48\)\)')" 1
	requests=$(logged gwA 'generating CREATE_CHILD_SA request')
	send_start hostA --cpus "$all_cpus" --rate "$count_rate" --count "$counted"
	send_wait hostA
	must "nothing is lost" same "$SENT" "$RECEIVED"
	must "no further request" same "$(logged gwA 'generating CREATE_CHILD_SA request')" "$requests"
	see "requests of gwA: $requests, of these refused: $(logged gwA "$max_queue")"
	outbound gwA | sed 's/^/# gwA: /'
}

trap interop_down EXIT
run_subtests
