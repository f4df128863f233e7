#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a TCP connection whose thread moves pays for following it: a measurement,
# of which Documentation/performance.rst has the figures. Needs 4 CPUs.
#
#	GUESTENV="STAYS='5 100' TIMES='0 1 10 100 1000' SECONDS_EACH=10"
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"table|a sender that moves between 3 CPUs, by its stay and follow_tcp_ms"
)

# counters NAMESPACE: TcpExt and Tcp, a name and a value in each line.
counters() {
	in_ns "$1" awk '$1 ~ /^Tcp/ { if (!names[$1]) names[$1] = $0
		else { n = split(names[$1], k); for (i = 2; i <= n; i++) print k[i], $i } }' \
		/proc/net/netstat /proc/net/snmp
}

value() {
	sed -n "s/^$1 //p" "$2"
}

# grown NAME FILE: since FILE-0 was written.
grown() {
	echo $(($(value "$1" "$2-1") - $(value "$1" "$2-0")))
}

stat() {
	in_ns "$A" awk -v name="$1" '$1 == name { print $2 }' /proc/net/xfrm_pcpu_stat
}

# run STAY TIME: one line of the table.
run() {
	local followed answer

	in_ns "$A" sh -c "echo $2 >/proc/sys/net/xfrm_pcpu/follow_tcp_ms"
	start server "$B" xhop --tcp --listen
	counters "$A" >"$tmp/a-0"
	counters "$B" >"$tmp/b-0"
	followed=$(stat XfrmPcpuFollowed)
	answer=$(echo "1,2,3 $1 $((${SECONDS_EACH:-10} * 1000))" |
		in_ns "$A" xhop --tcp --cpu 1 --dst "$TARGET" | tail -n 1)
	wait "$(<"$tmp/server.pid")"
	counters "$A" >"$tmp/a-1"
	counters "$B" >"$tmp/b-1"
	printf '# %5s %6s %6s %8s %8s %6s %8s %7s %6s %6s\n' "$1" "$2" \
		"$(field moves <<<"$answer")" $(($(stat XfrmPcpuFollowed) - followed)) \
		"$(grown OutSegs "$tmp/a")" \
		"$(grown TCPOFOQueue "$tmp/b")" \
		$(($(grown TCPSACKReorder "$tmp/a") + $(grown TCPTSReorder "$tmp/a"))) \
		"$(grown RetransSegs "$tmp/a")" "$(grown TCPDSACKRecv "$tmp/a")" \
		$(($(field bytes <<<"$answer") / 1000000))
	[ "$2" != 0 ] || [ "$(stat XfrmPcpuFollowed)" = "$followed" ]
}

table() {
	local spi stay time

	skip_native "mainline's sockets do not follow"
	addresses 4 tunnel
	setup_ns A B
	connect_ns "$A" "$B"
	SEL=${SEL%,udp},tcp
	x "$A" newpolicy pdir=out sel="$SEL" tmpl="$TMPL"
	x "$B" newpolicy pdir=in sel="$SEL" tmpl="$TMPL"
	add_sa_pair 0x1000 -
	for spi in 1 2 3; do
		add_sa_pair "0x100$spi" "$spi"
	done
	printf '# %5s %6s %6s %8s %8s %6s %8s %7s %6s %6s\n' \
		stay after moves followed segments ofo reorder retrans dsack MB
	for stay in ${STAYS:-5 100}; do
		for time in ${TIMES:-0 1 10 100 1000}; do
			run "$stay" "$time"
		done
	done
}

run_subtests
