#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Rekeys between Debian's strongSwan with our plugin and the helper, and a strongSwan
# that knows RFC 9611. The sub-tests build upon each other. Needs 4 CPUs, and the
# disk $SUITE.
stock=gwA
. "$(dirname "$0")/lib.sh"

subtests=(
	"both|each side rekeys a CPU's SA and the fallback: CPUs are kept, nothing is lost"
	"ike|each side rekeys the IKE SA: the helper knows the SAs under the new one"
)

counted=100

both() {
	interop_up
	fallback_only
	phase_own
	phase_rekey
}

# Proved by a Child SA that is rekeyed afterwards, for which the helper is asked.
ike() {
	local gateway

	for gateway in gwA gwB; do
		run_cmd swan "$gateway" --rekey --ike gw
		busywait 20000 eval "[ \"\$(swan gwA --list-sas --raw | grep -o 'list-sa event' | wc -l)\" = 1 ]" || :
		sleep 2
		look gwA gwB
		rekey gwA 1
		rekey gwB -
	done
	own_only
}

trap interop_down EXIT
run_subtests
