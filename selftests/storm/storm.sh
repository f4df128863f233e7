#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Storms: SAs, policies, acquires, namespaces and CPUs that come and go as fast as they
# can while 4 CPUs send; no packet is lost, and nothing is left. Needs 4 CPUs, and
# slab_nomerge on the kernel's command line: of caches that it merged with others it
# does not say that something is left in them.
#
#	STORM_SECONDS	how long each lasts at least (10)
#	NETNS_CYCLES	how many namespaces come and go at least (2)
# shellcheck disable=SC2086 # SA is a list of words
. "$(dirname "$0")/lib.sh"

subtests=(
	"unmerged|what is left in the module's caches is seen"
	"sas|SAs of all CPUs are rekeyed as fast as can be"
	"policies|policies come and go, and their flag"
	"acquires|acquires with late answers, wrong ones and none, again and again"
	"worlds|namespaces with SAs, policies and packets under way"
	"hotplug|CPU 2 goes and comes, and so do its SAs and its acquires"
	"all|all at once, tracers, steering and attempts at removal besides"
)

unmerged() {
	skip_native "it has no such module"
	module_load
	[ -d /sys/kernel/slab/xpcpu_sa ] && [ ! -L /sys/kernel/slab/xpcpu_sa ]
}

sas() {
	local cpu

	storm
	for cpu in 0 1 2 3; do
		whirl "rekeys-$cpu" rekey "$cpu"
	done
	calm
	sent_arrived
	storm_over
}

policies() {
	storm
	add_sa_pair 0x1001 1
	whirl flags flags
	whirl others others
	calm
	sent_arrived
	storm_over
}

# forget: the SAs that came as answers go, so that all ask again.
forget() {
	dump "$A" | sed -nE 's/.* (spi=0x2[0-9a-f]*) .*/\1/p' | while read -r spi; do
		in_ns "$A" xreq delsa dst="$OUT_DST" "$spi" >"$tmp/forgotten"
	done
	sleep 0.2
}

# wrong: SAs that are no answer, though they come after an acquire.
wrong() {
	local i

	for ((i = 0; i < 4; i++)); do
		echo "newsa ${SA/reqid=1/reqid=9} spi=$((0x9000 + i)) dir=out pcpu=$i"
		echo "newsa ${SA/$OUT_DST/10.0.0.9} spi=$((0x9100 + i)) dir=out pcpu=$i"
		echo "delsa dst=$OUT_DST spi=$((0x9000 + i))"
		echo "delsa dst=10.0.0.9 spi=$((0x9100 + i))"
	done | requests "$A"
}

acquires() {
	storm pflags=4
	run_cmd in_ns "$A" sysctl -qw net.core.xfrm_acq_expires=1
	listen acquire --answer "peer-netns=$B,spi-base=20000000,dir=1,delay=300"
	whirl forgotten forget
	whirl wrong wrong
	calm
	[ "$(count_events ACQUIRE SA_PCPU=)" -gt 4 ] || fail "asked too little: $(events ACQUIRE)"
	installed 4 || fail "answered too little: $(events)"
	echo "# $(count_events ACQUIRE) acquires, $(grep -c ' INSTALLED .*errno=0' "$tmp/events") answered"
	sent_arrived
	stop events
	storm_over
}

worlds() {
	storm
	add_sa_pair 0x1001 1
	whirl worlds world
	came_round worlds "${NETNS_CYCLES:-2}"
	calm
	sent_arrived
	storm_over
}

hotplug() {
	[ -e /sys/devices/system/cpu/cpu2/online ] || skip "CPU 2 cannot be taken away"
	trap 'cpu2 1; cleanup' EXIT
	storm pflags=4
	run_cmd in_ns "$A" sysctl -qw net.core.xfrm_acq_expires=1
	whirl hotplug away_and_back
	whirl rekeys-2 rekey 2
	whirl flags flags
	calm
	others_sent
	storm_over
}

all() {
	local cpu

	trap 'cpu2 1; cleanup' EXIT
	storm pflags=4
	run_cmd in_ns "$A" sysctl -qw net.core.xfrm_acq_expires=1
	sysctl -qw net.xfrm_pcpu.steer_queue_len=65536
	whirl rekeys-0 rekey 0
	whirl rekeys-3 rekey 3
	whirl flags flags
	whirl others others
	whirl worlds world
	whirl hotplug away_and_back
	whirl tracers tracers
	whirl removals removals
	whirl steering steering
	calm
	others_sent
	storm_over
}

run_subtests
