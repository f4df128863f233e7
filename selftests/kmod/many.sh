#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# More pending acquires in one group than a message holds: for vm/run --cpus 20.
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"acquires|a dump shows all acquires of a group, in several messages"
)

# What a CPU may have pending in one group: kmod/acquire.c.
records=8

[ "$(nproc)" = 20 ] || {
	echo "1..0 # SKIP not 20 CPUs"
	exit "$ksft_skip"
}

acquires() {
	local mark

	skip_native "the module's interface"
	topology 4 tunnel pflags=4 mark=1/0xff
	for ((mark = 2; mark <= records; mark++)); do
		x "$A" newpolicy pdir=out sel="$SEL" tmpl="$TMPL" pflags=4 mark="$mark/0xff"
	done
	in_ns "$A" sysctl -qw net.core.xfrm_acq_expires=3600
	add_sa_pair 0x1000 -
	listen acquire
	for ((mark = 1; mark <= records; mark++)); do
		send 0-19 1 --mark "$mark"
	done
	heard $((20 * records)) ACQUIRE
	in_ns "$A" xgroups >"$tmp/groups" || fail "$(<"$tmp/groups")"
	grep -qx "messages=2 acquires=$((20 * records)) sas=1" "$tmp/groups" ||
		fail "$(<"$tmp/groups")"
	# Each one, and none twice.
	in_ns "$A" xfrm-pcpu status | grep -o "acquire cpu [0-9]* seq [0-9]*" | sort -u >"$tmp/status"
	[ "$(wc -l <"$tmp/status")" = $((20 * records)) ] || fail "$(<"$tmp/status")"
}

run_subtests
