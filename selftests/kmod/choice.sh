#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Which SA a packet leaves on: its CPU's own, else the fallback, never another
# CPU's. What an SA has sent is its packet counter. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"own_4t|each CPU uses its own SA: IPv4, tunnel"
	"own_4r|each CPU uses its own SA: IPv4, transport"
	"own_6t|each CPU uses its own SA: IPv6, tunnel"
	"own_6r|each CPU uses its own SA: IPv6, transport"
	"own_flag|each CPU uses its own SA: with CPU_ACQUIRE too"
	"own_mixed|each CPU uses its own SA: IPv6 in IPv4"
	"own_gcm|each CPU uses its own SA: AES-GCM"
	"own_reconnect|each CPU uses its own SA: sockets that connect anew"
	"fallback|CPUs without an SA use the fallback"
	"fallback_newer|a newer fallback does not beat a CPU's own SA"
	"fallback_only|only a fallback: all CPUs use it"
	"never_others|only other CPUs' SAs: nothing is sent, ACQUIRE without CPU"
	"never_others_flag|the same with CPU_ACQUIRE"
	"deleted|a deleted SA's CPU uses the fallback at once"
	"deleted_fallback|without the fallback only CPUs with an SA send"
	"rekey|rekey of a CPU's SA: old or new, no other"
	"moved|an older SA that is moved to a CPU does not beat the CPU's newer one"
	"dying|an own SA that is dying comes before a newer fallback"
	"void|an SA that is not valid yet is not chosen"
	"mark|marks with masks"
	"if_id|interface ids"
	"wildcard|SAs with a wildcard source"
	"selector|an SA whose selector does not match is not chosen"
	"reqids|another reqid is another group"
	"two_destinations|another destination is another group"
	"two_netns|two namespaces with equal addresses"
	"changing|SAs come and go under traffic: nothing is lost"
)

# four_own: a fallback and an SA for each of the four CPUs.
four_own() {
	local cpu

	add_sa_pair 0x1000 -
	for cpu in 0 1 2 3; do
		add_sa_pair 0x100$((cpu + 1)) $cpu
	done
}

# each_own [OPTION]...: packets of each CPU, on its own SA and nowhere else.
each_own() {
	local cpu

	receive
	send 0-3 10 "$@"
	delivered
	for cpu in 0 1 2 3; do
		expect_packets 0x100$((cpu + 1)) 10
	done
	expect_packets 0x1000 0
}

own_4t() {
	topology 4 tunnel
	four_own
	each_own
}

own_4r() {
	topology 4 transport
	four_own
	each_own
}

own_6t() {
	topology 6 tunnel
	four_own
	each_own
}

own_6r() {
	topology 6 transport
	four_own
	each_own
}

own_flag() {
	topology 4 tunnel pflags=4
	four_own
	listen acquire
	each_own
	heard 0 ACQUIRE
}

own_mixed() {
	setup_ns A B
	connect_ns "$A" "$B"
	addresses 4 tunnel
	TARGET=fd02::1 SEL=fd01::1,fd02::1,udp SA="$SA flags=0x20"
	x "$A" newpolicy pdir=out sel="$SEL" tmpl="$TMPL"
	x "$B" newpolicy pdir=in sel="$SEL" tmpl="$TMPL"
	four_own
	each_own
}

own_gcm() {
	topology 4 tunnel
	SA="$SA cipher=gcm"
	four_own
	each_own
}

own_reconnect() {
	topology 4 tunnel
	four_own
	each_own --mode reconnect
}

fallback() {
	topology 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1002 1
	add_sa_pair 0x1004 3
	receive
	send 0-3 10
	delivered
	expect_packets 0x1000 20
	expect_packets 0x1002 10
	expect_packets 0x1004 10
}

fallback_newer() {
	topology 4 tunnel
	add_sa_pair 0x1001 0
	sleep 1.1 # the kernel counts an SA's age in seconds
	add_sa_pair 0x1000 -
	receive
	send 0,1 10
	delivered
	expect_packets 0x1001 10
	expect_packets 0x1000 10
}

fallback_only() {
	topology 4 tunnel
	add_sa_pair 0x1000 -
	receive
	send 0-3 10
	delivered
	expect_packets 0x1000 40
}

# only_others [POLICY WORD]...: one CPU after the other, since CPUs that ask at
# the same instant each send an ACQUIRE, on mainline as on stock kernels.
only_others() {
	topology 4 tunnel "$@"
	add_sa_pair 0x1001 0
	add_sa_pair 0x1002 1
	listen acquire
	try_send 2 10
	try_send 3 10
	expect_packets 0x1001 0
	expect_packets 0x1002 0
	heard 1 ACQUIRE
	not grep SA_PCPU <<<"$(events ACQUIRE)"
	receive
	send 0,1 10
	delivered
	expect_packets 0x1001 10
	expect_packets 0x1002 10
	heard 1 ACQUIRE
}

never_others() {
	only_others
}

never_others_flag() {
	only_others pflags=4
}

deleted() {
	topology 4 tunnel
	four_own
	receive
	send 0-3 10
	delete_sa 0x1002
	delivered
	receive
	send 0-3 10
	delivered
	expect_packets 0x1000 10
	expect_packets 0x1001 20
	expect_packets 0x1003 20
}

deleted_fallback() {
	topology 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	send 0,1 10
	expect_packets 0x1000 10
	delete_sa 0x1000
	try_send 1 10
	send 0 10
	expect_packets 0x1001 20
}

# The kernel knows an SA's age in seconds.
moved() {
	skip_native "it moves no SA"
	topology 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 1
	sleep 1.1
	add_sa_pair 0x1002 0
	send 0 5
	expect_packets 0x1002 5
	in_ns "$A" xfrm-pcpu move "$OUT_DST" 0x1001 0
	send 0 5
	expect_packets 0x1002 10
	delete_sa 0x1002
	send 0 5
	expect_packets 0x1001 5
	expect_packets 0x1000 0
}

rekey() {
	topology 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	add_sa_pair 0x1002 1
	receive
	send 0,1 10
	delivered
	add_sa_pair 0x2001 0
	receive
	send 0,1 10
	delivered
	[ $(($(packets 0x1001) + $(packets 0x2001))) = 20 ]
	expect_packets 0x1002 20
	delete_sa 0x1001
	receive
	send 0,1 10
	delivered
	[ "$(packets 0x2001)" -ge 10 ]
	expect_packets 0x1002 30
	expect_packets 0x1000 0
}

dying() {
	skip_native "intended difference 4: mainline's answer depends on the order"
	topology 4 tunnel pflags=4
	add_sa_pair 0x1001 0 soft_packets=2
	sleep 1.1
	add_sa_pair 0x1000 -
	listen acquire
	receive
	send 0 10
	delivered
	expect_packets 0x1001 10
	expect_packets 0x1000 0
	heard 0 ACQUIRE
}

void() {
	topology 4 tunnel
	add_sa_pair 0x1000 -
	x "$A" allocspi $SA spi=0x1001 dir=out pcpu=0
	x "$B" newsa $SA spi=0x1001 dir=in
	receive
	send 0 10
	delivered
	expect_packets 0x1000 10
	x "$A" updsa $SA spi=0x1001 dir=out pcpu=0
	receive
	send 0 10
	delivered
	expect_packets 0x1001 10
}

# The policy's mark is what the SAs are looked up with: 0x1f matches 0x10/0xf0,
# not 0x20/0xf0.
mark() {
	topology 4 tunnel mark=0x1f/0xff
	add_sa_pair 0x1000 - mark=0x10/0xf0
	add_sa_pair 0x1001 0 mark=0x10/0xf0
	add_sa_pair 0x1002 1 mark=0x10/0xf0
	sleep 1.1
	add_sa_pair 0x3000 - mark=0x20/0xf0
	add_sa_pair 0x3001 0 mark=0x20/0xf0
	receive
	send 0-2 10 --mark 0x1f
	delivered
	expect_packets 0x1000 10 mark=0x10
	expect_packets 0x1001 10 mark=0x10
	expect_packets 0x1002 10 mark=0x10
	expect_packets 0x3000 0 mark=0x20
	expect_packets 0x3001 0 mark=0x20
}

if_id() {
	topology 4 tunnel if_id=5
	run_cmd ip -n "$A" link add ipsec0 type xfrm dev veth0 if_id 5
	run_cmd ip -n "$A" link set ipsec0 up
	run_cmd ip -n "$A" route replace 10.2.0.0/16 dev ipsec0 src 10.1.0.1
	add_sa_pair 0x1000 - if_id=5
	add_sa_pair 0x1001 0 if_id=5
	sleep 1.1
	add_sa_pair 0x3001 0 if_id=6
	add_sa_pair 0x4001 0
	receive
	send 0,1 10
	delivered
	expect_packets 0x1000 10
	expect_packets 0x1001 10
	expect_packets 0x3001 0
	expect_packets 0x4001 0
}

wildcard() {
	topology 4 transport
	SA="src=0.0.0.0 dst=$OUT_DST mode=transport reqid=1"
	four_own
	each_own
}

# CPU 0's SA is for another protocol than UDP.
selector() {
	topology 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0 sel="10.1.0.1,10.2.0.1,esp"
	add_sa_pair 0x1002 1 sel="$SEL"
	receive
	send 0,1 10
	delivered
	expect_packets 0x1000 10
	expect_packets 0x1001 0
	expect_packets 0x1002 10
}

reqids() {
	topology 4 tunnel
	add_sa_pair 0x1000 -
	SA="src=$OUT_SRC dst=$OUT_DST mode=tunnel reqid=2" add_sa_pair 0x3001 0
	receive
	send 0 10
	delivered
	expect_packets 0x1000 10
	expect_packets 0x3001 0
}

two_destinations() {
	topology 4 tunnel
	run_cmd ip -n "$B" addr add 10.0.0.3/24 dev veth0
	add_sa_pair 0x1000 -
	SA="src=$OUT_SRC dst=10.0.0.3 mode=tunnel reqid=1" add_sa_pair 0x3001 0
	receive
	send 0 10
	delivered
	expect_packets 0x1000 10
}

two_netns() {
	local first_a first_b

	topology 4 tunnel
	first_a=$A first_b=$B
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	setup_ns C D
	A=$C B=$D
	connect_ns "$A" "$B"
	x "$A" newpolicy pdir=out sel="$SEL" tmpl="$TMPL"
	x "$B" newpolicy pdir=in sel="$SEL" tmpl="$TMPL"
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 1

	receive
	send 0,1,2 10
	delivered
	expect_packets 0x1000 20
	expect_packets 0x1001 10
	expect_cpu "$A" 0x1001 1
	A=$first_a B=$first_b
	expect_packets 0x1000 0
	receive
	send 0,1,2 10
	delivered
	expect_packets 0x1000 20
	expect_packets 0x1001 10
	expect_cpu "$A" 0x1001 0
	run_cmd ip netns del "$C"
	receive
	send 0 10
	delivered
}

# Inbound SAs stay, so that nothing can be lost at the receiver.
# caught: packets whose SA was deleted after they had chosen it, before the bundle
# was made or before they were encrypted. The kernel, ours or not, drops them.
caught() {
	in_ns "$A" awk '$1 == "XfrmOutNoStates" || $1 == "XfrmOutStateInvalid" { n += $2 }
		END { print n + 0 }' /proc/net/xfrm_stat
}

# An SA that is deleted can take its CPU's packet with it, and no other.
changing() {
	local cpu lost deleted=0

	topology 4 tunnel
	four_own
	receive
	traffic 0-3
	for _ in 1 2 3 4 5; do
		for cpu in 0 1 2 3; do
			delete_sa 0x100$((cpu + 1))
			add_sa 0x100$((cpu + 1)) $cpu
			deleted=$((deleted + 1))
		done
	done
	stop_traffic
	stop_receiver "$(sum_of sent "$tmp/sent")"
	lost=$(($(sum_of sent "$tmp/sent") - $(sum_of received "$tmp/receiver")))
	[ "$(sum_of received "$tmp/receiver")" -gt 0 ]
	((0 <= lost && lost <= $(caught) && $(caught) <= deleted)) ||
		fail "lost $lost, $(caught) with their SAs: $(cat "$tmp/sent" "$tmp/receiver" <(losses))"
}

run_subtests
