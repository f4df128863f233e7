#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A peer that sends notifies as no daemon does, or not where they belong: the
# strongSwan of $SUITE with the plugin odd. Ours has the plugin and the helper. Needs
# 4 CPUs, and the disk $SUITE.
stock=gwA plain=gwB
. "$(dirname "$0")/lib.sh"

subtests=(
	"strange|R18, R19: protocol ID, SPI, critical bit, no data and much data: each CPU gets its SA"
	"twice|two notifies in each message: each CPU gets its SA"
	"auth_only|a notify in IKE_AUTH alone: each CPU gets its SA"
	"not_auth|none in IKE_AUTH: an ordinary SA, and no further request"
	"rekeys|a notify in a rekey: the SA keeps its CPU"
	"full|R20, R31: TS_MAX_QUEUE with SPI and data: the fallback carries, no storm"
	"theirs|the peer begins, with a strange notify: each CPU gets its SA"
)

counted=50
spi=c0ffee01

configure() {
	[ "$1" = gwB ] || return 0
	sed -i '/load =/s/$/ odd/' "$2/strongswan.conf"
}

# sends LINE...: for the plugin odd, from now on.
sends() {
	printf '%s\n' "$@" >/tmp/odd
}

setup() {
	[ -d "$gateways_dir" ] || {
		namespaces_up
		helper_up gwA
		stock_root_up gwB
		stock_plugin gwB libstrongswan-odd.so
		charons_up
		must "the peer has the plugin" has_said gwB 'loaded plugins:.* odd'
	}
	swan gwA --terminate --ike gw >/dev/null 2>&1 || :
	busywait 20000 no_sas || fail "SAs remain: $(outbound gwA; outbound gwB)"
}

# alive: after all that was sent.
alive() {
	must "charon lives" kill -0 "$(daemon_pid gwA)"
	must "the helper lives" kill -0 "$(helper_pid gwA)"
	must "the helper has understood all" not has_said gwA "the helper says"
}

# carried: packets from all CPUs, none lost.
carried() {
	send_start hostA --cpus "$all_cpus" --rate 50 --count "$counted"
	send_wait hostA
	must "nothing is lost" same "$SENT" "$RECEIVED"
}

# each_own: traffic from each CPU makes its SA.
each_own() {
	send_start hostA --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	busywait 60000 has_sas gwA - 0 1 2 3 || fail "gwA: $(outbound gwA)"
	send_end hostA
	must "no other SA" same "$(outbound gwA | cut -d' ' -f1 | paste -sd' ')" "- 0 1 2 3"
	carried
	alive
}

initiate() {
	run_cmd swan gwA --initiate --child net
}

strange() {
	local data

	sends "IKE_AUTH response 16444 3 $spi - 1" \
		"CREATE_CHILD_SA response 16444 3 $spi - 1"
	setup
	initiate
	each_own
	printf -v data '%02400d' 7
	sends "IKE_AUTH response 16444 2 $spi$spi $data 0" \
		"CREATE_CHILD_SA response 16444 1 - $data 0"
	setup
	initiate
	each_own
}

twice() {
	sends "IKE_AUTH response 16444 0 - 01 0" "IKE_AUTH response 16444 0 - 02 0" \
		"CREATE_CHILD_SA response 16444 0 - 03 0" \
		"CREATE_CHILD_SA response 16444 0 - 04 0"
	setup
	initiate
	each_own
}

auth_only() {
	sends "IKE_AUTH response 16444 0 - 01 0"
	setup
	initiate
	each_own
}

requests() {
	logged gwA 'generating CREATE_CHILD_SA request'
}

not_auth() {
	local before

	sends "CREATE_CHILD_SA response 16444 0 - 01 0"
	setup
	before=$(requests)
	initiate
	carried
	must "no further request" same "$(requests)" "$before"
	alive
}

rekeys() {
	local id old

	sends "IKE_AUTH response 16444 0 - 01 0" "CREATE_CHILD_SA response 16444 0 - 01 0" \
		"CREATE_CHILD_SA request 16444 3 $spi 05 0"
	setup
	initiate
	each_own
	look gwA gwB
	read -r _ old <<<"$(newest_of 1 <"$tmp/children-gwA")"
	id=$(peers_child "$old")
	run_cmd swan gwB --rekey --child-id "$id"
	busywait 30000 replaced gwA 1 "$old" || fail "not rekeyed: $(outbound gwA)"
	busywait 30000 same_layout gwA || fail "gwA: $(outbound gwA)"
	carried
	alive
}

full() {
	local before

	sends "IKE_AUTH response 16444 0 - 01 0" \
		"CREATE_CHILD_SA response 48 3 $spi 0011 1"
	setup
	initiate
	before=$(requests)
	carried
	must "it was asked" at_least "$(requests)" $((before + 1))
	must "it refused" at_least "$(logged gwA 'parsed CREATE_CHILD_SA response.*N\(\(48\)\)')" 1
	before=$(requests)
	carried
	must "no further request" same "$(requests)" "$before"
	must "the fallback alone" same "$(outbound gwA | cut -d' ' -f1)" -
	alive
}

theirs() {
	sends "IKE_AUTH request 16444 3 $spi 0102 1" \
		"CREATE_CHILD_SA response 16444 3 $spi 0102 1"
	setup
	run_cmd swan gwB --initiate --child net
	must "we answered" at_least "$(logged gwA 'generating IKE_AUTH response.*16444')" 1
	each_own
}

trap interop_down EXIT
run_subtests
