#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Optional templates (level use): a packet for which there is no SA goes on
# without. Another CPU's SA is none. Needs 4 CPUs.
# shellcheck disable=SC2086 # POLICY is a list of words
. "$(dirname "$0")/lib.sh"

subtests=(
	"story_use|own SAs and the fallback, asked for as ever"
	"clear|no SA for this CPU: in clear, as if there were none at all"
	"next|the optional one of two templates: the next one is used"
)

# optional MODE: $B takes packets in clear.
optional() {
	addresses 4 "$1"
	TMPL="$TMPL/use"
	link_up
	POLICY="pdir=out sel=$SEL tmpl=$TMPL"
	x "$A" newpolicy $POLICY
}

story_use() {
	optional transport
	story
}

clear() {
	optional transport
	pass 0 5
	add_pairs 0x1001=1
	pass 0-3 5
	carried 0x1001 5
	listen acquire
	# Nobody listened a moment ago: the next try comes a second later.
	sleep 1.1
	pass 2 1
	asked -
	pass 2,3 5
	pass 1 5
	asked -
	carried 0x1001 10
	delete_sa 0x1001
	pass 1 5
}

# IPcomp is optional, ESP is not: $B takes nothing in clear.
next() {
	addresses 4 transport
	SEND="--size 500"
	TMPL="$OUT_SRC/$OUT_DST/comp/transport/1/use tmpl=$TMPL"
	link_up
	POLICY="pdir=out sel=$SEL tmpl=$TMPL"
	x "$A" newpolicy $POLICY
	x "$B" newpolicy pdir=in sel="$SEL" tmpl=$TMPL
	add_pairs 0x1001=1 0x1000=-
	pass 0-3 5
	carried 0x1001 5 0x1000 15
	SA="$SA proto=comp" add_pairs 0x1001=1
	pass 0-3 5
	carried 0x1001 10 0x1000 30
	PROTO=comp carried 0x1001 5
}

run_subtests
