#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Extended sequence numbers, large replay windows, AH: each SA counts for
# itself. Needs 4 CPUs.
. "$(dirname "$0")/lib.sh"

subtests=(
	"esn_4|ESP with ESN, IPv4"
	"esn_6|ESP with ESN, IPv6"
	"wrap|a CPU's SA passes 2^32 packets, the others do not"
	"window|a replay window of 4,096 without ESN"
	"window_old|a replay window of 32"
	"ah_4t|AH, IPv4, tunnel"
	"ah_4r|AH, IPv4, transport"
	"ah_6r|AH, IPv6, transport"
	"ah_esn|AH with ESN"
)

ESN=0x80 # XFRM_STATE_ESN

# A kernel that knows directions wants no window of an outbound SA; others want
# one of each SA with ESN.
out_window() {
	native && echo 0 || echo 32
}

# counted WINDOW [FIRST]: pairs of SAs whose numbers begin at both ends there.
counted() {
	IN_SA="replay=$1,${2-0}" OUT_SA="replay=$(out_window),0,${2-0}"
}

esn_4() {
	pair 4 tunnel
	SA="$SA cipher=gcm flags=$ESN"
	counted 4096
	story
}

esn_6() {
	pair 6 transport
	SA="$SA cipher=gcm flags=$ESN"
	counted 4096
	story
}

wrap() {
	pair 4 tunnel
	SA="$SA cipher=gcm flags=$ESN"
	counted 4096
	add_pairs 0x1000=-
	counted 4096 0xfffffffd
	add_pairs 0x1001=1
	counted 4096 0x7ffffffffd
	add_pairs 0x1002=2
	pass 0-2 10
	carried 0x1000 10 0x1001 10 0x1002 10
	pass 0-2 10
	carried 0x1000 20 0x1001 20 0x1002 20
}

window() {
	pair 4 tunnel
	SA="$SA cipher=gcm"
	counted 4096
	story
}

window_old() {
	pair 4 tunnel
	IN_SA="replay_window=32"
	story
}

# ah FAMILY MODE [SA WORD]...
ah() {
	addresses "$1" "$2"
	TMPL=${TMPL/esp/ah} SA="$SA proto=ah ${*:3}" PROTO=ah
	counted 4096
	link_up
	policies
	story
}

ah_4t() {
	ah 4 tunnel
}

ah_4r() {
	ah 4 transport
}

ah_6r() {
	ah 6 transport
}

ah_esn() {
	ah 4 tunnel flags="$ESN"
}

run_subtests
