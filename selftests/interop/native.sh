#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Debian's strongSwan with our plugin and the helper on a kernel that has per-CPU SAs
# itself: the helper installs the CPUs' SAs. The peer is a strongSwan that knows RFC
# 9611. The sub-tests build upon each other. Needs 4 CPUs, and the disk $SUITE.
stock=gwA
. "$(dirname "$0")/lib.sh"

subtests=(
	"at_once|R22: with the fallback all CPUs get their SAs, without any packet; CPU_ACQUIRE is off"
	"own|packets from each CPU use its SA alone, none is lost"
	"rekeyed|rekeys from both sides keep the CPUs, nothing is lost"
	"moved|an SA is moved by a rekey, and back"
	"responder|the peer begins: each CPU gets its SA"
	"delayed|answers come after 1 s: nothing is lost of what we send"
	"killed|the helper is killed: nothing is lost, a rekeyed SA has no CPU; it comes back, and each CPU has one"
)

native || {
	echo "Bail out! This kernel has no per-CPU SAs of its own"
	exit "$ksft_fail"
}

counted=100
# What is lost on the way back is the kernel's.
ours=gwA

fallback() {
	send_start hostA --cpus 0 --count 1
	busywait 60000 has_sas gwA - || fail "no fallback SA: $(tail "$gateways_dir/gwA/log")"
	send_wait hostA
}

all_or_fail() {
	busywait 60000 own_everywhere || fail "gwA: $(outbound gwA), gwB: $(outbound gwB)"
}

at_once() {
	interop_up
	fallback
	all_or_fail
	must "CPU_ACQUIRE is off" same "$(flags gwA)" 0
	outbound gwA | sed 's/^/# gwA: /'
}

own() {
	own_only
}

rekeyed() {
	phase_rekey
}

# operator LINE...: a message to gwA's helper, and what it answers.
operator() {
	{
		printf '%s\n' "$@" ''
		sleep 3
	} | nc -U -N "$(root_of gwA)/run/xfrm-pcpud.sock"
}

moved() {
	local spi spi_in ike cpu=2 to

	for to in 3 2; do
		look gwA
		read -r _ spi <<<"$(newest_of "$cpu" <"$tmp/children-gwA")"
		spi_in=$(awk -v spi="$spi" '$4 == spi { print $3 }' "$tmp/children-gwA")
		ike=$(operator message=status | sed -n 's/^ike=//p' | head -n 1)
		operator message=move "ike=$ike" "spi-in=0x$spi_in" "cpu=$to" >"$tmp/moved"
		must "the helper moved it" grep -qx "error=0" "$tmp/moved"
		must "the old one is gone" gone "$spi" gwA
		cpu=$to
		look gwA
		read -r _ spi <<<"$(newest_of "$cpu" <"$tmp/children-gwA")"
		see "moved to CPU $cpu: $spi"
	done
	busywait 20000 has_sas gwA - 0 1 2 3 || fail "gwA: $(outbound gwA)"
	own_only
}

responder() {
	swan gwA --terminate --ike gw >/dev/null
	busywait 20000 no_sas || fail "SAs remain: $(outbound gwA; outbound gwB)"
	send_start hostB --cpus 0 --count 1
	busywait 20000 has_sas gwB - || fail "no fallback SA"
	send_wait hostB
	all_or_fail
	own_only
}

delayed() {
	local dropped routes

	swan gwA --terminate --ike gw >/dev/null
	busywait 20000 no_sas || fail "SAs remain: $(outbound gwA; outbound gwB)"
	run_cmd ip netns exec gwB tc qdisc replace dev outer root netem delay 1s limit 100000
	snapshot before
	dropped=$(xfrm_stat gwA XfrmOutNoStates)
	send_start hostA --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	busywait 20000 has_sas gwA - || fail "no fallback SA: $(tail "$gateways_dir/gwA/log")"
	must "the CPUs have none yet" not own_everywhere
	all_or_fail
	sleep 2
	send_end hostA
	dropped=$(($(xfrm_stat gwA XfrmOutNoStates) - dropped))
	snapshot after
	routes=$(grew after routes)
	same "$((SENT - RECEIVED))" "$((dropped + routes))" ||
		losses hostA gwA gwB hostB | sed 's/^/# /'
	must "only what comes before the fallback SA is lost" \
		same "$((SENT - RECEIVED))" "$((dropped + routes))"
	see "sent $SENT, received $RECEIVED, $dropped came before the fallback SA;" \
		"to the route cache: $routes"
	must "the fallback carried" at_least "$(outbound gwA | packets_of -)" 1
	run_cmd ip netns exec gwB tc qdisc replace dev outer root netem delay 0 limit 100000
	own_only
}

killed() {
	local id spi

	helper_down gwA KILL
	busywait 10000 has_said gwA "the helper is gone"
	look gwA
	read -r id spi <<<"$(newest_of 1 <"$tmp/children-gwA")"
	snapshot before
	send_start hostA --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	run_cmd swan gwA --rekey --child-id "$id"
	busywait 30000 gone "$spi" gwA || fail "CPU 1 was not rekeyed"
	must "CPU 1 has none" not has_sas gwA 1
	helper_up gwA
	busywait 60000 has_sas gwA 0 1 2 3 || fail "gwA: $(outbound gwA)"
	send_end hostA
	snapshot after
	# But to the renewal of routes, which each change of a policy is.
	account "$SENT" "$RECEIVED"
	own_only
}

trap interop_down EXIT
run_subtests
