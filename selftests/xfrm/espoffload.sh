#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# esp4_offload and esp6_offload: ESP in software, later on output (GSO) and
# earlier on input (GRO), than without them. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"tunnel|IPv4, tunnel: own SAs and the fallback"
	"tunnel_6|IPv6, tunnel"
	"transport|IPv4, transport"
	"transport_6|IPv6, transport"
	"acquire|a CPU asks, the fallback carries all"
	"stream|TCP with segments made behind the SA: on the CPU's SA only"
	"stream_6|the same with IPv6"
)

# When all namespaces are gone.
unload() {
	busywait 20000 modprobe -r esp4_offload esp6_offload
}

run_cmd modprobe -a esp4_offload esp6_offload || exit "$ksft_fail"
trap unload EXIT

# setup FAMILY MODE [POLICY WORD]...
setup() {
	topology "$@"
	run_cmd xns exec "$B" ethtool -K veth0 gro on
	SA="$SA cipher=gcm"
	grep -q '^esp4_offload .* Live' /proc/modules
}

four() {
	local cpu

	add_sa_pair 0x1000 -
	for cpu in 0 1 2; do
		add_sa_pair 0x100$((cpu + 1)) $cpu
	done
}

each_own() {
	local spi

	four
	listen acquire
	receive
	send 0-3 20
	delivered
	for spi in 0x1000 0x1001 0x1002 0x1003; do
		expect_packets $spi 20
	done
	heard 0 ACQUIRE
}

tunnel() {
	setup 4 tunnel
	each_own
}

tunnel_6() {
	setup 6 tunnel
	each_own
}

transport() {
	setup 4 transport
	each_own
}

transport_6() {
	setup 6 transport
	each_own
}

acquire() {
	differs 2
	setup 4 tunnel pflags=4
	four
	listen acquire
	receive
	send 0-3 20
	delivered
	expect_packets 0x1000 20
	heard 1 ACQUIRE SA_PCPU=3
	heard 1 ACQUIRE
}

# carry FAMILY: a megabyte from CPU 1, larger than what fits into a packet.
carry() {
	addresses "$1" tunnel
	setup_ns A B
	connect_ns "$A" "$B"
	run_cmd xns exec "$B" ethtool -K veth0 gro on
	SA="$SA cipher=gcm" SEL=${SEL%udp}tcp
	x "$A" newpolicy pdir=out sel="$SEL" tmpl="$TMPL"
	x "$B" newpolicy pdir=in sel="$SEL" tmpl="$TMPL"
	four
	in_ns "$B" taskset -c 1 nc -l "$TARGET" 5001 >"$tmp/got" &
	busywait 5000 eval 'in_ns "$B" ss -Hltn | grep -q :5001'
	head -c 1000000 /dev/urandom >"$tmp/data"
	in_ns "$A" taskset -c 1 nc -N "$TARGET" 5001 <"$tmp/data"
	wait $!
	cmp "$tmp/data" "$tmp/got"
	[ "$(packets 0x1002)" -gt 10 ]
	[ "$(show "$A" 0x1002 | field bytes)" -gt 1000000 ]
	expect_packets 0x1001 0
	expect_packets 0x1003 0
	expect_packets 0x1000 0
}

stream() {
	carry 4
}

stream_6() {
	carry 6
}

run_subtests
