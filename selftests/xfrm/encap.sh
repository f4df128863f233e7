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
