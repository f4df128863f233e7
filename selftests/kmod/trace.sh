#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tracepoints say what happened, and the examples of xfrm_pcpu(4) show it; that of
# steering is in steer/kept.sh. Needs 4 CPUs.
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"choice|xpcpu_choice: own, fallback, none"
	"acquire|xpcpu_acquire, and whether somebody heard it"
	"sa|xpcpu_sa: an SA joins, moves, leaves"
	"follow|xpcpu_follow: a connected socket"
	"example_packets|xfrm_pcpu(4): the SA of each packet, by CPU"
	"example_answers|xfrm_pcpu(4): how long each CPU waited for its SA"
)

setup() {
	skip_native "the module's tracepoints"
	topology 4 tunnel "$@"
	mkdir "$tracing/instances/xtrace"
	trap 'rmdir "$tracing/instances/xtrace"' EXIT
	echo 1 >"$tracing/instances/xtrace/events/xfrm_pcpu/enable"
}

# traced COUNT LINE: as the event is printed, after its task and time.
traced() {
	local got

	got=$(grep -c ": $2\$" "$tracing/instances/xtrace/trace") || :
	[ "$got" = "$1" ] ||
		fail "wanted $1 of $2, traced: $(grep -v '^#' "$tracing/instances/xtrace/trace")"
}

choice() {
	setup
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 1
	receive
	send 1 5
	send 2 3
	traced 5 "xpcpu_choice: cpu=1 reqid=1 proto=50 spi=0x1001 choice=own"
	traced 3 "xpcpu_choice: cpu=2 reqid=1 proto=50 spi=0x1000 choice=fallback"
	delete_sa 0x1000
	in_ns "$A" xsend --dst "$TARGET" --cpus 2 --count 1 --rate 200 || :
	[ "$(grep -c "xpcpu_choice: cpu=2 .* choice=none$" "$tracing/instances/xtrace/trace")" -ge 1 ]
}

acquire() {
	local seq

	setup pflags=4
	add_sa_pair 0x1000 -
	receive
	send 3 1
	traced 1 "xpcpu_acquire: cpu=3 reqid=1 seq=[0-9]* err=-[0-9]*"
	listen acquire
	send 1 4
	heard 1 ACQUIRE "SA_PCPU=1"
	seq=$(events ACQUIRE | grep -oE ' seq=[0-9]+')
	traced 1 "xpcpu_acquire: cpu=1 reqid=1${seq} err=0"
}

sa() {
	setup
	add_sa 0x1001 1
	traced 1 "xpcpu_sa: spi=0x1001 proto=50 cpu=1 joins"
	in_ns "$A" xfrm-pcpu unbind "$OUT_DST" 0x1001
	traced 1 "xpcpu_sa: spi=0x1001 proto=50 cpu=1 leaves"
	traced 1 "xpcpu_sa: spi=0x1001 proto=50 cpu=-1 joins"
	delete_sa 0x1001
	traced 1 "xpcpu_sa: spi=0x1001 proto=50 cpu=-1 leaves"
}

follow() {
	setup
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 1
	add_sa_pair 0x1002 2
	receive
	printf '%s\n' "1 5" "2 5" | in_ns "$A" xhop --cpu 1 --dst "$TARGET" >"$tmp/hops"
	traced 1 "xpcpu_follow: cpu=2 spi=0x1001 datagram follows"
}

# example NUMBER: runs beside what follows, until example_ends.
example() {
	local command

	command=$(sed -n 's/\\-/-/g; s/^# \(bpftrace .*\)/\1/p' kmod/xfrm_pcpu.4 | sed -n "$1p")
	[ -n "$command" ]
	eval "exec $command" >"$tmp/example" 2>"$tmp/example-err" &
	echo $! >"$tmp/example.pid"
	busywait 60000 grep -q "^Attach" "$tmp/example" "$tmp/example-err" ||
		fail "$command: $(cat "$tmp/example" "$tmp/example-err")"
}

# What bpftrace has counted it tells at its end.
example_ends() {
	kill -INT "$(<"$tmp/example.pid")"
	wait "$(<"$tmp/example.pid")" || fail "$(cat "$tmp/example-err")"
}

# shows LINE
shows() {
	grep -qxF "$1" "$tmp/example" || fail "no $1: $(<"$tmp/example")"
}

example_packets() {
	skip_native "the module's tracepoints"
	topology 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 1
	receive
	example 1
	send 1 5
	send 2 3
	example_ends
	shows "@[1, $((0x1001))]: 5"
	shows "@[2, $((0x1000))]: 3"
}

example_answers() {
	skip_native "the module's tracepoints"
	topology 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	listen acquire
	receive
	example 2
	send 1 1
	heard 1 ACQUIRE "SA_PCPU=1"
	sleep 0.3
	add_sa_pair 0x1001 1
	example_ends
	# Between 256 ms and what the host may take.
	grep -q '^@ms\[1\]: *$' "$tmp/example"
	grep -qE '^\[(256|512|1K|2K|4K|8K), [0-9]+K?\) +1 ' "$tmp/example" || fail "$(<"$tmp/example")"
	[ "$(grep -c '^@ms' "$tmp/example")" = 1 ]
}

run_subtests
