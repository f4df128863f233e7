#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Memory runs out in a request to the module itself (lib/faults.sh).
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
# shellcheck disable=SC2317,SC2329 # functions are called by the name of their request
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/faults.sh"

subtests=(
	"bind|BIND"
	"move|MOVE"
	"unbind|UNBIND"
	"expect|EXPECT"
	"groups|dump of groups"
	"info|GET_INFO, and what steering counted"
)

bind() {
	setup
	prepare() { add_sa 0x1001 -; }
	request() { try xfrm-pcpu bind "$OUT_DST" 0x1001 1; }
	done_now() { has 0x1001 1 && others_stay; }
	undone_now() { has 0x1001 fallback && others_stay; }
	undo() { in_ns "$A" xfrm-pcpu unbind "$OUT_DST" 0x1001; }
	until_past
}

move() {
	setup
	prepare() { add_sa 0x1001 1; }
	request() { try xfrm-pcpu move "$OUT_DST" 0x1001 3; }
	done_now() { has 0x1001 3 && others_stay; }
	undone_now() { has 0x1001 1 && others_stay; }
	undo() { in_ns "$A" xfrm-pcpu move "$OUT_DST" 0x1001 1; }
	until_past
}

unbind() {
	setup
	prepare() { add_sa 0x1001 1; }
	request() { try xfrm-pcpu unbind "$OUT_DST" 0x1001; }
	done_now() { has 0x1001 fallback && others_stay; }
	undone_now() { has 0x1001 1 && others_stay; }
	undo() { in_ns "$A" xfrm-pcpu bind "$OUT_DST" 0x1001 1; }
	until_past
}

# The SA that comes tells whether it was expected, which is over then.
expect() {
	setup
	prepare() { :; }
	# What tells that it was not done is an SA.
	request() {
		in_ns "$A" xreq delsa dst=$OUT_DST spi=0x1001 >/dev/null 2>&1 || :
		try xfrm-pcpu expect "$OUT_DST" 0x1001 1
	}
	done_now() {
		[[ $sas = *" spi=0x1001 "* ]] || { add_sa 0x1001 - && look; }
		has 0x1001 1 && others_stay
	}
	undone_now() { has 0x1001 fallback && others_stay; }
	undo() {
		[[ $(dump "$A") = *" spi=0x1001 "* ]] || add_sa 0x1001 -
		delete_sa 0x1001
	}
	until_past
}

groups() {
	reads xfrm-pcpu status
}

info() {
	reads xfrm-pcpu info
}

run_subtests
