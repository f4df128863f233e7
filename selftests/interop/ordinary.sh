# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What lacking.sh and libreswan.sh do: gwB's daemon does not know RFC 9611, gwA's has the
# plugin and the helper. Theirs is peer_begins: gwB's daemon starts the SA.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

subtests=(
	"ours|we begin: an ordinary SA, and that is all there ever is"
	"theirs|the peer begins: no notify in our answer, an ordinary SA"
)

counted=100

# ordinary: one SA, and packets from all CPUs use it, for a while; nobody asks for
# more, and what is in the policy is charon's.
ordinary() {
	local requests

	requests=$(logged gwA 'generating CREATE_CHILD_SA')
	send_start hostA --cpus "$all_cpus" --rate 50 --count "$counted"
	send_wait hostA
	must "nothing is lost" same "$SENT" "$RECEIVED"
	must "one SA" same "$(outbound gwA | cut -d' ' -f1)" -
	must "no further request" same "$(logged gwA 'generating CREATE_CHILD_SA')" "$requests"
	must "CPU_ACQUIRE is off" same "$(flags gwA)" 0
}

ours() {
	interop_up
	run_cmd swan gwA --initiate --child net
	must "we offered it" at_least "$(logged gwA 'generating IKE_AUTH request.*16444')" 1
	must "the peer did not" same "$(logged gwA 'parsed IKE_AUTH response.*16444')" 0
	ordinary
	must "charon says why" has_said gwA "the peer does not know RFC 9611"
}

theirs() {
	run_cmd swan gwA --terminate --ike gw
	peer_begins
	must "we do not speak of it" same "$(logged gwA 'generating IKE_AUTH response.*16444')" 0
	ordinary
}
