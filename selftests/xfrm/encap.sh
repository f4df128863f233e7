#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ESP in UDP and in TCP. All SAs of a tunnel share one pair of ports. Needs 4
# CPUs.
. "$(dirname "$0")/lib.sh"

subtests=(
	"udp_4t|in UDP: IPv4, tunnel"
	"udp_6t|in UDP: IPv6, tunnel"
	"udp_4r|in UDP: IPv4, transport"
	"udp_mixed|in UDP: IPv6 in IPv4"
	"udp_ports|each SA with ports of its own"
	"udp_sources|each SA with a source port of its own, to one port (per_cpu_sas = encap)"
	"udp_mapping|a peer's port that changes: MAPPING names the SA, and no CPU, as mainline's"
	"tcp_4|in TCP: IPv4"
	"tcp_6|in TCP: IPv6"
)

UDP_PORT=4500
TCP_PORT=4510
TCP_TYPE=7 # TCP_ENCAP_ESPINTCP

udp_receiver() {
	start "encap-$1" "$B" xencap udp "$OUT_DST" "$1"
}

# udp FAMILY MODE
udp() {
	pair "$1" "$2"
	SA="$SA encap=$UDP_PORT:$UDP_PORT"
	udp_receiver "$UDP_PORT"
	story
}

udp_4t() {
	udp 4 tunnel
}

udp_6t() {
	udp 6 tunnel
}

udp_4r() {
	udp 4 transport
}

udp_mixed() {
	addresses 4 tunnel
	TARGET=fd02::1 SEL=fd01::1,fd02::1,udp
	SA="$SA flags=0x20 encap=$UDP_PORT:$UDP_PORT"
	link_up
	policies
	udp_receiver "$UDP_PORT"
	story
}

# A peer behind a NAT has another port for each SA if it wants RSS to spread
# them (RFC 9611, section 6).
udp_ports() {
	local sa cpu

	pair 4 tunnel
	sa=$SA
	for cpu in 0 1 2 3; do
		SA="$sa encap=450$cpu:450$cpu"
		udp_receiver "450$cpu"
		add_pairs "0x100$cpu=$cpu"
	done
	SA="$sa encap=4510:4510"
	udp_receiver 4510
	add_pairs 0x2000=-
	pass 0-3 5
	carried 0x1000 5 0x1001 5 0x1002 5 0x1003 5
	delete_sa 0x1003
	pass 3 5
	carried 0x2000 5
}

# As strongSwan installs them: the peer's port is not known, so that inbound SAs have 0.
udp_sources() {
	local cpu

	pair 4 tunnel
	IN_SA=encap=0:4500
	udp_receiver 4500
	ports_watched 50000 50001 50002 50003 4500
	for cpu in 0 1 2 3; do
		OUT_SA=encap=5000$cpu:4500
		add_pairs "0x100$cpu=$cpu"
	done
	OUT_SA=encap=4500:4500
	add_pairs 0x2000=-
	pass 0-3 5
	carried 0x1000 5 0x1001 5 0x1002 5 0x1003 5
	arrived_from 50000 5 50001 5 50002 5 50003 5 4500 0
	delete_sa 0x1003
	pass 3 5
	carried 0x2000 5
	arrived_from 50003 5 4500 5
}

# The SA stays on its CPU, and the SAs of other CPUs are not told of.
udp_mapping() {
	local from="oldsrc=10.0.0.1 newsrc=10.0.0.1 oldport=4500"

	pair 4 tunnel
	udp_receiver 4500
	# shellcheck disable=SC2086 # words
	{
		x "$B" newsa $SA spi=0x1001 dir=in encap=4500:4500 pcpu=1
		x "$B" newsa $SA spi=0x1002 dir=in encap=4500:4500 pcpu=2
		x "$A" newsa $SA spi=0x1001 dir=out encap=50001:4500 pcpu=1
		x "$A" newsa $SA spi=0x1002 dir=out encap=4500:4500 pcpu=2
	}
	start events "$B" xmon mapping
	pass 1-2 1
	heard 1 MAPPING "^MAPPING dst=10.0.0.2 proto=esp spi=0x1001 family=2 reqid=1 $from newport=50001$"
	heard 1 MAPPING
	[[ "$(in_ns "$B" xreq getsa dst="$OUT_DST" spi=0x1001)" = *SA_PCPU=1,* ]]
}

# ports_watched PORT...: how much comes to 4500 from each.
ports_watched() {
	local port

	{
		echo "table ip seen {"
		for port; do
			echo "counter from$port { }"
		done
		echo "chain seen { type filter hook prerouting priority -300;"
		for port; do
			echo "udp sport $port udp dport 4500 counter name from$port"
		done
		printf '}\n}\n'
	} | run_cmd in_ns "$B" nft -f -
}

# arrived_from PORT COUNT...
arrived_from() {
	local got

	while [ $# -gt 0 ]; do
		got=$(in_ns "$B" nft list counter ip seen "from$1" |
			sed -n 's/.*packets \([0-9]*\).*/\1/p')
		[ "$got" = "$2" ] || fail "from port $1: wanted $2 packets, came $got"
		shift 2
	done
}

# espintcp_off: as Debian's kernels have it.
espintcp_off() {
	not grep -q ' espintcp_' /proc/kallsyms
}

# tcp_refused: then the answers are the kernel's, and nothing is left of the SA.
tcp_refused() {
	local verb cpu

	# shellcheck disable=SC2086 # words
	for verb in newsa updsa; do
		for cpu in "" pcpu=1; do
			in_ns "$A" xreq $verb $SA spi=0x1001 dir=out $cpu >"$tmp/answer" || :
			grep -q "^$verb errno=EINVAL " "$tmp/answer" ||
				fail "$verb: $(cat "$tmp/answer")"
		done
	done
	[ -z "$(dump "$A")" ]
	! module_loaded ||
		in_ns "$A" grep -qE '^XfrmPcpuSas[[:space:]]+0$' /proc/net/xfrm_pcpu_stat
}

# tcp FAMILY
tcp() {
	pair "$1" tunnel
	start listener "$B" xencap tcp-listen "$OUT_DST" "$TCP_PORT"
	SA="$SA encap=$TCP_PORT:$TCP_PORT:$TCP_TYPE"
	if espintcp_off; then
		in_ns "$A" xencap tcp-connect "$OUT_SRC" "$TCP_PORT" "$OUT_DST" "$TCP_PORT" \
			>"$tmp/refusal" 2>&1 || :
		grep -q 'TCP_ULP espintcp: No such file or directory' "$tmp/refusal"
		tcp_refused
		return
	fi
	start sender "$A" xencap tcp-connect "$OUT_SRC" "$TCP_PORT" "$OUT_DST" "$TCP_PORT"
	story
}

tcp_4() {
	tcp 4
}

tcp_6() {
	tcp 6
}

run_subtests
