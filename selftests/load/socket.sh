#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A connected socket keeps the SA that it once found; it has to learn of its
# CPU's without being opened again. Needs 4 CPUs.
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"takes_up|from the fallback to its CPU's SA"
	"takes_up_6|the same with IPv6 in transport mode"
	"each|4 sockets, each to the SA of its CPU, the others are not disturbed"
	"answered|asked for by the sockets' own packets"
	"bind|an SA that gets its CPU by BIND"
	"deleted|back to the fallback when the SA goes"
)

# connected CPUS: sockets that go on sending.
connected() {
	traffic "$1" --rate 100 --mode connected
	busywait 10000 more_than 0x1000 10
}

# finish [ALLOWED]: what was accepted has arrived.
finish() {
	stop_traffic
	not grep -vE " sent=[1-9][0-9]*(${1-})?\$" "$tmp/sent"
	delivered
}

sent() {
	sed -n "s/^cpu=$1 sent=\([0-9]*\).*/\1/p" "$tmp/sent" | total
}

more_than() {
	[ "$(packets "$1")" -gt "$2" ]
}

used() {
	busywait 10000 more_than "$1" 10 ||
		fail "SA $1 is not used: $(dump "$A")"
}

# moved SPI: its SA is used, and the fallback no more.
moved() {
	local fallback

	used "$1"
	fallback=$(packets 0x1000)
	sleep 0.5
	expect_packets 0x1000 "$fallback"
}

from_fallback() {
	skip_native "depends on when the socket looks"
	topology "$@"
	add_sa_pair 0x1000 -
	receive
	connected 1
	add_sa_pair 0x1001 1
	moved 0x1001
	# A newer one, of another CPU: the kernel alone would take that.
	add_sa_pair 0x1003 3
	moved 0x1001
	finish
	expect_packets 0x1003 0
}

takes_up() {
	from_fallback 4 tunnel
}

takes_up_6() {
	from_fallback 6 transport
}

each() {
	local cpu

	skip_native "depends on when the socket looks"
	topology 4 tunnel
	add_sa_pair 0x1000 -
	receive
	connected 0-3
	for cpu in 1 2 3; do
		add_sa_pair "0x100$cpu" "$cpu"
		used "0x100$cpu"
	done
	finish
	# What a CPU did not send with its own SA went over the fallback.
	[ "$(packets 0x1000)" -gt "$(sent 0)" ]
	for cpu in 1 2 3; do
		[ "$(packets "0x100$cpu")" -lt "$(sent "$cpu")" ]
	done
	[ "$(($(packets 0x1000) + $(packets 0x1001) + $(packets 0x1002) + $(packets 0x1003)))" = \
		"$(($(sent 0) + $(sent 1) + $(sent 2) + $(sent 3)))" ]
}

answered() {
	skip_native "depends on when the socket looks"
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	listen acquire --answer "peer-netns=$B,spi-base=2000,dir=1,delay=1000"
	receive
	connected 0-3
	for spi in 0x2000 0x2001 0x2002 0x2003; do
		used "$spi"
	done
	moved 0x2003
	finish
	heard 4 ACQUIRE
}

bind() {
	skip_native "the module's own interface"
	topology 4 tunnel
	add_sa_pair 0x1001 -
	add_sa_pair 0x1000 -
	receive
	connected 1
	expect_packets 0x1001 0
	in_ns "$A" xfrm-pcpu bind "$OUT_DST" 0x1001 1
	moved 0x1001
	finish
}

deleted() {
	local before

	skip_native "depends on when the socket looks"
	topology 4 tunnel
	add_sa_pair 0x1000 -
	receive
	connected 1
	add_sa_pair 0x1001 1
	moved 0x1001
	before=$(packets 0x1000)
	delete_sa 0x1001
	busywait 10000 more_than 0x1000 $((before + 10))
	# The kernel refuses the packet that had chosen the SA just before.
	finish " EINVAL=1"
}

run_subtests
