#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A container: root of a user namespace with a network namespace of its own, whom the
# host does not know as root. It reaches nothing of others, and what it takes has an
# end. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"others|SAs, events and settings of other namespaces are out of reach"
	"expectations|1,024 expectations, then ENOSPC; another namespace has its own"
	"memory|SAs with a CPU count as the container's memory, and go with it"
)

cgroup=/sys/fs/cgroup/xcontainer

# container COMMAND...: nobody, and in there root. Where the tests are such a user may
# not go.
container() {
	[ -d "$tmp/bin" ] || {
		chmod 755 "$tmp"
		mkdir "$tmp/bin"
		cp "$stage_dir"/{xreq,xhostile,xfrm-pcpu} "$tmp/bin"
	}
	(cd / && PATH=$tmp/bin:$PATH exec setpriv --reuid 65534 --regid 65534 --clear-groups \
		unshare -Urn "$@")
}

setup() {
	skip_native "the module's interface"
	topology 4 tunnel
	add_sa 0x1000 -
	add_sa 0x1001 1
}

# stays: the host's SAs are what they were.
stays() {
	expect_cpu "$A" 0x1000 none
	expect_cpu "$A" 0x1001 1
}

others() {
	local word file

	setup
	for word in "bind 10.0.0.2 0x1000 1" "move 10.0.0.2 0x1001 2" "unbind 10.0.0.2 0x1001"; do
		not container xfrm-pcpu $word >"$tmp/out" 2>&1
		grep -qi "no such" "$tmp/out" || fail "$word: $(<"$tmp/out")"
	done
	# In a namespace of its own, for SAs of its own.
	container xfrm-pcpu expect 10.0.0.2 0x1002 3
	add_sa 0x1002 -
	expect_cpu "$A" 0x1002 none
	container timeout 3 xfrm-pcpu monitor >"$tmp/heard" 2>&1 &
	sleep 1
	in_ns "$A" xfrm-pcpu move "$OUT_DST" 0x1001 2
	in_ns "$A" xfrm-pcpu move "$OUT_DST" 0x1001 1
	wait $! || :
	not grep -q 0x00001001 "$tmp/heard"
	stays
	# The settings of all.
	not container sh -c 'echo 17 >/proc/sys/net/xfrm_pcpu/steer_queue_len' 2>"$tmp/err"
	for file in /sys/module/xfrm_pcpu/parameters/*; do
		not container sh -c "cat $file >$file" 2>"$tmp/err"
	done
	[ "$(cat /proc/sys/net/xfrm_pcpu/steer_queue_len)" != 17 ]
}

expectations() {
	setup
	container xhostile expect 3000 >"$tmp/made"
	grep -qx 'made=1024 errno=28 extack="too many SAs are expected in this network namespace"' \
		"$tmp/made" || fail "$(<"$tmp/made")"
	in_ns "$A" xfrm-pcpu expect "$OUT_DST" 0x1003 3
	add_sa 0x1003 -
	expect_cpu "$A" 0x1003 3
}

# counted COMMAND...: a container whose memory is counted.
counted() {
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control
	mkdir -p "$cgroup"
	(
		echo "$BASHPID" >"$cgroup/cgroup.procs"
		container "$@"
	)
}

# An SA's entry alone has 96 bytes; the kernel's own part of an SA is not counted. What
# comes of a limit is the kernel's doing.
memory() {
	local sas=5000 current=$cgroup/memory.current before after

	# An SA's entry is made while XFRM has its table locked.
	counts_locked || skip "this kernel counts nothing that is got with softirqs off"
	setup
	counted sh -c "cat $current; xhostile newsa $sas $SA dir=out pcpu=1; cat $current" >"$tmp/made"
	grep -q "^made=$sas errno=0 " "$tmp/made" || fail "$(<"$tmp/made")"
	{ read -r before && read -r _ && read -r after; } <"$tmp/made"
	echo "# $sas SAs: $((after - before)) bytes"
	[ $((after - before)) -gt $((sas * 96)) ]
	busywait 30000 less_than $((before + sas * 96 / 2)) || fail "still $(<"$current") bytes"
	busywait 20000 rmdir "$cgroup"
	stays
}

# counts_locked: since 5.15.
counts_locked() {
	local version

	IFS=. read -ra version <<<"$(uname -r)"
	[ $((version[0] * 1000 + ${version[1]%%[!0-9]*})) -ge 5015 ]
}

less_than() {
	[ "$(<"$cgroup/memory.current")" -lt "$1" ]
}

run_subtests
