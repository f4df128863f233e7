#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How far xfrm-pcpu attach goes with a libreswan that lacks RFC 9611, against a
# peer that does not use it. SAs that share a reqid come in two ways: several
# connections that differ in name alone, or one that is brought up several times.
# What cannot be done is shown too. The sub-tests called alike and again build upon
# each other, the others start anew. Needs 4 CPUs, and the disk $SUITE.
. "$(dirname "$0")/lib.sh"

subtests=(
	"alike|five connections alike: one IKE SA, one policy, an SA for each CPU by the updown script"
	"alike_own|packets from each CPU use its SA, none is lost"
	"alike_rekeyed|rekeys from both sides: CPUs are lost without --watch, and come back with it"
	"alike_reloaded|save, rmmod, insmod, restore: the CPUs are back"
	"alike_down|one of them goes down: the policy goes for all, and nothing leaves in clear"
	"alike_refused|without overlapip=yes the second one is refused"
	"again|one connection five times: an SA for each CPU with --watch, none is lost"
	"again_rekeyed|the peer's rekeys renew all of them, libreswan's own the newest alone"
	"again_deleted|an SA that the peer deletes: the fallback carries on, up again brings it back, down ends all"
	"answers|a libreswan starts five, one connection here: an SA for each CPU with --watch, none is lost"
	"answers_alike|a libreswan starts five, five connections here: one has all, without the script"
	"answers_strongswan|a strongSwan starts five, with five IKE SAs: an SA for each CPU with --watch"
	"answers_offer|a strongSwan that offers RFC 9611 gets one SA, and makes no other; none is lost"
	"ipv6|IPv6 inside and outside: an SA for each CPU, none is lost, also after rekeys"
	"ipv6_answers|and so if the peer starts them"
)

alikes=(net-0 net-1 net-2 net-3 net-4)
all="- 0 1 2 3"

alike() {
	anew "${alikes[@]}"
	echo "# libreswan $(pluto_version)"
	connection up "${alikes[@]}"
	want_cpus "$all"
	[ "$(sas out | tail -n 1 | cut -d ' ' -f 1)" = - ] || fail "the newest has a CPU: $(sas out)"
	[ "$(swan gwB --list-sas --raw | grep -c 'list-sa event')" = 1 ] || fail "more than one IKE SA"
	[ "$(policies out)" = 1 ] || fail "policies: $(policies out)"
}

alike_own() {
	each_own 100
	facts
}

alike_rekeyed() {
	rekey peer
	not have_cpus "$all"
	watching
	want_cpus "$all"
	rekey us
	want_cpus "$all"
	each_own 20
}

alike_reloaded() {
	in_ns gwA xfrm-pcpu save >"$tmp/saved"
	module_unload
	[ "$(cpus out)" = "- - - - -" ]
	module_load
	in_ns gwA xfrm-pcpu restore <"$tmp/saved" >/dev/null
	have_cpus "$all"
	each_own 20
}

# Not what one would want, and a new libreswan may do better: then this says so.
alike_down() {
	local dropped

	dropped=$(xfrm_stat gwA XfrmOutNoStates)
	xns exec gwA tcpdump -lnp -i outer -Q out icmp or net 10.1.0.0/24 >"$tmp/wire" 2>&1 &
	busywait 10000 grep -q "^listening" "$tmp/wire"
	connection down net-1
	busywait 10000 eval '[ "$(sas out | wc -l)" = 4 ]'
	[ "$(policies in),$(policies fwd)" = 0,0 ] || fail "the others kept their policies: $(facts)"
	send_start hostA --cpus 0-3 --count 20 --rate 100
	send_wait hostA
	dropped=$(($(xfrm_stat gwA XfrmOutNoStates) - dropped))
	echo "# sent $SENT, received $RECEIVED, dropped $dropped"
	echo "# policies then: in $(policies in), fwd $(policies fwd)"
	[ "$dropped" -gt 0 ] && [ "$SENT" = $((RECEIVED + dropped)) ]
	# Whatever was sent before this has been seen.
	in_ns gwA ping -qc 1 192.0.2.2 >/dev/null
	busywait 5000 grep -q "192\.0\.2\.1 > 192\.0\.2\.2: ICMP echo request" "$tmp/wire"
	not grep "10\.1\.0\.1" "$tmp/wire"
	# All anew mends it.
	connection down "${alikes[@]}"
	connection up "${alikes[@]}"
	[ "$(policies out),$(policies in),$(policies fwd)" = 1,1,1 ] || fail "policies: $(facts)"
	in_ns gwA xfrm-pcpu attach "$reqid" 0-3 >/dev/null
	each_own 20
	echo "# here $(sas in | wc -l) SAs, at the peer $(children gwB | wc -l)"
}

alike_refused() {
	anew lone-0 lone-1
	connection up lone-0
	pluto timeout 30 ipsec auto --up lone-1 >"$tmp/up" 2>&1 || :
	grep -E "(in use for|in use by) .*\"lone-0\"" "$tmp/up" || fail "$(cat "$tmp/up")"
	[ "$(sas out | wc -l)" -le 1 ]
}

# five_from GATEWAY: it brings up one connection five times.
five_from() {
	anew net-0
	watching
	GW=$1 connection up net-0 net-0 net-0 net-0 net-0
	want_cpus "$all"
	[ "$(policies out),$(policies in),$(policies fwd)" = 1,1,1 ] || fail "policies: $(facts)"
	each_own 100
	facts
}

again() {
	five_from gwA
}

again_rekeyed() {
	watching
	rekey peer
	want_cpus "$all"
	each_own 20
	spis >"$tmp/before"
	rekey_ours net-0
	busywait 20000 eval '[ "$(spis | comm -13 "$tmp/before" - | wc -l)" = 1 ]'
	want_cpus "$all"
	[ "$(spis | comm -12 - "$tmp/before" | wc -l)" = 4 ] || fail "others are renewed too: $(facts)"
}

again_deleted() {
	local spi

	watching
	spi=$(sas out | awk '$1 == 1 { print $2 }')
	swan gwB --terminate --child-id "$(children gwB | awk -v spi="${spi#0x}" '$3 == spi { print $1 }')" >/dev/null
	busywait 20000 eval '[ "$(sas out | wc -l)" = 4 ]'
	[ "$(policies out),$(policies in),$(policies fwd)" = 1,1,1 ] || fail "policies: $(facts)"
	carried 20
	connection up net-0
	want_cpus "$all"
	each_own 20
	connection down net-0
	busywait 20000 eval '[ -z "$(sas out)$(sas in)" ]' || fail "still there: $(facts)"
}

answers() {
	PEER=libreswan
	five_from gwB
	# It rekeys its newest.
	spis >"$tmp/before"
	GW=gwB rekey_ours net-0
	busywait 20000 eval '[ "$(spis | comm -13 "$tmp/before" - | wc -l)" = 1 ]'
	want_cpus "$all"
	each_own 20
	GW=gwB connection down net-0
	busywait 20000 eval '[ -z "$(sas out)$(sas in)" ]' || fail "still there: $(facts)"
}

# chosen: connections here that have an SA.
chosen() {
	pluto ipsec whack --trafficstatus | grep -o '"net-[0-9]"' | sort -u | wc -l
}

answers_alike() {
	PEER=libreswan
	anew "${alikes[@]}"
	GW=gwB connection up "${alikes[@]}"
	[ "$(sas out | wc -l),$(chosen)" = 5,1 ] || fail "$(chosen) connections: $(facts)"
	[ "$(cpus out)" = "- - - - -" ] || fail "the script was called: $(facts)"
	watching
	want_cpus "$all"
	each_own 100
	rekey peer
	want_cpus "$all"
	each_own 20
	# The peer's Delete of one leaves the others their policies here.
	GW=gwB connection down net-1
	busywait 20000 eval '[ "$(sas out | wc -l)" = 4 ]'
	[ "$(policies out),$(policies in),$(policies fwd)" = 1,1,1 ] || fail "policies: $(facts)"
}

answers_strongswan() {
	SEPARATE=1
	anew net-0
	watching
	peer_up 5
	want_cpus "$all"
	[ "$(swan gwB --list-sas --raw | grep -c 'list-sa event')" = 5 ] || fail "not five IKE SAs"
	[ "$(policies out),$(policies in),$(policies fwd)" = 1,1,1 ] || fail "policies: $(facts)"
	each_own 100
	facts
	rekey peer
	want_cpus "$all"
	each_own 20
}

answers_offer() {
	PER_CPU=1
	anew net-0
	peer_up 1
	# Not what one would want, and a new strongSwan may do better: then this says so.
	not swan gwB --initiate --child net >"$tmp/up"
	grep "existing duplicate" "$tmp/up" || fail "$(cat "$tmp/up")"
	carried 50
	send_start hostB --cpus 0-3 --count 50 --rate 100
	send_wait hostB
	[ "$SENT" = "$RECEIVED" ] || fail "sent $SENT, received $RECEIVED"
	[ "$(cpus out),$(cpus in)" = -,- ] || fail "not one SA: $(facts)"
}

ipv6() {
	use_ipv6
	five_from gwA
	rekey peer
	want_cpus "$all"
	each_own 20
}

ipv6_answers() {
	use_ipv6
	PEER=libreswan
	five_from gwB
}

trap gateways_down EXIT
run_subtests
