#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Inbound steering: what arrives on one CPU is decrypted by the CPUs of the SAs,
# nothing is lost, each SA's packets stay in order. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA and the like are lists of words
. "$(dirname "$0")/lib.sh"

subtests=(
	"values|defaults, and values that are refused"
	"off|off, as it is by default: all on the CPU where it arrives"
	"on_4t|on: IPv4, tunnel"
	"on_4r|on: IPv4, transport"
	"on_6t|on: IPv6, tunnel"
	"on_6r|on: IPv6, transport"
	"udp_4|ESP in UDP, port 4500"
	"udp_6|ESP in UDP over IPv6"
	"udp_ports|ESP in UDP, ports of its own for each SA"
	"vti|vti devices, whose SAs have a mark"
	"spread|SAs without a CPU: by SPI, if asked for"
	"moved|an SA that moves: in order"
	"auto|mode 2: an SA only while its packets arrive elsewhere"
)

# spreads FAMILY MODE
spreads() {
	topology "$1" "$2"
	each_steered
	expect_stat SteerHome "$COUNT"
	expect_stat SteerOut $((3 * COUNT))
	expect_stat SteerFull 0
	expect_stat SteerGone 0
}

off() {
	topology 4 tunnel
	arrive_on 0
	four_sas
	watch_decrypt 4
	cpus_send
	[ "$(all_decrypted)" = "$((4 * COUNT)) 0 0 0" ] ||
		fail "decrypted by CPU: $(all_decrypted)"
	expect_stat SteerHome 0
	expect_stat SteerOut 0
}

on_4t() {
	spreads 4 tunnel
}

on_4r() {
	spreads 4 transport
}

on_6t() {
	spreads 6 tunnel
}

on_6r() {
	spreads 6 transport
}

# udp FAMILY PORT PORT PORT PORT: of the SA of each CPU.
udp() {
	local port cpu=0 sa

	topology "$1" tunnel
	shift
	arrive_on 0
	steer 1
	watch_decrypt "$FAMILY"
	sa=$SA
	for port; do
		[ -e "$tmp/encap-$port" ] ||
			start "encap-$port" "$B" xencap udp "$OUT_DST" "$port"
		SA="$sa encap=$port:$port"
		sa_pair "0x100$cpu" "$cpu" "$cpu"
		cpu=$((cpu + 1))
	done
	cpus_send
	spread_evenly
	expect_stat SteerOut $((3 * COUNT))
	expect_stat SteerIn $((3 * COUNT))
}

udp_4() {
	udp 4 4500 4500 4500 4500
}

udp_6() {
	udp 6 4500 4500 4500 4500
}

udp_ports() {
	udp 4 4500 4501 4502 4503
}

vti() {
	local n other=10.0.0.2 own=10.0.0.1 net=2 swap

	topology 4 tunnel mark=5
	for n in "$A" "$B"; do
		run_cmd ip -n "$n" tunnel add vti5 mode vti local "$own" remote "$other" key 5
		run_cmd ip -n "$n" link set vti5 up
		run_cmd ip -n "$n" route change "10.$net.0.0/16" dev vti5 src "10.$((3 - net)).0.1"
		in_ns "$n" sysctl -qw net.ipv4.conf.vti5.disable_policy=1 net.ipv4.conf.vti5.rp_filter=0
		swap=$own own=$other other=$swap net=$((3 - net))
	done
	SA="$SA mark=5"
	each_steered
	[ "$(ip -n "$B" -s link show vti5 | awk '/RX:/ { getline; print $2 }')" = $((4 * COUNT)) ]
}

# Four SAs without a CPU: more than one CPU decrypts, each SA's packets on one.
spread() {
	local by_cpu

	topology 4 tunnel
	arrive_on 0
	steer 1
	watch_decrypt 4
	four_sas -
	cpus_send
	[ "$(all_decrypted)" = "$((4 * COUNT)) 0 0 0" ] ||
		fail "without being asked: $(all_decrypted)"

	steer 1 spread=1
	unwatch_decrypt
	watch_decrypt 4
	cpus_send
	by_cpu=$(all_decrypted)
	[ "$(tr ' ' '\n' <<<"$by_cpu" | awk -v n="$COUNT" '$1 % n { bad = 1 }
		$1 { cpus++ } END { print (bad ? "bad" : cpus) }')" -gt 1 ] ||
		fail "spread: $by_cpu"
	echo "# $by_cpu"
}

# An SA of CPU 1 goes to CPU 2 and 3 and back while it is used.
moved() {
	local round cpu

	topology 4 tunnel
	arrive_on 0
	steer 1
	sa_pair 0x1001 1 1
	receive
	traffic 1 --rate "$RATE"
	for round in 1 2 3 4 5; do
		for cpu in 2 3 0 1; do
			run_cmd in_ns "$B" xfrm-pcpu move "$OUT_DST" 0x1001 "$cpu"
		done
	done
	busywait 10000 eval '[ "$(stat SteerIn)" -gt 100 ]'
	all_arrived
	in_order
}

auto() {
	topology 4 tunnel
	arrive_on 0
	four_sas
	# Not before a whole such time has shown it.
	steer 2 auto_ms=60000
	receive
	traffic 1-2 --rate "$RATE"
	busywait 10000 grows SteerLeft
	expect_stat SteerOut 0
	steer 2 auto_ms=200
	busywait 10000 eval '[ "$(stat SteerIn)" -gt 100 ]'
	# They arrive where they belong: with RPS off, where they were sent.
	arrive_on_sender
	busywait 20000 eval 'stops_growing SteerOut'
	arrive_on 0
	busywait 10000 eval 'grows SteerOut'
	all_arrived
	expect_stat SteerFull 0
}

# refuses NAME VALUE...: each as it is now, afterwards as well.
refuses() {
	local name=net.xfrm_pcpu.$1 was

	was=$(in_ns "$B" sysctl -n "$name")
	shift
	for value; do
		not in_ns "$B" sysctl -qw "$name=$value" 2>"$tmp/refusal" ||
			fail "$name takes $value"
		grep -q 'Invalid argument' "$tmp/refusal" || fail "$name=$value: $(cat "$tmp/refusal")"
		[ "$(in_ns "$B" sysctl -n "$name")" = "$was" ]
	done
}

values() {
	local len

	setup_ns B
	refuses steer 3 -1 4294967296 x ""
	refuses steer_spread 2 -1
	refuses steer_auto_share 100 -1
	refuses steer_auto_ms 9 60001
	steer 1
	refuses steer 4
	steer 0
	[ "$(in_ns "$B" sysctl -n net.xfrm_pcpu.steer_auto_share net.xfrm_pcpu.steer_auto_ms |
		paste -sd' ')" = "50 1000" ]
	# The queues are everybody's: only the initial netns says how long they are.
	not in_ns "$B" sysctl -n net.xfrm_pcpu.steer_queue_len 2>/dev/null
	len=$(sysctl -n net.xfrm_pcpu.steer_queue_len)
	not sysctl -qw net.xfrm_pcpu.steer_queue_len=0 2>/dev/null
	not sysctl -qw net.xfrm_pcpu.steer_queue_len=65537 2>/dev/null
	[ "$(sysctl -n net.xfrm_pcpu.steer_queue_len)" = "$len" ]
}

run_subtests
