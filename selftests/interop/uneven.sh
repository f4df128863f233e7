#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two machines (pair) with different numbers of CPUs: Debian's strongSwan with our
# plugin and the helper on the first, a strongSwan that knows RFC 9611 on the second.
# Needs the disk $SUITE.
stock=gwA
. "$(dirname "$0")/lib.sh"

subtests=(
	"own|each CPU of either side gets its SA and uses it, none is lost"
	"rekeyed|rekeys from both sides keep that"
)

[ -n "${FAR-}" ] || {
	echo "Bail out! There is no second machine"
	exit "$ksft_fail"
}

counted=100
declare -A count=([gwA]=$(nproc) [gwB]=$(far nproc))

cpus_of() {
	seq 0 $((count[$1] - 1))
}

# each_has: each CPU of either side has an SA.
each_has() {
	# shellcheck disable=SC2046 # words
	has_sas gwA - $(cpus_of gwA) && has_sas gwB - $(cpus_of gwB)
}

# each_uses GATEWAY HOST: packets of each CPU of the host use that CPU's SA alone.
each_uses() {
	local cpu got

	outbound "$1" >"$tmp/before"
	send_start "$2" --cpus "0-$((count[$1] - 1))" --rate 50 --count "$counted"
	send_wait "$2"
	must "nothing of $2's is lost" same "$SENT" "$RECEIVED"
	outbound "$1" >"$tmp/after"
	for cpu in $(cpus_of "$1"); do
		got=$(($(packets_of "$cpu" <"$tmp/after") - $(packets_of "$cpu" <"$tmp/before")))
		must "$1: CPU $cpu uses its SA" same "$got" "$counted"
	done
	see "$1, ${count[$1]} CPUs: $(cut -d' ' -f1 "$tmp/after" | paste -sd' ')"
}

own() {
	interop_up
	fallback_only
	send_start hostA --cpus "0-$((count[gwA] - 1))" --rate "$setup_rate" --time 900000
	send_start hostB --cpus "0-$((count[gwB] - 1))" --rate "$setup_rate" --time 900000
	busywait 60000 each_has || fail "gwA: $(outbound gwA), gwB: $(outbound gwB)"
	send_end hostA
	must "nothing of hostA's is lost" same "$SENT" "$RECEIVED"
	send_end hostB
	each_uses gwA hostA
	each_uses gwB hostB
}

rekeyed() {
	local cpu id spi

	for cpu in 1 -; do
		look gwA gwB
		read -r id spi <<<"$(newest_of "$cpu" <"$tmp/children-gwA")"
		run_cmd swan gwA --rekey --child-id "$id"
		busywait 30000 gone "$spi" gwA || fail "CPU $cpu: not rekeyed: $(outbound gwA)"
		look gwA gwB
		read -r _ spi <<<"$(newest_of "$cpu" <"$tmp/children-gwA")"
		run_cmd swan gwB --rekey --child-id "$(peers_child "$spi")"
		busywait 30000 gone "$spi" gwA || fail "CPU $cpu: not rekeyed: $(outbound gwA)"
	done
	must "each still has one" each_has
	each_uses gwA hostA
	each_uses gwB hostB
}

trap interop_down EXIT
run_subtests
