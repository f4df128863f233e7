#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The daemon that Debian's package strongswan has, which ipsec(8) starts, instead of
# charon-systemd. The sub-tests build upon each other. Needs 4 CPUs, and the disk $SUITE.
stock=gwA charon=charon
. "$(dirname "$0")/roles.sh"

subtests=(
	"${subtests[@]:0:2}"
	"rekeyed|each side rekeys a CPU's SA and the fallback: CPUs are kept, nothing is lost"
)

rekeyed() {
	phase_rekey
}

trap interop_down EXIT
run_subtests
