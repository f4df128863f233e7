#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A strongSwan that ran before the module was loaded gets per-CPU SAs without a
# restart; until then it has none. The sub-tests build upon each other. Needs 4
# CPUs.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/gateways.sh"
. "$(dirname "$0")/phases.sh"

subtests=(
	"without|without the module it fails, as it must"
	"loaded_late|insmod under a running strongSwan: per-CPU SAs without a restart"
)

# Nor is it loaded for the tests as a whole.
WITHOUT_MODULE=1
counted=200

without() {
	local status=0

	skip_native "the kernel has per-CPU SAs of its own"
	! module_loaded || module_unload
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
	must "there is a fallback SA before the module is loaded" has_sas gwA -
	pid=$(daemon_pid gwA)
	module_load
	phase_own
	must "charon still runs" kill -0 "$pid"
	for gateway in gwA gwB; do
		swan "$gateway" --stats | sed -n "s/^uptime/# $gateway: charon's uptime/p"
	done
}

trap gateways_down EXIT
run_subtests
