#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# 4 CPUs send 1,000 packets a second each while their SAs are asked for: what is
# sent arrives, whether the answer comes late, never, or nobody is there.
#
#	PHASE_MS  milliseconds of a phase (8000)
#	RATE      packets a second and CPU (1000); a slow machine sends fewer, and
#	          the test says how many. Time decides nothing.
#
# Needs 4 CPUs.
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"answered|each ACQUIRE answered after 2 s: nothing lost, own SAs afterwards"
	"unanswered|nobody answers: one ACQUIRE per CPU, the fallback carries all"
	"unheard|nobody listens: the fallback carries all; who comes hears each CPU"
	"without_module|without the module all of these fail"
)

phase_ms=${PHASE_MS:-8000}
rate=${RATE:-1000}
cpus="0 1 2 3"
own_sas="0x2000 0x2001 0x2002 0x2003"

setup() {
	differs 2
	topology 4 tunnel pflags=4
	run_cmd in_ns "$A" sysctl -qw net.core.xfrm_acq_expires=30
	add_sa_pair 0x1000 -
	receive
}

# begin: traffic from all CPUs, until traffic_arrived.
begin() {
	traffic 0-3 --rate "$rate"
	began=$(date +%s%3N)
}

sleep_ms() {
	sleep "$(($1 / 1000)).$(printf %03d $(($1 % 1000)))"
}

# sent: by all CPUs together.
sent() {
	sed -n 's/.* sent=\([0-9]*\).*/\1/p' "$tmp/sent" | paste -sd+ | total
}

# traffic_arrived: it ends; each packet was accepted and has arrived.
traffic_arrived() {
	local sending_ms

	stop_traffic
	sending_ms=$(($(date +%s%3N) - began))
	[ "$(grep -c ' sent=[0-9]*$' "$tmp/sent")" = 4 ] ||
		fail "not all packets were accepted: $(cat "$tmp/sent")"
	delivered
	echo "# sent $(sent) = delivered, $(($(sent) * 250 / sending_ms)) packets/s per CPU"
}

# acquires: the CPUs that asked, sorted; "-" for an ACQUIRE without CPU.
acquires() {
	events ACQUIRE | sed 's/.*SA_PCPU=\([0-9]*\).*/\1/; t; s/.*/-/' |
		sort -n | paste -sd' '
}

expect_acquires() {
	busywait 10000 eval "[ \"\$(acquires)\" = '$cpus' ]" ||
		fail "wanted one ACQUIRE of each CPU, heard: $(events)"
}

installed() {
	[ "$(grep -c ' INSTALLED .*errno=0' "$tmp/events")" = 4 ]
}

own_packets() {
	local spi

	for spi in $own_sas; do
		packets "$spi"
	done | paste -sd+ | total
}

answered() {
	local cpu spi own fallback i before=() after=()

	setup
	listen acquire --answer "peer-netns=$B,spi-base=2000,dir=1,delay=2000"
	begin
	expect_acquires
	busywait 20000 installed || fail "no SAs: $(cat "$tmp/events")"
	# A packet that chose the fallback just before may still be on its way.
	sleep 0.5
	fallback=$(packets 0x1000)
	own=$(own_packets)
	sleep_ms "$phase_ms"
	traffic_arrived

	expect_packets 0x1000 "$fallback"
	[ "$(own_packets)" -gt "$own" ]
	[ $((fallback + $(own_packets))) = "$(sent)" ] ||
		fail "SAs sent $fallback + $(own_packets), not $(sent)"

	# Each CPU's packets take its own SA, and no other.
	for cpu in $cpus; do
		spi=$(sed -n "s/.* INSTALLED spi=\([^ ]*\) cpu=$cpu .*/\1/p" "$tmp/events")
		expect_cpu "$A" "$spi" "$cpu"
		[ "$(packets "$spi")" -gt 0 ]
		mapfile -t before < <(packets_of_all)
		send "$cpu" $((10 + cpu))
		mapfile -t after < <(packets_of_all)
		for i in $cpus; do
			[ "$(printf '0x%x' $((0x2000 + i)))" != "$spi" ] ||
				before[i]=$((before[i] + 10 + cpu))
		done
		[ "${before[*]}" = "${after[*]}" ] ||
			fail "CPU $cpu: wanted ${before[*]}, sent ${after[*]}"
	done
	expect_acquires
	echo "# fallback $fallback until the answers, own ${after[*]:0:4}"
}

packets_of_all() {
	local spi

	for spi in $own_sas 0x1000; do
		packets "$spi"
	done
}

unanswered() {
	setup
	listen acquire
	begin
	sleep_ms "$phase_ms"
	traffic_arrived
	expect_acquires
	expect_packets 0x1000 "$(sent)"
}

# The last second of silence may just have begun when the listener comes.
unheard() {
	local came heard

	setup
	begin
	sleep_ms "$phase_ms"
	listen acquire
	came=$(awk '{ printf "%d", $1 * 1000 }' /proc/uptime)
	expect_acquires
	heard=$(awk '/ ACQUIRE /{ last = $1 } END { print last }' "$tmp/events")
	echo "# all CPUs heard $((heard - came)) ms after the listener came"
	[ $((heard - came)) -le 2000 ]
	sleep 2
	traffic_arrived
	expect_acquires
	expect_packets 0x1000 "$(sent)"
}

without_module() {
	local status=0

	skip_native "nothing to be without"
	[ -z "${WITHOUT_MODULE-}" ] || skip "this is without it"
	module_unload
	ONLY="" WITHOUT_MODULE=1 PHASE_MS=3000 "$0" >"$tmp/without" 2>&1 || status=$?
	module_load
	sed 's/^/#   /' "$tmp/without"
	[ "$status" = 1 ]
	[ "$(grep -c '^not ok' "$tmp/without")" = 3 ]
}

run_subtests
