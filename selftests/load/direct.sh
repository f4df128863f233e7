#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The look-up hooked by a direct call (parameter direct_call), and other users of
# ftrace beside it. Needs 4 CPUs. Its loading and unloading under traffic: load.sh
# with PARAMETERS=direct_call=1.
. "$(dirname "$0")/lib.sh"

subtests=(
	"by_default|without the parameter it is not a direct call"
	"called|with it, it is: own SA and fallback as ever"
	"demand|hooked on demand, and unhooked under traffic"
	"tracer|function tracer, graph tracer and kprobe come and go under traffic"
	"redirect_first|somebody else redirects the function: EBUSY, later it works"
	"redirect_second|nobody else can redirect it"
)

# The parameter is this file's own business.
PARAMETERS=

# how: of the function's hook, in ftrace's words; a direct call is on the next line.
how() {
	grep -A 1 '^xfrm_state_find ' "$tracing/enabled_functions"
}

is_direct() {
	how | grep -q '[[:space:]]direct.*-->find_trampoline'
}

# ready: loaded with the parameter. Where the kernel does not allow it, loading
# fails and says so.
ready() {
	setup 4 tunnel
	trap 'away; cleanup' EXIT
	mark_log
	module_load direct_call=1 2>"$tmp/refused" || {
		grep -q "Operation not supported" "$tmp/refused"
		message "no direct calls that the module can use" >/dev/null
		not module_loaded
		skip "no direct calls on this kernel; loading says so"
	}
}

# away: whoever else may be there.
away() {
	echo nop >"$tracing/current_tracer"
	echo >"$tracing/set_ftrace_filter"
	echo 0 >"$tracing/events/enable"
	echo >"$tracing/kprobe_events"
	[ ! -d /sys/module/blocker ] || rmmod blocker
}

works() {
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 1
	is_direct || fail "not a direct call: $(how)"
	receive
	send 0-3 5
	delivered
	expect_packets 0x1001 5
	expect_packets 0x1000 15
}

# refused_now: what needs the look-up, while it is somebody else's.
refused_now() {
	mark_log
	# shellcheck disable=SC2086 # words
	refused "$A" EBUSY "cannot hook the output look-up; see the kernel log" \
		newsa $SA spi=0x1001 dir=out pcpu=1
	message "redirects one of the functions"
}

by_default() {
	setup 4 tunnel
	module_load
	add_sa_pair 0x1001 1
	hooked xfrm_state_find
	not is_direct
	[ "$(cat /sys/module/xfrm_pcpu/parameters/direct_call)" = N ]
}

called() {
	ready
	module_unload
	remember_footprint
	module_load direct_call=1
	output_idle
	works
	module_unload
	nothing_left
}

demand() {
	local cycle

	ready
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 -
	receive
	traffic 0-3
	for cycle in 1 2; do
		in_ns "$A" xfrm-pcpu bind "$OUT_DST" 0x1001 1
		is_direct || fail "cycle $cycle: $(how)"
		busywait 10000 own_beyond $((100 * cycle)) || fail "cycle $cycle: $(stat Own)"
		in_ns "$A" xfrm-pcpu unbind "$OUT_DST" 0x1001
		busywait 30000 output_idle || fail "cycle $cycle: still hooked"
	done
	traffic_arrived
}

own_beyond() {
	[ "$(stat Own)" -gt "$1" ]
}

seen() {
	grep -q xfrm_state_find "$tracing/trace"
}

# traced NAME: there is a trace of the function, and still its wrapper's work.
traced() {
	local own

	own=$(stat Own)
	busywait 10000 seen || fail "$1 saw nothing"
	busywait 10000 own_beyond $((own + 20)) || fail "$1: $(how)"
	echo >"$tracing/trace"
}

tracer() {
	local cycle

	ready
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 1
	receive
	traffic 0-3
	for cycle in 1 2 3; do
		echo xfrm_state_find >"$tracing/set_ftrace_filter"
		echo function >"$tracing/current_tracer"
		traced "cycle $cycle: function tracer"
		echo nop >"$tracing/current_tracer"
		is_direct || fail "cycle $cycle: $(how)"
		# It leaves out what a direct call serves, or sees it: both are fine.
		# Not all functions: patching them takes minutes in an emulated machine.
		echo "udp_sendmsg xfrm_lookup_with_ifid xfrm_state_find" >"$tracing/set_ftrace_filter"
		echo function_graph >"$tracing/current_tracer"
		busywait 10000 grep -q udp_sendmsg "$tracing/trace" || fail "cycle $cycle: no graph"
		echo nop >"$tracing/current_tracer"
		echo >"$tracing/set_ftrace_filter"
		echo "p:find xfrm_state_find" >"$tracing/kprobe_events"
		echo 1 >"$tracing/events/kprobes/enable"
		traced "cycle $cycle: kprobe"
		# They come and go while it is hooked and while it is not.
		in_ns "$A" xfrm-pcpu unbind "$OUT_DST" 0x1001
		[ "$cycle" != 2 ] || busywait 30000 disarmed || fail "armed: $(how)"
		in_ns "$A" xfrm-pcpu bind "$OUT_DST" 0x1001 1
		traced "cycle $cycle: kprobe"
		echo 0 >"$tracing/events/kprobes/enable"
		echo >"$tracing/kprobe_events"
		is_direct || fail "cycle $cycle: $(how)"
	done
	traffic_arrived
}

disarmed() {
	in_ns "$A" xfrm-pcpu info | grep -q ': not armed$'
}

redirect_first() {
	ready
	run_cmd insmod "$stage_dir/blocker.ko" function=xfrm_state_find
	refused_now
	run_cmd rmmod blocker
	works
}

redirect_second() {
	ready
	works
	not run_cmd insmod "$stage_dir/blocker.ko" function=xfrm_state_find 2>/dev/null
	is_direct
}

run_subtests
