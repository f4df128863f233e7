#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A peer that does not know RFC 9611: the strongSwan of $SUITE as it is. Ours has the
# plugin and the helper. Needs 4 CPUs, and the disk $SUITE.
stock=gwA plain=gwB
. "$(dirname "$0")/ordinary.sh"

peer_begins() {
	run_cmd swan gwB --initiate --child net
}

trap interop_down EXIT
run_subtests
