#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# More than one SA for a packet: each template has SAs of each CPU, and each is
# asked for. Needs 4 CPUs.
# shellcheck disable=SC2086 # POLICY, SUB and the like are lists of words
. "$(dirname "$0")/lib.sh"

subtests=(
	"comp_tunnel|IPcomp in tunnel mode, then ESP"
	"comp_transport|IPcomp in transport mode, then ESP"
	"comp_6|IPcomp in tunnel mode, then ESP, IPv6"
	"ah_esp|ESP, then AH"
	"half|a CPU has one of two SAs: the fallback is the other"
	"sub|a sub-policy's template, then the main policy's"
)

# What lib.sh calls SA, OUT_DST, PROTO of the SA that comes first, at the inner
# end.
INNER_DST='' INNER_SA='' INNER_PROTO=''

inner() {
	OUT_DST=$INNER_DST SA=$INNER_SA PROTO=$INNER_PROTO "$@"
}

# both COMMAND...: for the SAs of either template.
both() {
	inner "$@"
	"$@"
}

# bundle FAMILY MODE PROTO OUTER_PROTO OUTER_MODE: policies with two templates.
bundle() {
	addresses "$1" "$2"
	INNER_DST=$OUT_DST INNER_SA="$SA proto=$3" INNER_PROTO=$3
	SA="src=$OUT_SRC dst=$OUT_DST mode=$5 reqid=1 proto=$4" PROTO=$4
	POLICY="sel=$SEL tmpl=$OUT_SRC/$OUT_DST/$3/$2/1 tmpl=$OUT_SRC/$OUT_DST/$4/$5/1"
	link_up
	x "$B" newpolicy pdir=in $POLICY
	POLICY="pdir=out $POLICY"
	x "$A" newpolicy $POLICY
	# What is too short to be worth it is not compressed.
	SEND="--size 500"
}

ask_for_cpus() {
	x "$A" updpolicy $POLICY pflags=4
	listen acquire
}

# both_asked CPU: once for each template.
both_asked() {
	heard 2 ACQUIRE
	heard 1 ACQUIRE "proto=$PROTO .*SA_PCPU=$1\$"
	heard 1 ACQUIRE "proto=$INNER_PROTO .*SA_PCPU=$1\$"
}

bundle_story() {
	both add_pairs 0x1001=0 0x1002=1 0x1000=-
	pass 0-3 5
	both carried 0x1001 5 0x1002 5 0x1000 10

	ask_for_cpus
	pass 2 1
	both_asked 2
	both add_pairs 0x1003=2
	pass 2 5
	both_asked 2
	both carried 0x1003 5 0x1000 11
}

comp_tunnel() {
	bundle 4 tunnel comp esp transport
	bundle_story
}

comp_transport() {
	bundle 4 transport comp esp transport
	bundle_story
}

comp_6() {
	bundle 6 tunnel comp esp transport
	bundle_story
}

ah_esp() {
	bundle 4 tunnel esp ah transport
	bundle_story
}

half() {
	differs 2
	bundle 4 tunnel comp esp transport
	both add_pairs 0x1000=-
	ask_for_cpus
	pass 2 5
	both_asked 2
	inner add_pairs 0x1003=2
	pass 2 5
	both_asked 2
	inner carried 0x1003 5 0x1000 5
	carried 0x1000 10
	add_pairs 0x1003=2
	pass 2 5
	inner carried 0x1003 10
	carried 0x1003 5
	both_asked 2
	# Only the one that is missing is asked for again.
	inner delete_sa 0x1003 proto=comp
	pass 2 1
	heard 3 ACQUIRE
	heard 2 ACQUIRE "proto=comp .*SA_PCPU=2\$"
}

# The sub-policy protects the packet from end to end, the main policy puts it
# into the tunnel.
sub() {
	local sub

	addresses 4 tunnel
	INNER_DST=$TARGET INNER_PROTO=ah
	INNER_SA="src=10.1.0.1 dst=$TARGET mode=transport reqid=2 proto=ah"
	sub="sel=$SEL tmpl=10.1.0.1/$TARGET/ah/transport/2 ptype=sub"
	link_up
	policies
	x "$A" newpolicy pdir=out $sub
	x "$B" newpolicy pdir=in $sub
	ask_for_cpus() {
		x "$A" updpolicy $POLICY pflags=4
		x "$A" updpolicy pdir=out $sub pflags=4
		listen acquire
	}
	bundle_story
}

run_subtests
