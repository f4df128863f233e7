#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Devices that lead into tunnels, and VRFs. Needs 4 CPUs.
# shellcheck disable=SC2086 # names and numbers without blanks
. "$(dirname "$0")/lib.sh"

subtests=(
	"xfrmi_4|xfrm interfaces, IPv4"
	"xfrmi_6|xfrm interfaces, IPv6"
	"xfrmi_two|two xfrm interfaces, one reqid: each has SAs of its own"
	"vti|vti devices"
	"vti6|vti6 devices"
	"vrf|the tunnel's users in a VRF, the tunnel too"
	"vrf_xfrmi|an xfrm interface in a VRF, the tunnel outside"
	"vrf_two|two VRFs with the same inner and outer addresses"
)

# through NAMESPACE DEVICE: what goes to the other's inner addresses.
through() {
	local other=2 own=1

	[ "$1" = "$A" ] || other=1 own=2
	run_cmd ip -n "$1" -b - <<-END
		link set $2 up
		route replace 10.$other.0.0/16 dev $2 src 10.$own.0.1
		route replace fd0$other::/64 dev $2 src fd0$own::1
	END
}

# xfrmi FAMILY: the interface 5 on both sides.
xfrmi() {
	local n

	addresses "$1" tunnel
	SA="$SA if_id=5" PEER_POLICY="if_id=5"
	link_up
	for n in "$A" "$B"; do
		run_cmd ip -n "$n" link add ipsec5 type xfrm dev veth0 if_id 5
		through "$n" ipsec5
	done
	policies if_id=5
	story
}

xfrmi_4() {
	xfrmi 4
}

xfrmi_6() {
	xfrmi 6
}

xfrmi_two() {
	local id

	addresses 4 tunnel
	link_up
	x "$B" newpolicy pdir=in sel="$SEL" tmpl="$TMPL"
	for id in 5 6; do
		run_cmd ip -n "$A" link add ipsec$id type xfrm dev veth0 if_id $id
		x "$A" newpolicy pdir=out sel="$SEL" tmpl="$TMPL" if_id=$id pflags=4
		OUT_SA="if_id=$id" add_pairs "0x${id}000=-" "0x${id}001=1"
	done
	listen acquire
	for id in 5 6; do
		through "$A" ipsec$id
		pass 1 5
		pass 2 1
		heard 1 ACQUIRE "IF_ID=$id,SA_PCPU=2\$"
		carried "0x${id}001" 5 "0x${id}000" 1
	done
	asked 2 2
}

# A vti's packets are looked up with its key as their mark.
vti() {
	local n local=10.0.0.1 remote=10.0.0.2 swap

	addresses 4 tunnel
	SA="$SA mark=5" PEER_POLICY="mark=5"
	link_up
	for n in "$A" "$B"; do
		run_cmd ip -n "$n" tunnel add vti5 mode vti local $local remote $remote key 5
		through "$n" vti5
		swap=$local local=$remote remote=$swap
		in_ns "$n" sysctl -qw net.ipv4.conf.vti5.disable_policy=1 net.ipv4.conf.vti5.rp_filter=0
	done
	policies mark=5
	story
}

vti6() {
	local n local=fd00::1 remote=fd00::2 swap

	addresses 6 tunnel
	SA="$SA mark=5" PEER_POLICY="mark=5"
	link_up
	for n in "$A" "$B"; do
		run_cmd ip -n "$n" -6 tunnel add vti5 mode vti6 local $local remote $remote key 5
		through "$n" vti5
		swap=$local local=$remote remote=$swap
	done
	policies mark=5
	story
}

# add_vrf NAME TABLE
add_vrf() {
	run_cmd ip -n "$A" -b - <<-END
		link add $1 type vrf table $2
		link set $1 up
	END
}

vrf() {
	addresses 4 tunnel
	SEND="--device red"
	link_up
	add_vrf red 100
	run_cmd ip -n "$A" -b - <<-END
		addr del 10.1.0.1/32 dev lo
		link set veth0 master red
		addr add 10.1.0.1/32 dev red
		route add 10.2.0.0/16 via 10.0.0.2 src 10.1.0.1 table 100
	END
	policies
	story
}

# xfrmi_in_vrf IF_ID VRF TABLE: the inner side in the VRF, the outer outside.
xfrmi_in_vrf() {
	add_vrf "$2" "$3"
	run_cmd ip -n "$A" -b - <<-END
		link add ipsec$1 type xfrm dev veth0 if_id $1
		link set ipsec$1 master $2
		link set ipsec$1 up
		addr add 10.1.0.1/32 dev $2
		route add 10.2.0.0/16 dev ipsec$1 src 10.1.0.1 table $3
	END
}

vrf_xfrmi() {
	addresses 4 tunnel
	SEND="--device red" OUT_SA="if_id=5"
	link_up
	run_cmd ip -n "$A" addr del 10.1.0.1/32 dev lo
	xfrmi_in_vrf 5 red 100
	policies if_id=5
	story
}

vrf_two() {
	local id

	addresses 4 tunnel
	link_up
	run_cmd ip -n "$A" addr del 10.1.0.1/32 dev lo
	x "$B" newpolicy pdir=in sel="$SEL" tmpl="$TMPL"
	for id in 5 6; do
		xfrmi_in_vrf $id red$id 10$id
		x "$A" newpolicy pdir=out sel="$SEL" tmpl="$TMPL" if_id=$id pflags=4
		OUT_SA="if_id=$id" add_pairs "0x${id}000=-" "0x${id}001=1"
	done
	listen acquire
	for id in 5 6; do
		SEND="--device red$id"
		pass 1 5
		pass 2 1
		carried "0x${id}001" 5 "0x${id}000" 1
		heard 1 ACQUIRE "IF_ID=$id,SA_PCPU=2\$"
	done
	asked 2 2
}

run_subtests
