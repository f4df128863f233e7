#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Where the module cannot work, loading it fails, says why, and leaves nothing
# behind. (Running out of memory cannot be arranged on a stock kernel: it has no
# fault injection.)
. "$(dirname "$0")/lib.sh"

subtests=(
	"ftrace_off|kernel.ftrace_enabled=0: EBUSY, and the message names the sysctl"
	"ftrace_held|once loaded, ftrace cannot be switched off"
	"find_taken|xfrm_state_find() is somebody else's: EBUSY"
	"add_taken|xfrm_state_add() is somebody else's: EBUSY"
	"find_taken_later|taken after loading: what needs the hook is refused, and says so"
	"loaded_under|somebody else cannot take what the module has"
	"twice|a second time: EEXIST"
)

# refused_with "WORDS OF THE ERRNO" [REGEX OF THE MESSAGE]
refused_with() {
	local output

	remember_footprint
	mark_log
	! output=$(module_load 2>&1) || fail "it was loaded"
	[[ "$output" =~ $1 ]] || fail "wanted \"$1\": $output"
	[ -z "${2-}" ] || message "xfrm_pcpu: .*$2"
	nothing_left
}

block() {
	run_cmd insmod "$stage_dir/blocker.ko" function="$1"
}

unblock() {
	run_cmd rmmod blocker
}

cleanup_blocker() {
	[ ! -d /sys/module/blocker ] || rmmod blocker
	sysctl -qw kernel.ftrace_enabled=1
}

ready() {
	setup 4 tunnel
	trap 'cleanup_blocker; cleanup' EXIT
}

# works: after the cause is gone.
works() {
	module_load
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 1
	send 0-1 3
	expect_packets 0x1001 3
	module_unload
	nothing_left
}

ftrace_off() {
	ready
	sysctl -qw kernel.ftrace_enabled=0
	refused_with "resource busy" "kernel.ftrace_enabled"
	sysctl -qw kernel.ftrace_enabled=1
	works
}

ftrace_held() {
	ready
	module_load
	not sysctl -qw kernel.ftrace_enabled=0 2>/dev/null
	[ "$(sysctl -n kernel.ftrace_enabled)" = 1 ]
}

taken() {
	ready
	block "$1"
	hooked "$1"
	refused_with "resource busy" "redirects one of the functions"
	unblock
	remember_footprint
	works
}

find_taken() {
	taken xfrm_state_find
}

add_taken() {
	taken xfrm_state_add
}

find_taken_later() {
	local text="cannot hook the output look-up; see the kernel log"

	ready
	module_load
	block xfrm_state_find
	mark_log
	# shellcheck disable=SC2086 # words
	refused "$A" EBUSY "$text" newsa $SA spi=0x1001 pcpu=1
	message "redirects one of the functions"
	[ -z "$(dump "$A")" ]
	refused "$A" EBUSY "$text" updpolicy pdir=out sel="$SEL" tmpl="$TMPL" pflags=4
	add_sa_pair 0x1000 -
	receive
	send 0 3
	delivered
	unblock
	add_sa_pair 0x1001 1
	send 1 3
	expect_packets 0x1001 3
}

loaded_under() {
	ready
	module_load
	add_sa 0x1001 1
	not block xfrm_state_find 2>/dev/null
	not block xfrm_state_add 2>/dev/null
}

twice() {
	ready
	module_load
	not module_load 2>"$tmp/twice"
	grep -q "File exists" "$tmp/twice"
	module_unload
}

run_subtests
