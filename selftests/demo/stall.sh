#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A peer that stalls for 5 s under load: what is sent on all CPUs meanwhile goes
# the way of the fallback and arrives. Needs 4 CPUs.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/gateways.sh"
. "$(dirname "$0")/phases.sh"

subtests=(
	"hold|a peer that stalls for 5 s: with the hold nothing is lost"
	"no_hold|without the hold only what comes before an SA is valid"
)

# Slower than the demonstration: an emulated machine has little to spare.
load_rate=${LOAD_RATE:-250} back_rate=${BACK_RATE:-100}

setup() {
	differs 2
	[ -d "$gateways_dir" ] || gateways_up
}

hold() {
	setup
	phase_stall 1000
}

no_hold() {
	setup
	phase_stall 0
	table gwA | sed 's/^/# /'
	table gwB | sed 's/^/# /'
}

trap gateways_down EXIT
run_subtests
