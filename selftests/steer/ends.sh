#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What ends while packets are under way from CPU to CPU at full speed: the device, the
# netns, steering itself. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA and the like are lists of words
. "$(dirname "$0")/lib.sh"

subtests=(
	"device|the device is deleted under traffic: what was under way is received or counted"
	"netns|the netns is deleted under traffic"
	"switching|switched on and off under traffic: nothing lost, in order"
)

# steered_traffic: at full speed, until its packets are under way from CPU to CPU.
steered_traffic() {
	topology 4 tunnel
	arrive_on 0
	steer 1
	four_sas
	traffic 0-3 --rate 0
	busywait 10000 grows SteerOut
}

device() {
	steered_traffic
	# Its packets hold it; the kernel says so if it waits for one for ever.
	ip -n "$B" link del veth0
	busywait 10000 accounted || fail "$(in_ns "$B" grep Steer /proc/net/xfrm_pcpu_stat)"
	not grows SteerOut
}

netns() {
	steered_traffic
	xns del "$B"
	# Its end of the link goes when it does.
	busywait 20000 not ip -n "$A" link show veth0
}

switching() {
	topology 4 tunnel
	arrive_on 0
	four_sas
	receive
	traffic 0-3 --rate "$RATE"
	for _ in 1 2 3 4 5 6; do
		steer 1
		busywait 10000 grows SteerOut
		steer 2
		steer 0
		not grows SteerOut
	done
	all_arrived
	in_order
	expect_stat SteerIn "$(stat SteerOut)"
	expect_stat SteerGone 0
}

run_subtests
