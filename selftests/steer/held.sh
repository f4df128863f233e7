#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What ends or changes while packets wait for another CPU. They come from one CPU, without
# RPS: the kernel's own hand-over must not be taken for ours. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA and the like are lists of words
. "$(dirname "$0")/lib.sh"

subtests=(
	"order|an SA that moves while its packets wait: the next wait behind them"
	"full|a full queue: what is dropped is counted"
	"device_waits|the device is deleted while packets wait: it goes, they are received or counted"
	"netns_waits|the netns is deleted while packets wait: it goes"
	"hotplug|the CPU goes and comes back under traffic"
	"unload|the module is unloaded under traffic: nothing lost"
	"unload_waits|the module is unloaded while packets wait: all arrive"
)

# held_sas: CPU 0 sends, and so it arrives there; CPU 2 decrypts.
held_sas() {
	topology 4 tunnel
	steer 1
	sa_pair 0x1001 0 2
}

# hold: CPU 2 at its first packet. let_go. Held up in a softirq on top of its idle
# task that CPU looks idle: what the test starts would be put there, and hang too.
hold() {
	run_cmd taskset -pc 0,1,3 "$BASHPID"
	insmod "$stage_dir/delay.ko" function=esp_input cpu=2
	trap 'let_go; cleanup' EXIT
}

let_go() {
	[ -d /sys/module/delay ] || return 0
	echo 1 >/sys/module/delay/parameters/release
	rmmod delay
}

held() {
	[ "$(cat /sys/module/delay/parameters/calls)" = 1 ]
}

queue_len() {
	run_cmd sysctl -qw net.xfrm_pcpu.steer_queue_len="$1"
}

# send_held COUNT: the first is being decrypted, the others wait behind it.
send_held() {
	hold
	in_ns "$A" xsend --dst "$TARGET" --cpus 0 --count 1 >"$tmp/sent"
	busywait 5000 held
	in_ns "$A" xsend --dst "$TARGET" --cpus 0 --rate 1000 --count "$1" >"$tmp/sent"
	busywait 5000 eval '[ "$(($(stat SteerOut) + $(stat SteerFull)))" = '"$(($1 + 1))"' ]'
}

full() {
	held_sas
	queue_len 10
	trap 'queue_len 1000; cleanup' EXIT
	receive
	send_held 30
	trap 'let_go; queue_len 1000; cleanup' EXIT
	expect_stat SteerOut 10
	expect_stat SteerFull 21
	let_go
	busywait 10000 receiver_has 10
	expect_stat SteerIn 10
	no_errors
	queue_len 1000
}

# Packets of CPU 2 wait, and the SA becomes CPU 3's: were the next to go there, they
# would overtake them. Which CPU decrypts tells where they waited.
order() {
	held_sas
	watch_decrypt 4
	receive
	send_held 5
	trap 'let_go; unwatch_decrypt; cleanup' EXIT
	run_cmd in_ns "$B" xfrm-pcpu move "$OUT_DST" 0x1001 3
	in_ns "$A" xsend --dst "$TARGET" --cpus 0 --rate 1000 --count 5 >"$tmp/sent"
	busywait 5000 eval '[ "$(stat SteerOut)" = 11 ]'
	let_go
	busywait 10000 receiver_has 11
	[ "$(all_decrypted)" = "0 0 11 0" ] || fail "decrypted by CPU: $(all_decrypted)"
	in_ns "$A" xsend --dst "$TARGET" --cpus 0 --count 1 >"$tmp/sent"
	busywait 10000 receiver_has 12
	[ "$(all_decrypted)" = "0 0 11 1" ] || fail "decrypted by CPU: $(all_decrypted)"
	no_errors
}

# while_held COMMAND...: it begins while packets wait, and has to end when they do not.
while_held() {
	local pid

	"$@" &
	pid=$!
	sleep 0.5
	let_go
	wait "$pid"
}

device_waits() {
	held_sas
	send_held 20
	while_held ip -n "$B" link del veth0
	busywait 10000 accounted || fail "$(in_ns "$B" grep Steer /proc/net/xfrm_pcpu_stat)"
	expect_stat SteerOut 21
}

netns_waits() {
	held_sas
	send_held 20
	while_held xns del "$B"
	busywait 20000 not ip -n "$A" link show veth0
	# The module goes when no netns is just ending; the kernel says so if one cannot.
	module_unload
	module_load
}

cpu2() {
	echo "$1" >/sys/devices/system/cpu/cpu2/online
}

hotplug() {
	[ -e /sys/devices/system/cpu/cpu2/online ] || skip "CPU 2 cannot be taken away"
	held_sas
	trap 'cpu2 1; cleanup' EXIT
	receive
	traffic 0 --rate "$RATE"
	for _ in 1 2 3 4 5; do
		busywait 10000 grows SteerOut
		cpu2 0
		busywait 10000 grows SteerLeft
		cpu2 1
	done
	busywait 10000 grows SteerOut
	all_arrived
	expect_stat SteerIn "$(stat SteerOut)"
}

# With one SA only: without the module all CPUs would send on the newest, and what
# they send at once has no order.
unload() {
	skip_native "it has no such module"
	held_sas
	receive
	traffic 0 --rate "$RATE"
	for _ in 1 2 3; do
		busywait 10000 grows SteerOut
		module_unload
		module_load
		# The SA is known again, without its CPU.
		run_cmd in_ns "$B" xfrm-pcpu bind "$OUT_DST" 0x1001 2
		steer 1
	done
	busywait 10000 grows SteerOut
	all_arrived
	in_order
}

unload_waits() {
	skip_native "it has no such module"
	held_sas
	receive
	send_held 200
	while_held module_unload
	busywait 10000 receiver_has 201 || fail "of 201: $(tail -n 1 "$tmp/receiver")"
	no_errors
}

run_subtests
