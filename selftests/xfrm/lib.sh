# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# shellcheck disable=SC2086 # POLICY, ID, SEND and the like are lists of words
#
# For the tests of one part of XFRM each. What is to be seen of per-CPU SAs is
# the same in all of them: see story. Processes are slow under emulation: what
# can be asked at once is.
#
#	POLICY		words of the outbound policy
#	PEER_POLICY	words of the inbound one, beside selector and template
#	OUT_SA, IN_SA	words of outbound and inbound SAs, beside SA
#	PROTO		of the SAs that are looked at
#	SEND		options of xsend

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"

POLICY='' PEER_POLICY='' OUT_SA='' IN_SA='' PROTO=esp SEND=''

# Over the lib's, which mounts a /sys for each command.
in_ns() {
	nsenter --net="/run/netns/$1" "${@:2}"
}

# pair FAMILY MODE [POLICY WORD]...: two namespaces and their policies.
pair() {
	addresses "$1" "$2"
	shift 2
	link_up
	policies "$@"
}

link_up() {
	setup_ns A B
	connect_ns "$A" "$B"
}

# policies [WORD]...: outbound in $A, with these words; inbound in $B, so that
# $B takes no packet in clear.
policies() {
	POLICY="pdir=out sel=$SEL tmpl=$TMPL $*"
	x "$A" newpolicy $POLICY
	x "$B" newpolicy pdir=in sel="$SEL" tmpl="$TMPL" $PEER_POLICY
}

# batch NAMESPACE: requests on standard input, which all have to succeed.
batch() {
	run_cmd in_ns "$1" xreq -
}

# add_pairs SPI=CPU|-...: pairs of SAs, the inbound ones first.
add_pairs() {
	local pair

	for pair; do
		echo "newsa $SA spi=${pair%=*} dir=in $IN_SA"
	done | batch "$B"
	for pair; do
		echo "newsa $SA spi=${pair%=*} dir=out $OUT_SA" \
			"$([ "${pair#*=}" = - ] || echo "pcpu=${pair#*=}")"
	done | batch "$A"
}

# send_only CPUS COUNT [OPTION]...: COUNT packets from each CPU, all accepted.
send_only() {
	local line sent

	sent=$(in_ns "$A" xsend --dst "$TARGET" --cpus "$1" --count "$2" --rate 200 \
		$SEND "${@:3}")
	while read -r line; do
		[ "${line#* }" = "sent=$2" ] || fail "not accepted: $sent"
		sent_total=$((sent_total + $2))
	done <<<"$sent"
}

# pass CPUS COUNT [OPTION]...: what each of them sends arrives.
pass() {
	[ -e "$tmp/receiver.pid" ] || receive
	send_only "$@"
	busywait 5000 receiver_has "$sent_total" ||
		fail "sent $sent_total in all, received: $(<"$tmp/receiver")"
}
sent_total=0

# count_anew: after packets that may have been lost.
count_anew() {
	stop receiver
	rm "$tmp/receiver.pid"
	sent_total=0
}

# carried SPI COUNT [SPI COUNT]...: so many packets left on these SAs, and
# arrived on their peers.
carried() {
	local sent arrived

	sent=$(dump "$A")
	arrived=$(dump "$B")
	while [ $# -gt 0 ]; do
		carried_in "$sent" "sent" "$1" "$2"
		carried_in "$arrived" "received" "$1" "$2"
		shift 2
	done
}

# carried_in DUMP VERB SPI COUNT
carried_in() {
	[[ "$1" =~ dst="$OUT_DST proto=$PROTO spi=$3 "[^$'\n']*" packets="([0-9]*) ]] ||
		fail "no SA $3: $1"
	[ "${BASH_REMATCH[1]}" = "$4" ] ||
		fail "SA $PROTO $3: wanted $4 packets, $2 ${BASH_REMATCH[1]}: $1"
}

# asked CPU...: these asked for an SA, each once, and nobody else; "-" stands for
# an ACQUIRE without CPU.
asked() {
	busywait 5000 asked_now "$*" || fail "wanted ACQUIREs of CPUs $*, heard: $(events)"
}

asked_now() {
	[ "$(sed '/ ACQUIRE /!d; s/.*SA_PCPU=\([0-9]*\)$/\1/; t; s/.*/-/' "$tmp/events" |
		sort -n | paste -sd' ')" = "$1" ]
}

# own_and_fallback: CPUs 0 and 1 send on SAs of their own, the others on the
# fallback, and all arrives.
own_and_fallback() {
	add_pairs 0x1001=0 0x1002=1 0x1000=-
	pass 0-3 5
	carried 0x1001 5 0x1002 5 0x1000 10
}

# own_asked_for: with CPU_ACQUIRE, CPU 2 asks for an SA of its own while the
# fallback carries its packet, and uses it when it is there. CPU 0 does not ask.
# (On mainline the fallback carries one packet only: difference 2.)
own_asked_for() {
	x "$A" updpolicy $POLICY pflags=4
	listen acquire
	pass 0 5
	pass 2 1
	asked 2
	add_pairs 0x1003=2
	pass 2 5
	asked 2
	carried 0x1003 5 0x1000 11 0x1001 10 0x1002 5
}

# story: what per-CPU SAs are, from the first packet to the answered ACQUIRE.
story() {
	own_and_fallback
	own_asked_for
}
