#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Connected sockets follow their thread to its CPU's SA: sysctls
# net.xfrm_pcpu.follow_udp and follow_tcp_ms. Needs 4 CPUs.
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"moves_4t|UDP, from CPU to CPU, IPv4, tunnel"
	"moves_4r|the same, transport"
	"moves_6t|the same, IPv6, tunnel"
	"moves_6r|the same, transport"
	"chain|an SA behind another of the same route (ESP, then AH)"
	"held|a held SA is taken up when its time is over, by no event"
	"gone|an SA goes: the fallback, and another CPU's SA without one by no packet"
	"asks|a CPU without an SA asks, once, also if it was the fallback before"
	"nobody|with no listener, one try a second, and packets flow"
	"other|an own SA that would not serve: the socket does not look for it again and again"
	"pinned|a template that names its SPI: the socket stays"
	"off|follow_udp=0: as on a kernel without"
	"tcp|follow_tcp_ms: TCP stays, and follows when that long on another CPU"
	"tcp_6|the same with IPv6"
	"values|values that are not allowed, and another namespace's"
	"idle|without an SA that has a CPU nothing leads to the module"
	"switched|sysctls that change under sockets"
	"unload|loading and unloading under moving sockets"
	"netns|namespaces that end with connected sockets"
)

addresses_settled() {
	[ -z "$(ip -n "$A" -6 addr show tentative)" ]
}

# hopper [OPTION]...: a connected socket of $A; its thread goes from CPU 1 to where
# hop says. While the device's link-local address is being tried the kernel itself
# gives up all routes of IPv6 once more.
hopper() {
	busywait 10000 addresses_settled || fail "$(ip -n "$A" -6 addr show tentative)"
	mkfifo "$tmp/orders"
	xns exec "$A" xhop --cpu 1 --dst "$TARGET" "$@" <"$tmp/orders" >"$tmp/hops" 2>&1 &
	echo $! >"$tmp/hopper.pid"
	exec {orders}>"$tmp/orders"
	busywait 10000 grep -q READY "$tmp/hops" || fail "xhop: $(<"$tmp/hops")"
	hops=1
}

answered() {
	[ "$(wc -l <"$tmp/hops")" -ge "$1" ]
}

# order WORD...: gets its $answer.
order() {
	echo "$*" >&"$orders"
	hops=$((hops + 1))
	busywait 20000 answered "$hops" || fail "xhop does not answer: $(<"$tmp/hops")"
	answer=$(tail -n 1 "$tmp/hops")
}

# hop CPU COUNT: that many packets, all accepted.
hop() {
	order "$1" "$2"
	[ "$answer" = "cpu=$1 sent=$2" ] || fail "CPU $1, $2 packets: $answer"
}

# hop_on CPU COUNT SPI [WORD]...: all by this SA.
hop_on() {
	local before

	before=$(packets "${@:3}")
	hop "$1" "$2"
	expect_packets "$3" $((before + $2)) "${@:4}"
}

# end: what was sent has arrived.
end() {
	exec {orders}>&-
	wait "$(<"$tmp/hopper.pid")"
	grep -o 'sent=.*' "$tmp/hops" >"$tmp/sent"
	delivered
}

# sysctl NAME [VALUE]: of $A.
setting() {
	if [ $# = 1 ]; then
		in_ns "$A" cat "/proc/sys/net/xfrm_pcpu/$1"
	else
		in_ns "$A" sh -c "echo '$2' >/proc/sys/net/xfrm_pcpu/$1"
	fi
}

# stat NAME: a counter of $A.
stat() {
	in_ns "$A" awk -v name="$1" '$1 == name { print $2 }' /proc/net/xfrm_pcpu_stat
}

expect_stat() {
	[ "$(stat "$1")" = "$2" ] || fail "$1: wanted $2, is $(stat "$1")"
}

# following [NAMESPACE]: do routes' checks lead to the module?
following() {
	in_ns "${1-$A}" xfrm-pcpu info --json | grep -q '"following":true'
}

# each_its_own: a fallback, and an SA for each of 1 to 3.
each_its_own() {
	local cpu

	add_sa_pair 0x1000 - "$@"
	for cpu in 1 2 3; do
		add_sa_pair "0x100$cpu" "$cpu" "$@"
	done
}

# follows: the socket that there is, everywhere.
follows() {
	hop_on 1 5 0x1001
	hop_on 2 5 0x1002
	hop_on 1 1 0x1001
	hop_on 3 5 0x1003
	hop_on 0 5 0x1000
	hop_on 2 1 0x1002
}

moves() {
	local before

	skip_native "mainline's sockets do not follow"
	topology "$@"
	each_its_own
	receive
	hopper
	before=$(stat XfrmPcpuFollowed)
	follows
	# One look-up for each move, and for no other packet; a route that the kernel
	# itself gives up just then is not counted.
	[ "$(($(stat XfrmPcpuFollowed) - before))" -le 5 ]
	expect_stat XfrmPcpuStayed 0
	end
}

moves_4t() { moves 4 tunnel; }
moves_4r() { moves 4 transport; }
moves_6t() { moves 6 tunnel; }
moves_6r() { moves 6 transport; }

held() {
	skip_native "the module's own parameter"
	local parameter=/sys/module/xfrm_pcpu/parameters/hold_ms followed

	topology 4 tunnel
	add_sa_pair 0x1000 -
	receive
	hopper
	hop_on 1 1 0x1000
	echo 60000 >"$parameter"
	add_sa_pair 0x1001 1
	followed=$(stat XfrmPcpuFollowed)
	hop_on 1 5 0x1000
	# Nor is it looked for again and again.
	expect_stat XfrmPcpuFollowed "$followed"
	delete_sa 0x1001
	echo 500 >"$parameter"
	x "$B" delsa dst="$OUT_DST" spi=0x1001
	add_sa_pair 0x1001 1
	echo 0 >"$parameter"
	busywait 10000 uses_own || fail "the SA is not taken up: $(dump "$A")"
	hop_on 1 5 0x1001
	end
}

uses_own() {
	hop 1 1
	[ "$(packets 0x1001)" -gt 0 ]
}

gone() {
	skip_native "mainline's sockets do not follow"
	topology 4 tunnel
	each_its_own
	receive
	hopper
	hop_on 1 5 0x1001
	delete_sa 0x1001
	hop_on 1 5 0x1000
	hop_on 2 5 0x1002
	delete_sa 0x1000
	# The kernel takes packets that wait for an SA, and drops them.
	order 1 3
	expect_packets 0x1002 5
	expect_packets 0x1003 0
	hop_on 3 1 0x1003
}

asks() {
	skip_native "mainline's sockets do not follow"
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 1
	listen acquire
	receive
	hopper
	hop_on 1 5 0x1001
	heard 0 ACQUIRE
	hop_on 2 5 0x1000
	heard 1 ACQUIRE "SA_PCPU=2"
	# On the fallback already.
	hop_on 3 5 0x1000
	heard 1 ACQUIRE "SA_PCPU=3"
	hop_on 2 5 0x1000
	hop_on 3 5 0x1000
	heard 2 ACQUIRE
	add_sa_pair 0x1002 2
	hop_on 2 5 0x1002
	hop_on 3 5 0x1000
	heard 2 ACQUIRE
	end
}

nobody() {
	skip_native "mainline's sockets do not follow"
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 1
	receive
	hopper
	hop_on 1 1 0x1001
	hop_on 2 100 0x1000
	[ "$(stat XfrmPcpuAcquireNoListener)" -ge 1 ]
	# As many look-ups, not one for each packet.
	[ "$(stat XfrmPcpuFollowed)" -lt 50 ]
	end
}

other() {
	local followed

	skip_native "mainline's sockets do not follow"
	topology 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 1
	add_sa_pair 0x1002 2 sel="10.1.0.9,10.2.0.9,udp"
	receive
	hopper
	hop_on 1 1 0x1001
	hop_on 2 1 0x1000
	followed=$(stat XfrmPcpuFollowed)
	hop_on 2 20 0x1000
	expect_stat XfrmPcpuFollowed "$followed"
	expect_packets 0x1002 0
	end
}

pinned() {
	skip_native "mainline's sockets do not follow"
	topology 4 tunnel
	x "$A" updpolicy pdir=out sel="$SEL" tmpl="$OUT_SRC/$OUT_DST/esp/$MODE/1/0x1001"
	each_its_own
	receive
	hopper
	hop_on 1 1 0x1001
	hop_on 2 5 0x1001
	expect_stat XfrmPcpuFollowed 0
	end
}

off() {
	skip_native "the module's own setting"
	topology 4 tunnel
	setting follow_udp 0
	setting follow_tcp_ms 0
	each_its_own
	not following
	receive
	hopper
	hop_on 1 5 0x1001
	hop_on 2 5 0x1001
	hop_on 0 5 0x1001
	expect_stat XfrmPcpuFollowed 0
	# TCP's setting leads to the module, and UDP stays.
	setting follow_tcp_ms 1
	following
	hop_on 2 5 0x1001
	expect_stat XfrmPcpuStayed 5
	end
}

# tcp_topology FAMILY: only what $A sends is protected.
tcp_topology() {
	addresses "$1" tunnel
	setup_ns A B
	connect_ns "$A" "$B"
	SEL=${SEL%,udp},tcp
	x "$A" newpolicy pdir=out sel="$SEL" tmpl="$TMPL"
	x "$B" newpolicy pdir=in sel="$SEL" tmpl="$TMPL"
}

# goes_by SPI CPU COUNT: by no other; a segment may be sent again.
goes_by() {
	local spi before after

	for spi in 0x1000 0x1001 0x1002 0x1003; do
		before+=("$(packets "$spi")")
	done
	hop "$2" "$3"
	for spi in 0x1000 0x1001 0x1002 0x1003; do
		after=$(packets "$spi")
		if [ "$spi" = "$1" ]; then
			[ "$after" -ge $((before[0] + $3)) ]
		else
			[ "$after" = "${before[0]}" ]
		fi || fail "CPU $2: wanted $1, $spi had ${before[0]}, has $after"
		before=("${before[@]:1}")
	done
}

tcp_follows() {
	local -a before=()

	skip_native "mainline's sockets do not follow"
	tcp_topology "$1"
	each_its_own
	setting follow_tcp_ms 0
	start server "$B" xhop --tcp --listen
	hopper --tcp
	# Its first packet may have left by a softirq of another CPU.
	setting follow_tcp_ms 1
	sleep 0.1
	goes_by 0x1001 1 5
	setting follow_tcp_ms 0
	sleep 0.1
	goes_by 0x1001 2 5
	setting follow_tcp_ms 60000
	goes_by 0x1001 2 5
	setting follow_tcp_ms 1
	sleep 0.1
	goes_by 0x1002 2 5
	# From there the time counts anew.
	setting follow_tcp_ms 60000
	goes_by 0x1002 3 5
	goes_by 0x1002 2 5
	[ "$(stat XfrmPcpuStayed)" -ge 10 ]
	exec {orders}>&-
	wait "$(<"$tmp/hopper.pid")"
}

tcp() { tcp_follows 4; }
tcp_6() { tcp_follows 6; }

values() {
	skip_native "the module's own setting"
	local name value

	topology 4 tunnel
	[ "$(setting follow_udp)" = 1 ]
	[ "$(setting follow_tcp_ms)" = 1000 ]
	for value in -1 2 x; do
		not setting follow_udp "$value" 2>"$tmp/err" || fail "follow_udp=$value is taken"
	done
	for value in -1 60001 99999999999 x; do
		not setting follow_tcp_ms "$value" 2>"$tmp/err" || fail "follow_tcp_ms=$value is taken"
	done
	[ "$(setting follow_udp)" = 1 ]
	setting follow_udp 0
	setting follow_tcp_ms 60000
	[ "$(in_ns "$B" cat /proc/sys/net/xfrm_pcpu/follow_udp)" = 1 ]
	in_ns "$A" xfrm-pcpu info | grep -q '^sockets: UDP stays, TCP follows after 60000 ms (idle)$'
	in_ns "$B" xfrm-pcpu info | grep -q '^sockets: UDP follows at once, TCP'
}

idle() {
	skip_native "the module's own setting"
	topology 4 tunnel
	not following
	add_sa_pair 0x1000 -
	not following
	add_sa_pair 0x1001 1
	following
	not following "$B"
	delete_sa 0x1001
	not following
	in_ns "$A" xfrm-pcpu bind "$OUT_DST" 0x1000 2
	following
	in_ns "$A" xfrm-pcpu unbind "$OUT_DST" 0x1000
	not following
}

switched() {
	skip_native "the module's own setting"
	local i

	topology 4 tunnel
	setting follow_tcp_ms 0
	each_its_own
	receive
	hopper
	for i in 1 2 3; do
		setting follow_udp 0
		not following
		hop_on 1 1 "$([ "$i" = 1 ] && echo 0x1001 || echo 0x1002)"
		hop_on 2 1 "$([ "$i" = 1 ] && echo 0x1001 || echo 0x1002)"
		setting follow_udp 1
		hop_on 1 1 0x1001
		hop_on 2 1 0x1002
	done
	end
}

# floods COUNT: that many sockets, each on its way round the CPUs.
floods() {
	local i

	for ((i = 0; i < $1; i++)); do
		echo "$i,$(((i + 1) % 4)) 3 3600000" |
			xns exec "$A" xhop --dst "$TARGET" >"$tmp/flood-$i" 2>&1 &
		echo $! >>"$tmp/flood.pids"
	done
}

still_flooding() {
	local pid

	while read -r pid; do
		kill -0 "$pid" || fail "a sender has ended: $(cat "$tmp"/flood-*)"
	done <"$tmp/flood.pids"
}

unload() {
	skip_native "needs no module"
	local cpu

	topology 4 tunnel
	each_its_own
	receive
	floods 4
	# load.sh does it as often as is asked for.
	for ((cycle = 0; cycle < ${CYCLES:-20}; cycle += 4)); do
		for cpu in 1 2 3; do
			in_ns "$A" xfrm-pcpu bind "$OUT_DST" "0x100$cpu" "$cpu"
		done
		following
		busywait 10000 followed || fail "nobody follows"
		still_flooding
		module_unload
		still_flooding
		module_load
	done
	# shellcheck disable=SC2046 # one word each
	kill $(<"$tmp/flood.pids")
}

followed() {
	[ "$(stat XfrmPcpuFollowed)" -gt 5 ]
}

netns() {
	skip_native "needs no module"

	for ((cycle = 0; cycle < ${NETNS_CYCLES:-10}; cycle++)); do
		topology 4 tunnel
		each_its_own
		receive
		floods 2
		busywait 10000 followed || fail "nobody follows"
		# The sockets keep it until they end.
		xns del "$A" "$B"
		# shellcheck disable=SC2046 # one word each
		kill $(<"$tmp/flood.pids")
		stop receiver
		rm "$tmp/flood.pids" "$tmp/netns"
	done
	# All of them have to end, or the module would not go.
	module_unload
	module_load
}

chain() {
	skip_native "mainline's sockets do not follow"
	local cpu

	addresses 4 tunnel
	setup_ns A B
	connect_ns "$A" "$B"
	TMPL="$TMPL tmpl=$OUT_SRC/$OUT_DST/ah/transport/1"
	# shellcheck disable=SC2086 # words
	x "$A" newpolicy pdir=out sel="$SEL" tmpl=$TMPL
	# shellcheck disable=SC2086 # words
	x "$B" newpolicy pdir=in sel="$SEL" tmpl=$TMPL
	add_sa_pair 0x1000 -
	SA="src=$OUT_SRC dst=$OUT_DST proto=ah mode=transport reqid=1"
	each_its_own
	receive
	hopper
	for cpu in 1 2 3 1; do
		hop_on "$cpu" 5 "0x100$cpu" proto=ah
	done
	hop_on 0 5 0x1000 proto=ah
	expect_packets 0x1000 25 proto=esp
	end
}

run_subtests
