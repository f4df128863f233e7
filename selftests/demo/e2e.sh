#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The main job, end to end: two gateways with an unmodified strongSwan, an SA per
# CPU. The sub-tests build upon each other. Needs 4 CPUs.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/gateways.sh"
. "$(dirname "$0")/phases.sh"

subtests=(
	"first|the first packet makes the fallback SA, nothing is lost afterwards"
	"own|traffic from each CPU makes its SA, its packets use only that"
	"seen|xfrm-pcpu status and top show each CPU and its SA"
	"rekey_both|rekeys from either side and of the fallback keep that"
)

counted=200

first() {
	gateways_up
	phase_first
}

own() {
	phase_own
}

seen() {
	phase_seen | sed 's/^/# /'
}

rekey_both() {
	phase_rekey
	table gwA | sed 's/^/# /'
	table gwB | sed 's/^/# /'
}

trap gateways_down EXIT
run_subtests
