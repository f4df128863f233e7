#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The main job, end to end: two gateways with an unmodified strongSwan, an SA per
# CPU. The sub-tests build upon each other. Needs 4 CPUs.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/gateways.sh"
. "$(dirname "$0")/phases.sh"

# shellcheck disable=SC2034 # read by run_subtests
subtests=(
	"without|without the module it fails, as it must"
	"loaded_late|insmod under a running strongSwan: per-CPU SAs without a restart"
	"first|the first packet makes the fallback SA, nothing is lost afterwards"
	"own|traffic from each CPU makes its SA, its packets use only that"
	"rekey_both|rekeys from either side and of the fallback keep that"
	"stall_hold|a peer that stalls for 5 s: with the hold nothing is lost"
	"stall|without the hold only what comes before an SA is valid"
)

# The first sub-test is without.
WITHOUT_MODULE=1

# Shorter than in the demonstration.
counted=400

without() {
	local status=0

	skip_native "the kernel has per-CPU SAs of its own"
	gateways_up
	phase_first
	# Fails in a shell of its own, and without the word of the trap.
	(
		trap - ERR
		setup_ms=5000
		phase_own
	) 2>"$tmp/failure" || status=$?
	cat "$tmp/failure"
	[ "$status" = "$ksft_fail" ] || fail "status $status: the phase passes without the module"
	grep -q "^# gwA: one outbound SA for each CPU: no" "$tmp/failure" ||
		fail "the phase fails for another reason"
	echo "# without the module: fails as it must"
}

# The SAs that are there have no CPU, whatever strongSwan said when it made them.
loaded_late() {
	local pid gateway

	skip_native "there is no module to load"
	pid=$(daemon_pid gwA)
	must "there is a fallback SA before the module is loaded" has_children gwA -
	module_load
	phase_own
	must "charon is the one that ran before" same "$(daemon_pid gwA)" "$pid"
	for gateway in gwA gwB; do
		swan "$gateway" --stats | grep -i uptime
	done
	gateways_down
}

first() {
	native || module_loaded || module_load
	gateways_down
	gateways_up
	phase_first
}

own() {
	phase_own
}

rekey_both() {
	phase_rekey
}

stall_hold() {
	phase_stall 1000
}

stall() {
	phase_stall 0
	table gwA | sed 's/^/# /'
	table gwB | sed 's/^/# /'
}

trap gateways_down EXIT
run_subtests
