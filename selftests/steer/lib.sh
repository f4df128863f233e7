# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# shellcheck disable=SC2086 # SA and the like are lists of words
#
# For the tests of inbound steering. $A sends on 4 CPUs, each with an SA of its
# own; $B receives everything on one CPU, as with a NIC of one queue: RPS sends
# it there. $B's inbound SAs have the CPUs of $A's.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"

RATE=${RATE:-200}
COUNT=${COUNT:-500}
# Of the inbound SAs: a replay window as IKE daemons use, the smallest there is.
IN_SA=replay_window=32

# arrive_on CPU: all that $B receives.
arrive_on() {
	ip netns exec "$B" sh -c "printf %x $((1 << $1)) >/sys/class/net/veth0/queues/rx-0/rps_cpus"
}

# steer MODE [NAME=VALUE]...: the sysctl in $B, after others. What waits while the
# host does not let a CPU run has to fit into its queue.
steer() {
	local mode=$1 pair

	shift
	run_cmd sysctl -qw net.xfrm_pcpu.steer_queue_len=65536
	for pair; do
		run_cmd in_ns "$B" sysctl -qw "net.xfrm_pcpu.steer_$pair"
	done
	run_cmd in_ns "$B" sysctl -qw "net.xfrm_pcpu.steer=$mode"
}

arrive_on_sender() {
	ip netns exec "$B" sh -c 'echo 0 >/sys/class/net/veth0/queues/rx-0/rps_cpus'
}

# sa_pair SPI OUT IN: an SA of CPU OUT in $A, of CPU IN in $B; "-": of none.
sa_pair() {
	local bound=pcpu=$3

	[ "$3" != - ] || bound=
	x "$B" newsa $SA spi="$1" dir=in $IN_SA $bound
	x "$A" newsa $SA spi="$1" dir=out pcpu="$2"
}

# four_sas [-]: one for each CPU, on both sides; "-": on $A's only.
four_sas() {
	local cpu

	for cpu in 0 1 2 3; do
		sa_pair "0x100$cpu" "$cpu" "${1:-$cpu}"
	done
}

# stat NAME [NAMESPACE]: a counter of the module.
stat() {
	in_ns "${2-$B}" cat /proc/net/xfrm_pcpu_stat |
		awk -v name="XfrmPcpu$1" '$1 == name { print $2 }'
}

# grows NAME, stops_growing NAME: a counter of the module, while packets come.
grows() {
	local was

	was=$(stat "$1")
	sleep 0.3
	[ "$(stat "$1")" -gt "$was" ]
}

stops_growing() {
	not grows "$1"
}

# expect_stat NAME COUNT
expect_stat() {
	[ "$(stat "$1")" = "$2" ] ||
		fail "$1: wanted $2, have $(stat "$1"): $(in_ns "$B" grep Steer /proc/net/xfrm_pcpu_stat)"
}

# accounted: each packet that was handed over has been received, or dropped and
# counted.
accounted() {
	[ "$(($(stat SteerIn) + $(stat SteerGone)))" = "$(stat SteerOut)" ]
}

# no_errors: XFRM in $B has dropped nothing.
no_errors() {
	in_ns "$B" awk '$2 { print; bad = 1 } END { exit bad }' /proc/net/xfrm_stat >"$tmp/errors" ||
		fail "XFRM dropped: $(cat "$tmp/errors")"
}

# in_order: of what the receiver has, nothing twice or late.
in_order() {
	[ "$(sum_of duplicates "$tmp/receiver")$(sum_of reordered "$tmp/receiver")" = 00 ] ||
		fail "not in order: $(cat "$tmp/receiver")"
}

# watch_decrypt FAMILY: count the calls of esp_input (esp6_input) by CPU, in a
# trace of its own. decrypted CPU tells how many there were.
watch_decrypt() {
	local function=esp_input

	modprobe -a esp4 esp6
	[ "$1" = 4 ] || function=esp6_input
	echo "p:xsteer/decrypt $function" >>"$tracing/kprobe_events"
	mkdir "$tracing/instances/xsteer"
	trap 'unwatch_decrypt; cleanup' EXIT
	echo 1 >"$tracing/instances/xsteer/events/xsteer/decrypt/enable"
}

unwatch_decrypt() {
	echo 0 >"$tracing/instances/xsteer/events/xsteer/decrypt/enable"
	rmdir "$tracing/instances/xsteer"
	echo "-:xsteer/decrypt" >>"$tracing/kprobe_events"
}

decrypted() {
	local dir=$tracing/instances/xsteer/per_cpu/cpu$1

	awk '$1 == "entries:" || $1 == "overrun:" { sum += $2 } END { print sum + 0 }' "$dir/stats"
}

# all_decrypted: by CPU.
all_decrypted() {
	echo "$(decrypted 0) $(decrypted 1) $(decrypted 2) $(decrypted 3)"
}

# spread_evenly: each CPU has decrypted what it was sent, COUNT packets.
spread_evenly() {
	[ "$(all_decrypted)" = "$COUNT $COUNT $COUNT $COUNT" ] ||
		fail "decrypted by CPU: $(all_decrypted)"
}

# all_arrived: traffic ends, and all of it has come, however long that takes.
all_arrived() {
	stop_traffic
	not grep -v ' sent=[1-9][0-9]*$' "$tmp/sent"
	busywait 60000 receiver_has "$(sum_of sent "$tmp/sent")" || :
	delivered
	no_errors
}

# cpus_send [OPTION]...: COUNT packets from each CPU, all of which arrive in order.
cpus_send() {
	receive
	send 0-3 "$COUNT" --rate "$RATE" "$@"
	busywait 60000 receiver_has $((4 * COUNT)) || :
	delivered
	in_order
	no_errors
}

# each_steered: what four SAs bring to CPU 0 is decrypted by the CPU of each.
each_steered() {
	arrive_on 0
	steer 1
	watch_decrypt "$FAMILY"
	four_sas
	cpus_send
	spread_evenly
	expect_stat SteerIn $((3 * COUNT))
}
