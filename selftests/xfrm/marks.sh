#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Marks: which SAs a policy's mark reaches, and what SAs mark their packets
# with. Needs 4 CPUs.
# shellcheck disable=SC2086 # names and numbers without blanks
. "$(dirname "$0")/lib.sh"

subtests=(
	"masked|a policy with a mark, SAs that match it by their mask"
	"two|two marks, one reqid: each has its own SAs and fallback"
	"two_ask|two marks, one reqid: each is asked for"
	"two_answered|an SA for one mark does not answer the other's acquire"
	"two_sources|two sources, one reqid: each is asked for"
	"set_mark|output marks: each SA marks with its own"
	"set_mark_route|an output mark that leads elsewhere"
)

masked() {
	addresses 4 tunnel
	OUT_SA="mark=0x10/0xf0" SEND="--mark 0x1f"
	link_up
	policies mark=0x1f/0xff
	story
}

# marked MARK COMMAND...: for the outbound SAs and the packets with this mark.
marked() {
	OUT_SA="mark=$1" SEND="--mark $1" "${@:2}"
}

# two_marks [POLICY WORD]...
two_marks() {
	local mark

	addresses 4 tunnel
	link_up
	x "$B" newpolicy pdir=in sel="$SEL" tmpl="$TMPL"
	for mark in 1 2; do
		x "$A" newpolicy pdir=out sel="$SEL" tmpl="$TMPL" mark=$mark "$@"
	done
}

two() {
	two_marks
	marked 1 add_pairs 0x1000=- 0x1001=1
	marked 2 add_pairs 0x2000=- 0x2001=1 0x2002=2
	marked 1 pass 0-2 5
	marked 2 pass 0-2 5
	carried 0x1000 10 0x1001 5 0x2000 5 0x2001 5 0x2002 5
}

# asked_marks: CPU 2, once for each mark.
asked_marks() {
	asked 2 2
	heard 1 ACQUIRE "MARK=0x1/0xffffffff,SA_PCPU=2\$"
	heard 1 ACQUIRE "MARK=0x2/0xffffffff,SA_PCPU=2\$"
}

two_ask() {
	two_marks pflags=4
	marked 1 add_pairs 0x1000=-
	marked 2 add_pairs 0x2000=-
	listen acquire
	marked 1 pass 2 1
	marked 2 pass 2 1
	asked_marks
}

two_answered() {
	two_ask
	marked 1 add_pairs 0x1003=2
	marked 1 pass 2 5
	# Still pending: nobody asks again.
	marked 2 try_send 2 2 --mark 2
	asked_marks
	marked 2 add_pairs 0x2003=2
	count_anew
	marked 2 pass 2 5
	carried 0x1003 5 0x2003 5
	asked_marks
}

# A host with two addresses: the template leaves the source open.
two_sources() {
	local source

	addresses 4 transport
	link_up
	run_cmd ip -n "$A" addr add 10.0.0.3/24 dev veth0
	x "$A" newpolicy pdir=out sel="0.0.0.0/0,$OUT_DST,udp" pflags=4 \
		tmpl="0.0.0.0/$OUT_DST/esp/transport/1"
	x "$B" newpolicy pdir=in sel="0.0.0.0/0,$OUT_DST,udp" \
		tmpl="0.0.0.0/$OUT_DST/esp/transport/1"
	SA="src=0.0.0.0 dst=$OUT_DST mode=transport reqid=1"
	add_pairs 0x1000=-
	listen acquire
	for source in 10.0.0.1 10.0.0.3; do
		pass 2 1 --source "$source"
		heard 1 ACQUIRE " src=$source .*SA_PCPU=2\$"
	done
	asked 2 2
	carried 0x1000 2
	SA="src=10.0.0.3 dst=$OUT_DST mode=transport reqid=1" add_pairs 0x1003=2
	pass 2 5 --source 10.0.0.3
	carried 0x1003 5 0x1000 2
	asked 2 2
}

# left_with MARK: packets of ESP that left $A so marked.
left_with() {
	in_ns "$A" nft list counter ip t "m$1" | sed -n 's/.*packets \([0-9]*\).*/\1/p'
}

set_mark() {
	local mark

	pair 4 tunnel
	for mark in 0 7 8; do
		in_ns "$A" nft -f - <<-END
			table ip t {
				counter m$mark { }
				chain post {
					type filter hook postrouting priority 0
					ip protocol esp meta mark $mark counter name m$mark
				}
			}
		END
	done
	OUT_SA="set_mark=0x7" add_pairs 0x1001=1
	OUT_SA="set_mark=0x8/0xff" add_pairs 0x1002=2
	add_pairs 0x1000=-
	pass 0-3 5
	carried 0x1001 5 0x1002 5 0x1000 10
	[ "$(left_with 0) $(left_with 7) $(left_with 8)" = "10 5 5" ] ||
		fail "marked 0, 7, 8: $(left_with 0) $(left_with 7) $(left_with 8)"
}

# The outer packet is routed by its SA's mark: CPU 1's goes nowhere.
set_mark_route() {
	pair 4 tunnel
	run_cmd ip -n "$A" rule add fwmark 7 lookup 100
	run_cmd ip -n "$A" route add blackhole default table 100
	OUT_SA="set_mark=0x7" add_pairs 0x1001=1
	add_pairs 0x1002=2 0x1000=-
	pass 0,2,3 5
	try_send 1 5
	carried 0x1001 0 0x1002 5 0x1000 10
}

run_subtests
