#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Loading and unloading under traffic, as often as you like. Needs 4 CPUs.
#
#	CYCLES    how often (20)
. "$(dirname "$0")/lib.sh"

subtests=(
	"cycles|over and over under traffic of 4 CPUs: nothing lost, nothing left"
	"acquires|unloaded while ACQUIREs of 4 CPUs are sent"
	"acquires_marked|until the module is gone no ACQUIRE is without its CPU"
	"with_netns|unloaded while namespaces with policies go: no timer is left"
	"sas_end|unloaded while SAs come and go: no packet leaves under another peer's"
	"others_sleep|unloaded while a netlink user of another kind sleeps"
	"stays_stock|afterwards the kernel takes the newest SA for all CPUs, as ever"
)

# in_use: own SAs, fallback and acquires, all at once.
in_use() {
	[ "$(stat Own)" -gt 0 ] && [ "$(stat Fallback)" -gt 0 ] &&
		[ "$(stat AcquireNoListener)" -gt 0 ]
}

all_packets() {
	local spi

	for spi in 0x1000 0x1001 0x1002; do
		packets "$spi"
	done | paste -sd+ | total
}

# timed NAME COMMAND...: its milliseconds go to $tmp/NAME.
timed() {
	local name=$1 started

	shift
	started=$(date +%s%3N)
	"$@"
	echo $(($(date +%s%3N) - started)) >>"$tmp/$name"
}

# range NAME: of what timed has noted.
range() {
	sort -n "$tmp/$1" | sed -n '1p;$p' | paste -sd- | sed "s/.*/$1 & ms/"
}

# The policy arms the output look-up at once. CPUs 0 and 1 get SAs of their own,
# 2 and 3 ask for theirs.
cycles() {
	local cycle spi

	setup 4 tunnel pflags=4
	for spi in 0x1000 0x1001 0x1002; do
		add_sa_pair "$spi" -
	done
	remember_footprint
	receive
	traffic 0-3
	for ((cycle = 1; cycle <= ${CYCLES:-20}; cycle++)); do
		timed load module_load
		same_footprint >"$tmp/diff" && fail "cycle $cycle: no trace of the module"
		in_ns "$A" xfrm-pcpu bind "$OUT_DST" 0x1001 0
		in_ns "$A" xfrm-pcpu bind "$OUT_DST" 0x1002 1
		expect_cpu "$A" 0x1001 0
		output_armed
		busywait 10000 in_use || fail "cycle $cycle: $(in_ns "$A" cat /proc/net/xfrm_pcpu_stat)"
		timed unload module_unload
		nothing_left
		expect_cpu "$A" 0x1001 none
		expect_cpu "$A" 0x1002 none
	done
	traffic_arrived
	echo "# $(range load), $(range unload)"
	# None left in clear: $B would not have taken it, and the SAs count all.
	[ "$(all_packets)" = "$(all_sent)" ] || fail "SAs sent $(all_packets), not $(all_sent)"
}

asked() {
	[ "$(count_events ACQUIRE)" = "$1" ]
}

acquires() {
	local cycle

	setup 4 tunnel pflags=4
	# A slow kernel's three loads last longer than the 30 s after which a CPU may ask again.
	run_cmd in_ns "$A" sysctl -qw net.core.xfrm_acq_expires=3600
	add_sa_pair 0x1000 -
	receive
	listen acquire
	traffic 0-3
	for cycle in 1 2 3; do
		module_load
		busywait 10000 asked $((4 * cycle)) ||
			fail "cycle $cycle, heard: $(events)"
		module_unload
	done
	traffic_arrived
	heard 12 ACQUIRE
	expect_packets 0x1000 "$(all_sent)"
}

# Each CPU asks once a second. Unloading takes a second or so, in which the look-up
# was still hooked when what gives an ACQUIRE its CPU was not any more.
acquires_marked() {
	local cycle before

	setup 4 tunnel pflags=4
	run_cmd in_ns "$A" sysctl -qw net.core.xfrm_acq_expires=1
	add_sa_pair 0x1000 -
	receive
	listen acquire
	traffic 0-3
	for cycle in 1 2 3; do
		before=$(count_events ACQUIRE)
		module_load
		busywait 20000 asked_beyond $((before + 7)) || fail "cycle $cycle, heard: $(events)"
		module_unload
	done
	traffic_arrived
	drained
	[ "$(count_events ACQUIRE)" = "$(count_events ACQUIRE SA_PCPU=)" ] ||
		fail "without a CPU: $(events ACQUIRE | grep -v SA_PCPU=)"
}

asked_beyond() {
	[ "$(count_events ACQUIRE)" -gt "$1" ]
}

# A namespace goes in a worker, and with it perhaps the last policy that needed
# the look-up. Once that started the timer that unhooks it after unloading had
# cancelled that; 10 s later the kernel ran into freed memory.
with_netns() {
	local cycle

	setup 4 tunnel
	for ((cycle = 0; cycle < ${NETNS_CYCLES:-20}; cycle++)); do
		module_load
		setup_ns C
		x "$C" newpolicy pdir=out sel="$SEL" tmpl="$TMPL" pflags=4
		A=$C output_armed || fail "cycle $cycle: not armed"
		timed unload module_unload &
		sleep "$(printf '0.%03d' $((cycle * 30)))"
		ip netns del "$C"
		wait $!
	done
	echo "# $(range unload)"
	module_load
	sleep 12
}

# strangers FIRST COUNT: SAs with another peer, made where the memory of others was.
strangers() {
	local spi

	for ((spi = $1; spi < $1 + $2; spi++)); do
		x "$A" newsa src="$OUT_SRC" dst=10.0.0.9 mode=tunnel reqid=9 spi="$spi" dir=out
	done
}

# An SA that is gone without the module's knowledge would still be chosen, and its
# memory is soon another SA's: one that came while the module was still told, and
# went when it was not any more.
sas_end() {
	local cycle pid spi=0x9000 used

	setup 4 tunnel
	add_sa_pair 0x1000 -
	for ((cycle = 0; cycle < 3; cycle++)); do
		module_load
		add_sa 0x1002 0
		output_armed || fail "cycle $cycle: not armed"
		traffic 0-3
		module_unload &
		pid=$!
		while kill -0 "$pid" 2>/dev/null; do
			add_sa 0x1001 1
			delete_sa 0x1001
			strangers "$spi" 2
			spi=$((spi + 2))
		done
		wait "$pid"
		stop_traffic || :
		delete_sa 0x1002
	done
	[ "$spi" -gt $((0x9000 + 6)) ] || fail "only $spi: nothing came and went while unloading"
	used=$(ip -n "$A" -s xfrm state list reqid 9 | grep -A1 'lifetime current' |
		grep -oE '[0-9]+\(packets\)' | grep -vc '^0(' || :)
	[ "$used" = 0 ] || fail "SAs of another peer carried packets: $used"
}

others_sleep() {
	local pid

	setup 4 tunnel
	module_load
	start blocked "$A" xblock
	pid=$(<"$tmp/blocked.pid")
	timeout 60 rmmod xfrm_pcpu || fail "rmmod waits for it"
	kill -0 "$pid" || fail "it did not sleep: $(cat "$tmp/blocked")"
	stop blocked
}

stays_stock() {
	setup 4 tunnel
	module_load
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 1
	send 0 5
	expect_packets 0x1000 5
	module_unload
	send 0 5
	expect_packets 0x1000 5
	expect_packets 0x1001 5
	# shellcheck disable=SC2086 # words
	x "$A" newsa $SA spi=0x1002 dir=9 pcpu=5000
	expect_cpu "$A" 0x1002 none
}

run_subtests
