#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Both sides rekey the same SA at once, each before it has heard of the other's request
# (RFC 7296, section 2.8.1). Debian's strongSwan with our plugin and the helper on gwA,
# a strongSwan that knows RFC 9611 on gwB. The sub-tests build upon each other. Needs 4
# CPUs, and the disk $SUITE.
stock=gwA
. "$(dirname "$0")/lib.sh"

subtests=(
	"own|a CPU's SA: one for that CPU remains on both sides, nothing is lost or in clear"
	"fallback|the fallback likewise"
	"late_theirs|the peer's request comes when ours is done: likewise, and no other SA is made"
	"late_ours|our request comes when the peer's is done: likewise"
)

counted=100
request='generating CREATE_CHILD_SA request [0-9]+ \[.*N\(REKEY_SA\)'
collision='CHILD_SA rekey collision'
# Also who has read the winner's Delete before its answer.
lost='CHILD_SA rekey( collision lost|/delete collision, deleting redundant)'
# The answer to a request that comes too late.
unknown='CREATE_CHILD_SA response [0-9]+ \[ N\(NO_CHILD_SA\)'

# How often each SA is rekeyed so: who wins is chance.
rounds=${ROUNDS:-3}

# ----------------------------------------------------------------------- the wire

# wire block|release|release_indefinite: what the gateways send each other waits in a
# row; what had come before the last block goes; all goes.
wire() {
	local gateway

	for gateway in gwA gwB; do
		run_cmd ip netns exec "$gateway" tc qdisc change dev outer root plug "$1"
	done
}

wire_up() {
	local gateway

	modprobe sch_plug
	for gateway in gwA gwB; do
		run_cmd ip netns exec "$gateway" tc qdisc replace dev outer root plug limit 500000000
		watch "$gateway"
	done
	wire release_indefinite
	# Who waits in the row cannot answer who asks for a neighbour.
	neighbours gwA outer "${outer[gwA]}" gwB outer "${outer[gwB]}"
}

# A CREATE_CHILD_SA request, on port 4500, as MOBIKE wants it.
nft_request='udp sport 4500 @th,240,8 36 @th,248,8 & 0x20 == 0'

# watch GATEWAY: count what it forwards between the nets with IPsec, and without, and its
# CREATE_CHILD_SA requests.
watch() {
	run_cmd ip netns exec "$1" nft -f - <<-END
		table ip watch {
			counter protected { }
			counter clear { }
			counter requests { }
			chain out {
				type filter hook postrouting priority 0;
				oifname outer ip saddr 10.0.0.0/8 rt ipsec exists counter name protected
				oifname outer ip saddr 10.0.0.0/8 rt ipsec missing counter name clear
				$nft_request counter name requests
			}
		}
	END
}

# watched GATEWAY COUNTER
watched() {
	ip netns exec "$1" nft list counter ip watch "$2" | sed -n 's/.*packets \([0-9]*\).*/\1/p'
}

# requests_lost GATEWAY: its CREATE_CHILD_SA requests are lost; what it answers is not.
requests_lost() {
	run_cmd ip netns exec "$1" nft -f - <<-END
		table ip lost {
			chain out {
				type filter hook output priority 0;
				$nft_request drop
			}
		}
	END
}

requests_go() {
	run_cmd ip netns exec "$1" nft delete table ip lost
}

# --------------------------------------------------------------------- both rekey

# says NAME REGEX: keep how often each gateway has said that.
says() {
	echo "$(logged gwA "$2") $(logged gwB "$2")" >"$tmp/said-$1"
}

# said_since NAME REGEX: how often since then, of gwA and of gwB.
said_since() {
	local a b

	read -r a b <"$tmp/said-$1"
	echo "$(($(logged gwA "$2") - a)) $(($(logged gwB "$2") - b))"
}

# said NAME REGEX A B
said() {
	[ "$(said_since "$1" "$2")" = "$3 $4" ]
}

# settled: of what was replaced or made in vain nothing is left, in and out.
settled() {
	[ "$(in_ns gwA xreq dumpsa | grep -c '^NEWSA')" = 10 ] &&
		[ "$(in_ns gwB xreq dumpsa | grep -c '^NEWSA')" = 10 ] &&
		same_layout gwA gwB
}

# one_each CPU: after rekey_begins; the same for the CPU on both sides, and no other.
one_each() {
	busywait 60000 gone "$rekeyed_spi" gwA gwB || fail "CPU $1 was not rekeyed"
	busywait 60000 settled || fail "more or less than one SA for each CPU:" \
		"gwA: $(outbound gwA), gwB: $(outbound gwB), $(in_ns gwA ip xfrm state)"
	rekey_ends gwA "$1"
	must "charon has one for each CPU" same "$(cut -d' ' -f2 "$tmp/children-gwA" | paste -sd' ')" \
		"$(cut -d' ' -f1 <<<"$(outbound gwA)" | paste -sd' ')"
}

# both_sent: a request of each is on its way.
both_sent() {
	[ "$(watched gwA requests)" -gt "$sent_a" ] && [ "$(watched gwB requests)" -gt "$sent_b" ]
}

# both_rekey CPU: neither request has arrived when the other one is sent, and each is
# read before the answer arrives.
both_rekey() {
	local arrives='parsed CREATE_CHILD_SA request'
	local answers='generating CREATE_CHILD_SA response' sent_a sent_b

	rekey_begins gwA "$1"
	says request "$request"
	sent_a=$(watched gwA requests) sent_b=$(watched gwB requests)
	says arrived "$arrives"
	says answered "$answers"
	says won "$collision won"
	says lost "$lost"
	wire block
	run_cmd swan gwA --rekey --child-id "$rekeyed_id"
	run_cmd swan gwB --rekey --child-id "$(peers_child "$rekeyed_spi")"
	busywait 30000 both_sent ||
		fail "requests of gwA and gwB: $(said_since request "$request")"
	must "a rekey each" said request "$request" 1 1
	must "none has arrived" said arrived "$arrives" 0 0
	wire block
	wire release
	busywait 30000 said answered "$answers" 1 1 ||
		fail "answers of gwA and gwB: $(said_since answered "$answers")"
	must "no answer has arrived" said won "$collision won" 0 0
	wire release_indefinite
	one_each "$1"
	must "no other request" said arrived "$arrives" 1 1
	if said won "$collision won" 1 0; then
		must "gwB lost the collision" said lost "$lost" 0 1
		see "CPU $1: gwA's SA remains"
	else
		must "gwB won the collision" said won "$collision won" 0 1
		must "gwA lost the collision" said lost "$lost" 1 0
		see "CPU $1: gwB's SA remains"
	fi
}

# under_traffic COMMAND...: and nothing is lost or in clear.
under_traffic() {
	local gateway

	traffic_both
	"$@"
	traffic_ends
	must "no packet comes before its SA is valid" same "$(grew after refused)" 0
	for gateway in gwA gwB; do
		must "$gateway: packets are protected" at_least "$(watched "$gateway" protected)" 1
		must "$gateway: none is in clear" same "$(watched "$gateway" clear)" 0
	done
	own_only
}

# rekeyed_rounds CPU
rekeyed_rounds() {
	local round

	for round in $(seq "$rounds"); do
		both_rekey "$1"
	done
}

own() {
	interop_up
	wire_up
	fallback_only
	setup_own
	must "one outbound SA for each CPU" same_layout gwA gwB
	under_traffic rekeyed_rounds 1
}

fallback() {
	under_traffic rekeyed_rounds -
}

# ------------------------------------------------------------- one comes too late

# one_late GATEWAY CPU: that one's request is lost, and sent again when the other's is
# done.
one_late() {
	local other=${peer[$1]}
	local -A id

	rekey_begins gwA "$2"
	id=([gwA]=$rekeyed_id [gwB]=$(peers_child "$rekeyed_spi"))
	says request "$request"
	says unknown "$unknown"
	requests_lost "$1"
	run_cmd swan "$1" --rekey --child-id "${id[$1]}"
	busywait 30000 not said request "$request" 0 0 || fail "$1 does not rekey"
	run_cmd swan "$other" --rekey --child-id "${id[$other]}"
	busywait 60000 gone "$rekeyed_spi" gwA gwB || fail "$other did not rekey it"
	must "one request each" said request "$request" 1 1
	must "the late one was not answered" said unknown "$unknown" 0 0
	requests_go "$1"
	busywait 90000 said unknown "$unknown" 1 1 ||
		fail "the late request did not find its SA gone: $(said_since unknown "$unknown")"
	one_each "$2"
	must "no other request" said request "$request" 1 1
}

each_late() {
	one_late "$1" 2
	one_late "$1" -
}

late_theirs() {
	under_traffic each_late gwB
}

late_ours() {
	under_traffic each_late gwA
}

trap interop_down EXIT
run_subtests
