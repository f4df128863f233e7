#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Requests that are almost valid (xfuzz), REQUESTS of them, from SEED: what is wrong
# the kernel says on its console (best one with KASAN), which fails the test. After
# them the module serves as before, and leaves nothing when it goes.
#
# One thing stock 5.10 and 6.1 say of themselves: a MIGRATE of an SA that cannot be
# copied (a larval one; one whose new place is taken) gives the copy up before it is
# dead, "WARNING: ... __xfrm_state_destroy". The stage expects just this line.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../load/lib.sh"

subtests=(
	"requests|almost valid requests, packets and events at once; then all is as before"
)

# reached KIND...: the kernel took some, so that what is behind the checks was run.
reached() {
	local kind

	for kind; do
		grep -q "^taken $kind [1-9]" "$tmp/tally" || fail "no $kind was taken"
	done
}

requests() {
	local seed=${SEED:-$RANDOM} requests=${REQUESTS:-10000} guided=()

	# Debug kernels with KASAN have it.
	[ ! -e /sys/kernel/debug/kcov ] || guided=(--coverage)

	setup 4 tunnel pflags=4
	remember_footprint
	module_load
	echo "# SEED=$seed REQUESTS=$requests"
	in_ns "$A" xfuzz --requests "$requests" --seed "$seed" --to "$TARGET" "${guided[@]}" \
		"$(dirname "$0")/seeds.txt" >"$tmp/tally"
	sed 's/^/# /' "$tmp/tally"
	reached NEWSA UPDSA DELSA GETSA ALLOCSPI NEWPOLICY UPDPOLICY DELPOLICY EXPIRE \
		ACQUIRE NEWAE MIGRATE GET_INFO BIND MOVE UNBIND EXPECT GET_GROUP
	[ -z "${guided[*]}" ] || grep -qE '^coverage [1-9][0-9]{2,} places, [1-9][0-9]+ requests kept$' "$tmp/tally"

	run_cmd ip netns del "$A"
	run_cmd ip netns del "$B"
	topology 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 1
	receive
	send 0,1 5
	delivered
	expect_packets 0x1000 5
	expect_packets 0x1001 5
	module_unload
	nothing_left
}

run_subtests
