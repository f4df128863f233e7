#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Debian's strongSwan with our plugin and the helper answers, for all SAs, a
# strongSwan that knows RFC 9611. Needs 4 CPUs, and the disk $SUITE.
stock=gwB
. "$(dirname "$0")/roles.sh"

trap interop_down EXIT
run_subtests
