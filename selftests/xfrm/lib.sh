# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# shellcheck disable=SC2086 # POLICY, ID, SEND and the like are lists of words
#
# For the tests of one part of XFRM each. What is to be seen of per-CPU SAs is
# the same in all of them: see story.
#
#	POLICY		words of the outbound policy
#	PEER_POLICY	words of the inbound one, beside selector and template
#	ID		words that name an SA, beside destination and SPI: proto=, mark=
#	PEER_ID		the same in $B
#	SEND		options of xsend

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"

POLICY='' PEER_POLICY='' ID='' PEER_ID='' SEND=''

# policies [WORD]...: outbound in $A, with these words; inbound in $B, so that
# $B takes no packet in clear.
policies() {
	POLICY="pdir=out sel=$SEL tmpl=$TMPL $*"
	x "$A" newpolicy $POLICY
	x "$B" newpolicy pdir=in sel="$SEL" tmpl="$TMPL" $PEER_POLICY
}

# pair FAMILY MODE [POLICY WORD]...: two namespaces and their policies.
pair() {
	addresses "$1" "$2"
	shift 2
	setup_ns A B
	connect_ns "$A" "$B"
	policies "$@"
}

# pass CPUS COUNT: what each of them sends arrives.
pass() {
	receive
	send "$1" "$2" $SEND
	delivered
}

# peer_packets SPI: that $B has received on an SA.
peer_packets() {
	show "$B" "$1" $PEER_ID | field packets
}

# carried SPI COUNT: so many packets left on this SA, and arrived on its peer.
carried() {
	local got

	expect_packets "$1" "$2" $ID
	got=$(peer_packets "$1")
	[ "$got" = "$2" ] || fail "SA $1: wanted $2 packets at the receiver, has $got"
}

# asked CPU...: these asked for an SA, each once.
asked() {
	local cpu

	heard $# ACQUIRE
	for cpu; do
		heard 1 ACQUIRE "SA_PCPU=$cpu\$"
	done
}

# own_and_fallback: CPUs 0 and 1 send on SAs of their own, the others on the
# fallback, and all arrives.
own_and_fallback() {
	add_sa_pair 0x1001 0
	add_sa_pair 0x1002 1
	add_sa_pair 0x1000 -
	pass 0-3 5
	carried 0x1001 5
	carried 0x1002 5
	carried 0x1000 10
}

# own_asked_for: with CPU_ACQUIRE, CPU 2 asks for an SA of its own while the
# fallback carries its packet, and uses it when it is there. CPU 0 does not ask.
# (On mainline the fallback carries one packet only: difference 2.)
own_asked_for() {
	x "$A" updpolicy $POLICY pflags=4
	listen acquire
	send 0 5 $SEND
	pass 2 1
	asked 2
	carried 0x1000 11
	add_sa_pair 0x1003 2
	pass 2 5
	asked 2
	carried 0x1003 5
	carried 0x1000 11
	carried 0x1001 10
}

# story: what per-CPU SAs are, from the first packet to the answered ACQUIRE.
story() {
	own_and_fallback
	own_asked_for
}
