#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# After the other tests, where the kernel looks for lost memory: has the module
# lost any? run-in-guest adds this by itself.
. "$(dirname "$0")/lib.sh"

subtests=(
	"lost|kmemleak: nothing that the module allocated is lost"
)

kmemleak=/sys/kernel/debug/kmemleak

# What it may still keep is not lost before it is unloaded.
need_pcpu() {
	! module_loaded || rmmod xfrm_pcpu
}

# lost: an object must be some seconds old, and be seen twice. Frames of a
# module that is gone have no name: only ours goes.
lost() {
	[ -e "$kmemleak" ] || skip "this kernel has no kmemleak"
	not module_loaded
	sleep 6
	echo scan >"$kmemleak"
	sleep 1
	echo scan >"$kmemleak"
	cat "$kmemleak" >"$tmp/objects"
	sed 's/^/# /' "$tmp/objects"
	not grep -E '\[xfrm_pcpu\]|xpcpu_|(^|[] ])0xffffffffc[0-9a-f]{7} *$' "$tmp/objects"
}

run_subtests
