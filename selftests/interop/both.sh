#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Both gateways have Debian's strongSwan with our plugin and the helper. The sub-tests
# build upon each other. Needs 4 CPUs, and the disk $SUITE.
stock="gwA gwB"
. "$(dirname "$0")/roles.sh"

# Before the peer stalls: then both sides ask, and a CPU has two.
subtests=(
	"${subtests[@]:0:2}"
	"rekeyed|each side rekeys a CPU's SA and the fallback: CPUs are kept, nothing is lost"
	"${subtests[@]:2}"
)

rekeyed() {
	phase_rekey
}

trap interop_down EXIT
run_subtests
