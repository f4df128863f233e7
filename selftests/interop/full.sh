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
	"room|an SA ends: after a while there is one more again, for whom the peer refused it"
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

	configure() {
		[ "$1" = gwA ] || serve "$2" 'limit = 2'
	}
	interop_up
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

# own_cpus: of gwA's SAs.
own_cpus() {
	outbound gwA | cut -d' ' -f1 | grep -v -e - | sort | paste -sd' '
}

# Another CPU than the one that has lost its SA, whose turn comes later.
room() {
	local before cpu spi id requests

	before=$(own_cpus)
	cpu=${before%% *}
	look gwA gwB
	read -r _ spi <<<"$(newest_of "$cpu" <"$tmp/children-gwA")"
	id=$(peers_child "$spi")
	requests=$(logged gwA 'generating CREATE_CHILD_SA request')
	send_start hostA --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	run_cmd swan gwB --terminate --child-id "$id"
	busywait 20000 gone "$spi" gwA || fail "gwA still has $spi"
	busywait 60000 eval '[ "$(outbound gwA | wc -l)" = 3 ] && [ "$(outbound gwB | wc -l)" = 3 ]' ||
		fail "gwA: $(outbound gwA), gwB: $(outbound gwB)"
	send_end hostA
	see "CPUs with SAs before: $before, now: $(own_cpus)"
	must "no storm" at_least $((requests + 4)) "$(logged gwA 'generating CREATE_CHILD_SA request')"
	send_start hostA --cpus "$all_cpus" --rate "$count_rate" --count "$counted"
	send_wait hostA
	must "nothing is lost" same "$SENT" "$RECEIVED"
}

trap interop_down EXIT
run_subtests
