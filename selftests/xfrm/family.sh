#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Address families and modes, also one family inside the other. Needs 4 CPUs.
. "$(dirname "$0")/lib.sh"

subtests=(
	"tunnel_4|tunnel mode, IPv4"
	"tunnel_6|tunnel mode, IPv6"
	"tunnel_6_in_4|tunnel mode, IPv6 in IPv4"
	"tunnel_4_in_6|tunnel mode, IPv4 in IPv6"
	"transport_4|transport mode, IPv4"
	"transport_6|transport mode, IPv6"
	"beet_4|BEET mode, IPv4"
	"beet_6|BEET mode, IPv6"
	"beet_6_in_4|BEET mode, IPv6 in IPv4"
	"beet_4_in_6|BEET mode, IPv4 in IPv6"
)

# mixed INNER OUTER MODE: what addresses sets, with other inner addresses.
mixed() {
	local sel target

	addresses "$1" "$3"
	sel=$SEL target=$TARGET
	addresses "$2" "$3"
	SEL=$sel TARGET=$target
}

# inside INNER OUTER MODE [SA WORD]...
inside() {
	mixed "$1" "$2" "$3"
	SA="$SA ${*:4}"
	link_up
	policies
	story
}

tunnel_4() {
	pair 4 tunnel
	story
}

tunnel_6() {
	pair 6 tunnel
	story
}

# The SAs' selectors must not be of the outer family: XFRM_STATE_AF_UNSPEC.
tunnel_6_in_4() {
	inside 6 4 tunnel flags=0x20
}

tunnel_4_in_6() {
	inside 4 6 tunnel flags=0x20
}

transport_4() {
	pair 4 transport
	story
}

transport_6() {
	pair 6 transport
	story
}

# beet INNER OUTER: the inner addresses are the SAs' selectors.
beet() {
	mixed "$1" "$2" beet
	inside "$1" "$2" beet sel="${SEL%,udp}"
}

beet_4() {
	beet 4 4
}

beet_6() {
	beet 6 6
}

beet_6_in_4() {
	beet 6 4
}

beet_4_in_6() {
	beet 4 6
}

run_subtests
