#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A template that names an SPI, as strongSwan 5.9 makes it: only the SA with that
# SPI will do, on the CPUs that may use it. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"fallback|the fallback's SPI: all CPUs use the fallback"
	"fallback_flag|the same with CPU_ACQUIRE: nobody is asked"
	"own|a CPU's SPI: that CPU uses it, the others are refused"
	"own_flag|the same with CPU_ACQUIRE"
	"missing|an SPI that no SA has: one ACQUIRE, and a larval SA, with it"
	"changed|UPDPOLICY pins another SPI, then none"
)

# pinned SPI [WORD]...: the topology, its template with an SPI; a fallback and
# SAs of CPUs 0 and 1.
pinned() {
	addresses 4 tunnel
	setup_ns A B
	connect_ns "$A" "$B"
	x "$A" newpolicy pdir=out sel="$SEL" tmpl="$TMPL/$1" "${@:2}"
	x "$B" newpolicy pdir=in sel="$SEL" tmpl="$TMPL"
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	add_sa_pair 0x1002 1
	listen acquire
}

# sent_by FALLBACK CPU0 CPU1: packets of each.
sent_by() {
	expect_packets 0x1000 "$1"
	expect_packets 0x1001 "$2"
	expect_packets 0x1002 "$3"
}

use_fallback() {
	receive
	send 0-3 10
	delivered
	sent_by 40 0 0
	heard 0 ACQUIRE
}

fallback() {
	pinned 0x1000
	use_fallback
}

fallback_flag() {
	differs 2
	pinned 0x1000 pflags=4
	use_fallback
}

use_own() {
	receive
	send 1 10
	delivered
	try_send 0 10
	grep -q '^cpu=0 sent=0 ' "$tmp/sent" || fail "CPU 0: $(cat "$tmp/sent")"
	try_send 2 10
	grep -q '^cpu=2 sent=0 ' "$tmp/sent" || fail "CPU 2: $(cat "$tmp/sent")"
	sent_by 0 0 10
	heard 0 ACQUIRE
}

own() {
	pinned 0x1002
	use_own
}

own_flag() {
	pinned 0x1002 pflags=4
	use_own
}

missing() {
	pinned 0x1005
	try_send 0 5
	try_send 2 5
	sent_by 0 0 0
	heard 1 ACQUIRE spi=0x1005
	not grep SA_PCPU <<<"$(events ACQUIRE)"
	x "$B" newsa $SA spi=0x1005 dir=in
	x "$A" updsa $SA spi=0x1005 dir=out
	receive
	send 0-3 10
	delivered
	expect_packets 0x1005 40
	sent_by 0 0 0
	heard 1 ACQUIRE
}

changed() {
	pinned 0x1000
	receive
	send 0,1,2 10
	sent_by 30 0 0
	x "$A" updpolicy pdir=out sel="$SEL" tmpl="$TMPL/0x1001"
	send 0 10
	try_send 1 10
	sent_by 30 10 0
	x "$A" updpolicy pdir=out sel="$SEL" tmpl="$TMPL"
	send 0,1,2 10
	sent_by 40 20 10
	heard 0 ACQUIRE
}

run_subtests
