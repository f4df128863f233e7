#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A Child SA with several selectors: several policies, one reqid, one group of
# SAs. Needs 4 CPUs.
. "$(dirname "$0")/lib.sh"

subtests=(
	"shared|all selectors use a CPU's own SA and the fallback"
	"asked_once|a CPU asks once, not once for each selector"
	"carried_on|the fallback goes on carrying what all selectors send"
	"acquire_none|no SA: one ACQUIRE for all selectors"
)

targets="10.2.0.1 10.2.0.2 10.2.0.3"

# selectors [POLICY WORD]...
selectors() {
	local target

	addresses 4 tunnel
	link_up
	run_cmd ip -n "$B" -b - <<-END
		addr add 10.2.0.2/32 dev lo
		addr add 10.2.0.3/32 dev lo
	END
	for target in $targets; do
		x "$A" newpolicy pdir=out sel="10.1.0.1,$target,udp" tmpl="$TMPL" "$@"
		x "$B" newpolicy pdir=in sel="10.1.0.1,$target,udp" tmpl="$TMPL"
	done
}

# pass_all CPUS COUNT: to each target.
pass_all() {
	local TARGET

	for TARGET in $targets; do
		pass "$@"
	done
}

shared() {
	selectors
	add_pairs 0x1001=1 0x1000=-
	pass_all 0,1 5
	carried 0x1001 15 0x1000 15
}

asked_once() {
	selectors pflags=4
	add_pairs 0x1000=-
	listen acquire
	for TARGET in $targets; do
		try_send 2 2
	done
	asked 2
	add_pairs 0x1003=2
	pass_all 2 5
	asked 2
	carried 0x1003 15
}

carried_on() {
	differs 2
	selectors pflags=4
	add_pairs 0x1000=-
	listen acquire
	pass_all 0-3 5
	asked 0 1 2 3
	carried 0x1000 60
}

# The larval SA is found by what the policies have in common.
acquire_none() {
	selectors pflags=4
	listen acquire
	for TARGET in $targets; do
		try_send 2 2
	done
	asked -
	add_sa 0x1001 1
	for TARGET in $targets; do
		try_send 2 2
	done
	expect_packets 0x1001 0
}

run_subtests
