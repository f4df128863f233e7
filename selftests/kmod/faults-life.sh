#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Memory runs out when a network namespace comes, and when the module is loaded
# (lib/faults.sh).
# shellcheck disable=SC2317,SC2329 # functions are called by the name of their request
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/faults.sh"

subtests=(
	"netns|a network namespace comes"
	"load|insmod, with SAs there before"
)

# By far most of it is the kernel's own.
netns() {
	setup
	calls=unshare
	prepare() { :; }
	request() { try unshare --net true; }
	done_now() { [ "$status" = 0 ] && others_stay; }
	undone_now() { others_stay; }
	undo() { :; }
	until_past
}

# untouched: what the module hooks is the kernel's own again.
untouched() {
	not grep -q xfrm "$tracing/enabled_functions"
}

# Without the module no SA has a CPU.
load() {
	setup
	calls=init_module,finit_module
	look() {
		sas=$(dump "$A")
		groups=
		! module_loaded || groups=$(in_ns "$A" xfrm-pcpu status)
	}
	prepare() { module_unload; }
	request() { try insmod "$module"; }
	done_now() { module_loaded && has 0x1000 fallback && has 0x1002 fallback; }
	undone_now() { not module_loaded && untouched; }
	undo() { module_unload; }
	until_past
	module_load
}

run_subtests
