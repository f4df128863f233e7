#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Lifetimes of a CPU's SA and of the fallback: EXPIRE tells the CPU; past a soft
# limit an SA goes on, past a hard one its CPU takes the fallback and asks again.
# Needs 4 CPUs.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"soft_packets|a CPU's SA, soft limit of packets"
	"soft_bytes|a CPU's SA, soft limit of bytes"
	"soft_seconds|a CPU's SA, soft limit of time"
	"soft_use_seconds|a CPU's SA, soft limit of time since its first packet"
	"hard_packets|a CPU's SA, hard limit of packets"
	"hard_bytes|a CPU's SA, hard limit of bytes"
	"hard_seconds|a CPU's SA, hard limit of time"
	"hard_use_seconds|a CPU's SA, hard limit of time since its first packet"
	"unused|an SA that is not used has no first packet"
	"soft_then_hard|soft, then hard: two EXPIREs, both with the CPU"
	"asks|past a hard limit the CPU asks again, the fallback carries all"
	"fallback_soft|the fallback, soft limit"
	"fallback_hard|the fallback, hard limit: the CPUs' own go on"
	"fallback_seconds|the fallback, hard limit of time"
	"inbound|an inbound SA with a CPU"
	"user|EXPIRE by a request, soft and hard"
)

# expires CPU|none SPI HARD: EXPIREs of this SA come with this CPU, one.
expires() {
	heard 1 EXPIRE "spi=$2 .*hard=$3 "
	if [ "$1" = none ]; then
		not grep SA_PCPU <<<"$(events EXPIRE | grep "spi=$2 ")"
	else
		heard 1 EXPIRE "spi=$2 .*hard=$3 .*SA_PCPU=$1\b"
	fi
}

# soft LIMIT: CPU 0's SA passes it and is used as before.
soft() {
	topology 4 tunnel pflags=4
	listen acquire expire
	add_sa_pair 0x1001 0 "$1"
	add_sa_pair 0x1002 1
	receive
	send 0,1 10
	delivered
	expires 0 0x1001 0
	receive
	send 0,1 10
	delivered
	expect_packets 0x1001 20
	expect_packets 0x1002 20
	heard 1 EXPIRE
	heard 0 ACQUIRE
}

soft_packets() {
	soft soft_packets=5
}

soft_bytes() {
	soft soft_bytes=300
}

soft_seconds() {
	soft soft_seconds=2
}

soft_use_seconds() {
	soft soft_use_seconds=2
}

# hard_count LIMIT: the packet that comes too late is dropped, the next takes the
# fallback.
hard_count() {
	local own

	topology 4 tunnel
	listen acquire expire
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0 "$1"
	add_sa_pair 0x1002 1
	try_send 0,1 20
	expires 0 0x1001 1
	heard 1 EXPIRE
	own=$(events EXPIRE | field packets)
	[ "$own" -gt 0 ]
	expect_packets 0x1000 $((20 - 1 - own))
	expect_packets 0x1002 20
	busywait 5000 not show "$A" 0x1001
	receive
	send 0,1 10
	delivered
	expect_packets 0x1000 $((30 - 1 - own))
	expect_packets 0x1002 30
	heard 0 ACQUIRE
}

hard_packets() {
	hard_count hard_packets=5
}

hard_bytes() {
	hard_count hard_bytes=500
}

# hard_time LIMIT: on a slow machine the first packet may already come too late
# for a limit that does not wait for it.
hard_time() {
	local own

	topology 4 tunnel
	listen acquire expire
	add_sa_pair 0x1000 -
	add_sa_pair 0x1002 1
	add_sa_pair 0x1001 0 "$1"
	send 0,1 1
	expires 0 0x1001 1
	busywait 5000 not show "$A" 0x1001
	own=$(events EXPIRE | field packets)
	[[ "$1" != *use* || "$own" = 1 ]]
	receive
	send 0,1 10
	delivered
	expect_packets 0x1000 $((11 - own))
	expect_packets 0x1002 11
	heard 1 EXPIRE
	heard 0 ACQUIRE
}

hard_seconds() {
	hard_time hard_seconds=3
}

hard_use_seconds() {
	hard_time hard_use_seconds=2
}

unused() {
	topology 4 tunnel
	listen expire
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0 hard_use_seconds=1
	add_sa_pair 0x1002 1 hard_use_seconds=1
	send 1 1
	expires 1 0x1002 1
	sleep 2
	heard 1 EXPIRE
	expect_cpu "$A" 0x1001 0
	send 0 1
	expires 0 0x1001 1
	heard 2 EXPIRE
}

soft_then_hard() {
	topology 4 tunnel
	listen expire
	add_sa_pair 0x1001 0 soft_packets=5 hard_packets=10
	add_sa_pair 0x1002 1
	try_send 0 20
	expires 0 0x1001 0
	expires 0 0x1001 1
	[[ "$(events | field hard | paste -sd' ')" =~ ^0 ]]
	send 1 10
	expect_packets 0x1002 10
	heard 2 EXPIRE
}

asks() {
	differs 2
	topology 4 tunnel pflags=4
	listen acquire expire
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0 hard_packets=5
	add_sa_pair 0x1002 1
	try_send 0,1 20
	expires 0 0x1001 1
	heard 1 ACQUIRE SA_PCPU=0
	expect_packets 0x1000 14
	expect_packets 0x1002 20
	receive
	send 0,1 10
	delivered
	expect_packets 0x1000 24
	heard 1 ACQUIRE
	add_sa_pair 0x2001 0
	receive
	send 0,1 10
	delivered
	expect_packets 0x2001 10
	heard 1 ACQUIRE
}

fallback_soft() {
	topology 4 tunnel
	listen acquire expire
	add_sa_pair 0x1000 - soft_packets=5
	add_sa_pair 0x1001 0
	receive
	send 0,1,2 10
	delivered
	expires none 0x1000 0
	expect_packets 0x1000 20
	expect_packets 0x1001 10
	heard 1 EXPIRE
	heard 0 ACQUIRE
}

# gone: the fallback has expired; CPU 1 finds nothing and must not find CPU 0's.
gone() {
	expires none 0x1000 1
	busywait 5000 not show "$A" 0x1000
	try_send 1 10
	heard 1 ACQUIRE
	not grep SA_PCPU <<<"$(events ACQUIRE)"
	receive
	send 0 10
	delivered
	expect_packets 0x1001 "$1"
	heard 1 EXPIRE hard=1
}

fallback_hard() {
	topology 4 tunnel
	listen acquire expire
	add_sa_pair 0x1000 - hard_packets=5
	add_sa_pair 0x1001 0
	send 0 10
	try_send 1 10
	gone 20
}

fallback_seconds() {
	topology 4 tunnel
	listen acquire expire
	add_sa_pair 0x1000 - hard_seconds=$((2 * slow))
	add_sa_pair 0x1001 0
	send 0 10
	gone 20
}

inbound() {
	topology 4 tunnel
	start events "$B" xmon expire
	x "$B" newsa $SA spi=0x1001 dir=in pcpu=2 soft_packets=5 hard_packets=10
	add_sa 0x1001 0
	send 0 20
	expires 2 0x1001 0
	expires 2 0x1001 1
	busywait 5000 not show "$B" 0x1001
	heard 2 EXPIRE
}

user() {
	topology 4 tunnel
	listen expire
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	x "$A" expire $SA spi=0x1001 hard=0
	expires 0 0x1001 0
	expect_cpu "$A" 0x1001 0
	x "$A" expire $SA spi=0x1001 hard=1
	expires 0 0x1001 1
	not show "$A" 0x1001
	receive
	send 0 5
	delivered
	expect_packets 0x1000 5
}

run_subtests
