#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# CPU 2 goes and comes back. Its sender moves to another CPU meanwhile, whose SA
# it uses. Needs 4 CPUs.
. "$(dirname "$0")/lib.sh"

subtests=(
	"own|while it sends with its own SA"
	"pending|while its ACQUIRE is pending, which is answered without it"
	"expired|while its ACQUIRE is pending, which nobody answers"
	"away|an SA for a CPU that is away waits for it"
	"cycles|5 times under traffic"
)

need_pcpu() {
	native || module_loaded || module_load
}

cpu2() {
	echo "$1" >/sys/devices/system/cpu/cpu2/online
	[ "$(cat /sys/devices/system/cpu/cpu2/online)" = "$1" ]
}

ready() {
	[ -e /sys/devices/system/cpu/cpu2/online ] || skip "CPU 2 cannot be taken away"
	trap 'cpu2 1; cleanup' EXIT
	topology 4 tunnel "$@"
	add_sa_pair 0x1000 -
}

# others_arrived: what CPUs 0, 1 and 3 sent. A packet that CPU 2 had in its
# hands when it went may be lost; how many were is told.
others_arrived() {
	local cpu

	stop_traffic
	not grep -v ' sent=[1-9][0-9]*$' "$tmp/sent"
	stop_receiver "$(sum_of sent "$tmp/sent")"
	for cpu in 0 1 3; do
		[ "$(sent "$cpu")" = "$(received "$cpu")" ] ||
			fail "CPU $cpu: $(cat "$tmp/sent" "$tmp/receiver" <(losses))"
	done
	[ "$(received 2)" -gt 0 ]
	echo "# CPU 2: sent $(sent 2), lost $(($(sent 2) - $(received 2)))"
}

# comes_to_use: after its return CPU 2 has the SA, which nobody else uses.
comes_to_use() {
	local before

	before=$(packets "$1")
	send 0,1,3 5
	expect_packets "$1" "$before"
	send 2 5
	expect_packets "$1" $((before + 5))
}

own() {
	local cpu away

	ready
	for cpu in 0 1 2 3; do
		add_sa_pair "0x200$cpu" "$cpu"
	done
	receive
	traffic 0-3
	busywait 10000 used 0x2002 50
	cpu2 0
	sleep 0.2
	away=$(packets 0x2002)
	sleep 1
	expect_packets 0x2002 "$away"
	cpu2 1
	sleep 0.5
	others_arrived
	expect_packets 0x1000 0
	comes_to_use 0x2002
}

pending() {
	differs 2
	ready pflags=4
	listen acquire
	receive
	traffic 0-3
	heard 4 ACQUIRE
	cpu2 0
	add_sa_pair 0x2002 2
	sleep 0.5
	expect_packets 0x2002 0
	cpu2 1
	others_arrived
	comes_to_use 0x2002
	heard 4 ACQUIRE
}

expired() {
	ready pflags=4
	run_cmd in_ns "$A" sysctl -qw net.core.xfrm_acq_expires=2
	listen acquire
	send 2 1
	heard 1 ACQUIRE SA_PCPU=2
	cpu2 0
	sleep 3
	cpu2 1
	heard 1 ACQUIRE
	send 2 1
	heard 2 ACQUIRE SA_PCPU=2
	expect_packets 0x1000 2
}

away() {
	ready
	cpu2 0
	add_sa_pair 0x2002 2
	expect_cpu "$A" 0x2002 2
	receive
	send 0,1,3 5
	delivered
	expect_packets 0x2002 0
	cpu2 1
	comes_to_use 0x2002
}

cycles() {
	differs 2
	ready pflags=4
	listen acquire --answer "peer-netns=$B,spi-base=2000,dir=1,delay=300"
	receive
	traffic 0-3
	busywait 10000 used 0x1000 50
	for _ in 1 2 3 4 5; do
		cpu2 0
		cpu2 1
	done
	busywait 10000 installed 3
	others_arrived
}

run_subtests
