# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What initiator.sh, responder.sh and both.sh do, for the stock gateway in each role. The
# sub-tests build upon each other.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

subtests=(
	"first|the first packet makes the fallback SA, nothing is lost afterwards"
	"own|traffic from each CPU makes its SA, its packets use only that"
	"stalled|a peer that answers after 5 s: nothing is lost meanwhile"
)

counted=200 load_rate=${LOAD_RATE:-250} back_rate=${BACK_RATE:-100}

first() {
	interop_up
	phase_first
}

own() {
	phase_own
}

stalled() {
	phase_stall 1000
}
