#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What was there before the module was loaded. Needs 4 CPUs.
. "$(dirname "$0")/lib.sh"

subtests=(
	"fallbacks|SAs that exist count as fallbacks"
	"policy|a policy with flag 4 that exists arms: the next packet asks"
	"acquire_own|answered: own SAs, without the daemon being restarted"
	"bind|an SA that exists gets its CPU by BIND"
	"deleted|an SA that existed is deleted"
	"many|1,000 SAs in 4 namespaces, loaded under traffic"
)

status() {
	in_ns "${1-$A}" xfrm-pcpu status
}

# Whatever CPU they were once given: the kernel has dropped that.
fallbacks() {
	setup 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 1
	module_load
	status | grep -Eq 'spi 0x00001000 cpu fallback .* state valid' || fail "$(status)"
	status | grep -Eq 'spi 0x00001001 cpu fallback .* state valid' || fail "$(status)"
	status "$B" | grep -q 'spi 0x00001000 cpu fallback ' || fail "$(status "$B")"
	expect_cpu "$A" 0x1001 none
	output_idle
	receive
	send 0-3 10
	delivered
}

policy() {
	setup 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	listen acquire
	receive
	send 1 5
	heard 0 ACQUIRE
	delivered
	module_load
	output_armed
	receive
	send 1 5
	delivered
	heard 1 ACQUIRE
	heard 1 ACQUIRE SA_PCPU=1
}

acquire_own() {
	local spi

	setup 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	listen acquire --answer "peer-netns=$B,spi-base=2000,dir=1,delay=1000"
	receive
	traffic 0-3
	module_load
	busywait 20000 installed 4
	sleep 1
	traffic_arrived
	heard 4 ACQUIRE
	for spi in 0x2000 0x2001 0x2002 0x2003; do
		used "$spi" 0
	done
}

bind() {
	setup 4 tunnel
	add_sa_pair 0x1001 -
	add_sa_pair 0x1000 -
	module_load
	in_ns "$A" xfrm-pcpu bind "$OUT_DST" 0x1001 1
	expect_cpu "$A" 0x1001 1
	send 0-3 5
	expect_packets 0x1001 5
	expect_packets 0x1000 15
}

deleted() {
	setup 4 tunnel
	add_sa_pair 0x1000 -
	module_load
	[ "$(stat Sas)" = 1 ]
	delete_sa 0x1000
	[ "$(stat Sas)" = 0 ]
	x "$B" flushsa
	[ "$(stat Sas "$B")" = 0 ]
}

module_used() {
	[ "$(stat Fallback)" -gt 100 ]
}

# 250 each, in $A, $B and two more.
many() {
	local netns i

	setup 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	setup_ns C D
	for netns in "$A" "$B" "$C" "$D"; do
		for ((i = 0; i < 250; i++)); do
			echo "newsa src=10.0.0.1 dst=10.9.0.$((i % 100)) mode=tunnel reqid=$((i % 7)) spi=$((0x5000 + i))"
		done >"$tmp/batch"
		in_ns "$netns" xreq - <"$tmp/batch" >"$tmp/answers"
		[ "$(grep -c 'errno=0' "$tmp/answers")" = 250 ] || fail "$(tail -n 1 "$tmp/answers")"
	done
	receive
	traffic 0-3
	busywait 10000 used 0x1000 100
	module_load
	[ "$(stat Sas "$A") $(stat Sas "$B") $(stat Sas "$C") $(stat Sas "$D")" = \
		"251 251 250 250" ] ||
		fail "$(stat Sas "$A") $(stat Sas "$B") $(stat Sas "$C") $(stat Sas "$D")"
	[ "$(status "$C" | grep -c ' cpu fallback ')" = 250 ]
	busywait 10000 module_used
	traffic_arrived
	expect_packets 0x1000 "$(all_sent)"
}

run_subtests
