#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The hash table of groups while its size changes: a look-up that missed a group would
# leave its packet to the kernel's choice, a dump that missed one would not list its SA.
#
# Needs 4 CPUs.
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"sizes|it grows and shrinks under traffic: each CPU uses its own SA all the time"
	"dumps|a dump while it grows has all groups that were there before"
	"netns|groups of four namespaces come and go at once: each has its own, and no others"
)

groups=$((slow > 1 ? 500 : 1000))

# requests NAMESPACE newsa|delsa FIRST LAST: a group each, by reqid.
requests() {
	local reqid words

	for ((reqid = $3; reqid <= $4; reqid++)); do
		words="$2 dst=$OUT_DST spi=$((0x100000 + reqid))"
		[ "$2" != newsa ] || words+=" src=$OUT_SRC mode=tunnel reqid=$reqid"
		echo "$words"
	done | in_ns "$1" xreq - >"$tmp/answers-$1"
	not grep -v "errno=0" "$tmp/answers-$1"
}

# listed NAMESPACE: SPIs of the module's groups.
listed() {
	in_ns "$1" xfrm-pcpu status | grep -o ' spi 0x[0-9a-f]*' | sort -u
}

# spis FIRST LAST: of these groups, as listed has them.
spis() {
	local reqid

	for ((reqid = $1; reqid <= $2; reqid++)); do
		printf ' spi 0x%08x\n' $((0x100000 + reqid))
	done | sort
}

# same WHAT FIRST LAST: the list in $tmp/WHAT is that of these groups.
same() {
	cmp -s "$tmp/$1" <(spis "$2" "$3") ||
		fail "$1: $(diff "$tmp/$1" <(spis "$2" "$3") | head -n 20 | paste -sd' ')"
}

sizes() {
	local cpu

	topology 4 tunnel
	add_sa_pair 0x1000 -
	for cpu in 0 1 2 3; do
		add_sa_pair $((0x1001 + cpu)) "$cpu"
	done
	receive
	traffic 0-3 --rate $((1000 / slow))
	requests "$A" newsa 2 "$groups"
	requests "$A" delsa 2 "$groups"
	requests "$A" newsa 2 "$groups"
	requests "$A" delsa 2 "$groups"
	stop_traffic
	delivered
	for cpu in 0 1 2 3; do
		expect_packets $((0x1001 + cpu)) \
			"$(grep "cpu=$cpu " "$tmp/sent" | field sent)"
	done
}

dumps() {
	local half=$((groups / 2)) pid

	skip_native "the module's interface"
	addresses 4 tunnel
	setup_ns A
	requests "$A" newsa 1 100
	requests "$A" newsa $((half + 1)) "$groups" &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		listed "$A" >"$tmp/meanwhile"
		comm -23 <(spis 1 100) "$tmp/meanwhile" >"$tmp/missed"
		[ ! -s "$tmp/missed" ] || fail "missed: $(paste -sd' ' "$tmp/missed")"
	done
	wait "$pid"
	requests "$A" newsa 101 "$half"
	listed "$A" >"$tmp/all"
	same all 1 "$groups"
}

# churn NAMESPACE: 100 groups come and stay, others come and go.
churn() {
	local i

	requests "$1" newsa 1 100
	for ((i = 0; i < 5; i++)); do
		requests "$1" newsa 101 $((groups / 4))
		requests "$1" delsa 101 $((groups / 4))
	done
}

netns() {
	local ns pids=()

	skip_native "the module's interface"
	addresses 4 tunnel
	setup_ns A B C D
	for ns in "$A" "$B" "$C" "$D"; do
		churn "$ns" &
		pids+=($!)
	done
	wait "${pids[0]}" && wait "${pids[1]}" && wait "${pids[2]}" && wait "${pids[3]}"
	for ns in "$A" "$B" "$C" "$D"; do
		listed "$ns" >"$tmp/$ns"
		same "$ns" 1 100
	done
}

run_subtests
