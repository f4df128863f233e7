#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Asking for an SA of a CPU: when, how often, and what carries the packets
# meanwhile. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"flag|flag 4 and a fallback: one ACQUIRE with the CPU"
	"no_flag|without flag 4 none"
	"flag_later|UPDPOLICY sets and removes the flag"
	"no_fallback|flag 4 and no SA: one ACQUIRE without CPU"
	"order|mark, if_id, then SA_PCPU at the end"
	"own|a CPU with an SA of its own does not ask"
	"all_cpus|each CPU asks once, none silences another"
	"carried|the fallback carries all packets of the CPUs that wait"
	"no_larval|the SAD has no larval SA of a CPU"
	"larval|without a CPU the larval SA is in the SAD"
	"larval_expires|and expires there"
	"answered|an answered ACQUIRE: own SAs from then on, no further ACQUIRE"
	"answered_6|the same with IPv6, transport mode, and the ACQUIRE's seq"
	"answered_allocspi|answered by ALLOCSPI and UPDSA"
	"answered_between|an answer between a packet's look-up and its acquire: none is sent"
	"expired|asked again when acq_expires has passed"
	"deleted|asked again when the CPU's SA is deleted"
	"no_listener|nobody listens: the fallback goes on"
	"listener_comes|a listener that comes hears each CPU's next try, and one ACQUIRE of each"
	"listener_other|listeners of other namespaces do not count"
	"groups|two groups do not silence each other"
	"policy_replaced|UPDPOLICY does not make it ask again"
	"zero_loss|nothing is lost until and while the answers come"
)

# pcpus: the CPUs of the ACQUIREs heard so far, sorted.
pcpus() {
	events ACQUIRE | sed -n 's/.*SA_PCPU=\([0-9]*\).*/\1/p' | sort -n | paste -sd' '
}

expect_pcpus() {
	busywait 5000 eval "[ \"\$(pcpus)\" = '$1' ]" ||
		fail "wanted ACQUIREs of CPUs \"$1\", heard: $(events)"
}

acq_expires() {
	run_cmd in_ns "$A" sysctl -qw net.core.xfrm_acq_expires="$1"
}

flag() {
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	listen acquire
	receive
	send 1 1
	delivered
	heard 1 ACQUIRE
	[[ "$(events)" =~ attrs=TMPL,POLICY_TYPE,SA_PCPU=1$ ]]
	[[ "$(events)" =~ src=10.0.0.1\ dst=10.0.0.2\ proto=esp\ spi=0x0 ]]
	[[ "$(events)" =~ selsrc=10.1.0.1\ seldst=10.2.0.1 ]]
	[ "$(events | field seq)" != 0 ]
}

no_flag() {
	topology 4 tunnel
	add_sa_pair 0x1000 -
	listen acquire
	receive
	send 0-3 10
	delivered
	heard 0 ACQUIRE
}

flag_later() {
	topology 4 tunnel
	add_sa_pair 0x1000 -
	listen acquire
	send 0 5
	heard 0 ACQUIRE
	x "$A" updpolicy pdir=out sel="$SEL" tmpl="$TMPL" pflags=4
	send 0 5
	expect_pcpus 0
	x "$A" updpolicy pdir=out sel="$SEL" tmpl="$TMPL"
	send 1 5
	expect_pcpus 0
	heard 1 ACQUIRE
}

# One after the other: CPUs that ask at the same instant each send an ACQUIRE,
# on mainline as on stock kernels.
no_fallback() {
	topology 4 tunnel pflags=4
	listen acquire
	try_send 0 5
	try_send 1 5
	try_send 2 5
	heard 1 ACQUIRE
	[ -z "$(pcpus)" ]
}

order() {
	topology 4 tunnel pflags=4 mark=0x1f/0xff if_id=5
	run_cmd ip -n "$A" link add ipsec0 type xfrm dev veth0 if_id 5
	run_cmd ip -n "$A" link set ipsec0 up
	run_cmd ip -n "$A" route replace 10.2.0.0/16 dev ipsec0 src 10.1.0.1
	add_sa_pair 0x1000 - if_id=5 mark=0x1f/0xff
	listen acquire
	send 1 1 --mark 0x1f
	heard 1 ACQUIRE
	[[ "$(events)" =~ attrs=TMPL,POLICY_TYPE,MARK=0x1f/0xff,IF_ID=5,SA_PCPU=1$ ]]
}

own() {
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	listen acquire
	send 0 10
	heard 0 ACQUIRE
}

all_cpus() {
	differs 2
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	listen acquire
	send 0-3 20
	expect_pcpus "0 1 2 3"
	send 0-3 20
	expect_pcpus "0 1 2 3"
	heard 4 ACQUIRE
}

carried() {
	differs 2
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	listen acquire
	receive
	send 0-3 20
	delivered
	expect_packets 0x1000 80
}

no_larval() {
	differs 3
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	listen acquire expire
	acq_expires 1
	send 0 1
	expect_pcpus 0
	[ "$(dump "$A" | wc -l)" = 1 ] || fail "$(dump "$A")"
	sleep 2
	heard 0 EXPIRE
}

larval() {
	topology 4 tunnel pflags=4
	listen acquire
	add_sa_pair 0x1001 0
	try_send 1 1
	heard 1 ACQUIRE
	dump "$A" | grep -q "spi=0x0 .*seq=$(events ACQUIRE | field seq) "
}

larval_expires() {
	topology 4 tunnel pflags=4
	listen acquire expire
	acq_expires 1
	add_sa_pair 0x1001 0
	try_send 1 1
	heard 1 ACQUIRE
	heard 1 EXPIRE hard=1
	[ "$(dump "$A" | wc -l)" = 1 ]
}

# answered_by KEYS: own SAs for all CPUs, used, and nobody asks again. The first
# packets come one after the other, so that each finds the earlier CPUs waiting.
answered_by() {
	local cpu spi

	add_sa_pair 0x1000 -
	listen acquire --answer "peer-netns=$B,spi-base=2000,dir=1,$1"
	for cpu in 0 1 2 3; do
		send $cpu 1
	done
	expect_pcpus "0 1 2 3"
	busywait 5000 eval '[ $(grep -c INSTALLED "$tmp/events") = 4 ]' ||
		fail "not installed: $(cat "$tmp/events")"
	not grep -v errno=0 <<<"$(grep INSTALLED "$tmp/events")"
	receive
	send 0-3 10
	delivered
	heard 4 ACQUIRE
	for spi in 0x2000 0x2001 0x2002 0x2003; do
		expect_packets $spi 10
	done
	expect_packets 0x1000 4
}

answered() {
	differs 2
	topology 4 tunnel pflags=4
	answered_by delay=1000
}

answered_6() {
	differs 2
	topology 6 transport pflags=4
	answered_by delay=1000,seq=1
}

answered_allocspi() {
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	listen acquire
	send 1 1
	expect_pcpus 1
	x "$B" newsa $SA spi=0x1001 dir=in
	x "$A" allocspi $SA spi=0x1001 dir=out pcpu=1
	x "$A" updsa $SA spi=0x1001 dir=out pcpu=1
	receive
	send 1 10
	delivered
	expect_packets 0x1001 10
	heard 1 ACQUIRE
}

# held_up: a packet of CPU 2 is on its way to the acquire, and stands still.
held_up() {
	[ "$(cat /sys/module/delay/parameters/calls)" = 1 ]
}

cleanup_delay() {
	[ ! -d /sys/module/delay ] || rmmod delay
}

answered_between() {
	local sender

	skip_native "a function of the module is held up"
	[ -e "$stage_dir/delay.ko" ] || fail "delay.ko was not built for $(uname -r)"
	trap 'cleanup_delay; cleanup' EXIT
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	listen acquire
	run_cmd insmod "$stage_dir/delay.ko" function=xpcpu_acquire_cpu cpu=2
	send 2 1 &
	sender=$!
	busywait 5000 held_up || fail "no packet came by"
	add_sa_pair 0x1003 2
	expect_packets 0x1000 0
	echo 1 >/sys/module/delay/parameters/release
	wait $sender
	heard 0 ACQUIRE
	expect_packets 0x1000 1
	send 2 1
	expect_packets 0x1003 1
	heard 0 ACQUIRE
}

expired() {
	topology 4 tunnel pflags=4
	acq_expires 2
	add_sa_pair 0x1000 -
	listen acquire
	send 1 1
	expect_pcpus 1
	sleep 3
	send 1 1
	expect_pcpus "1 1"
}

deleted() {
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 1
	listen acquire
	send 1 1
	heard 0 ACQUIRE
	delete_sa 0x1001
	send 1 1
	expect_pcpus 1
}

no_listener() {
	differs 2
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	receive
	send 0-3 40
	delivered
	expect_packets 0x1000 160
}

unheard() {
	in_ns "$A" awk '$1 == "XfrmPcpuAcquireNoListener" { print $2 }' /proc/net/xfrm_pcpu_stat
}

# A try a second; how long a busy machine takes for that many packets is its own
# affair, but once there is a listener none goes unheard.
listener_comes() {
	local before

	differs 2
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	receive
	traffic 0-3 --rate 50
	busywait 5000 eval '[ "$(unheard)" -ge 4 ]'
	listen acquire
	before=$(unheard)
	expect_pcpus "0 1 2 3"
	[ "$(unheard)" = "$before" ] || fail "unheard: $before before, $(unheard) after"
	stop_traffic
	delivered
	heard 4 ACQUIRE
}

# The kernel's own "does anybody listen" asks for all namespaces together.
listener_other() {
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	start other "$B" xmon acquire
	receive
	send 0 20
	delivered
	listen acquire
	sleep 1.1
	send 0 1
	expect_pcpus 0
	[ "$(cat "$tmp/other")" = READY ]
}

# The second group: another address of $B behind another reqid.
groups() {
	local sel=10.1.0.1,10.2.0.2,udp

	topology 4 tunnel pflags=4
	run_cmd ip -n "$B" addr add 10.2.0.2/32 dev lo
	x "$A" newpolicy pdir=out sel=$sel tmpl="${TMPL%/1}/2" pflags=4
	x "$B" newpolicy pdir=in sel=$sel tmpl="${TMPL%/1}/2"
	add_sa_pair 0x1000 -
	SA="${SA/reqid=1/reqid=2}" add_sa_pair 0x2000 -
	listen acquire
	send 1 2
	TARGET=10.2.0.2 send 1 2
	expect_pcpus "1 1"
	events ACQUIRE | grep -q reqid=1
	events ACQUIRE | grep -q reqid=2
}

policy_replaced() {
	local i

	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	listen acquire
	for i in 1 2 3 4; do
		send 1 2
		x "$A" updpolicy pdir=out sel="$SEL" tmpl="$TMPL" pflags=4 priority=$i
	done
	heard 1 ACQUIRE
}

zero_loss() {
	differs 2
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	listen acquire --answer "peer-netns=$B,spi-base=2000,dir=1,delay=2000"
	receive
	traffic 0-3
	busywait 10000 all_used 0x2000 0x2001 0x2002 0x2003 || fail "$(dump "$A")"
	stop_traffic
	delivered
	heard 4 ACQUIRE
}

# all_used SPI...
all_used() {
	local spi

	for spi; do
		[ "$(packets "$spi")" -gt 0 ] || return
	done
}

run_subtests
