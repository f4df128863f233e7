#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module's own interface, through its command line xfrm-pcpu. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"info|info: features, possible CPUs, what is loaded"
	"status|status shows each SA with its CPU, and who waits"
	"bind|bind gives an SA a CPU: GETSA and traffic follow"
	"bind_errors|bind: another CPU, no such SA, no such CPU"
	"move|move: GETSA and traffic follow"
	"move_errors|move: an SA without a CPU, no such SA, no such CPU"
	"unbind|unbind: every CPU uses the SA"
	"rebind|the only SA with a CPU loses and gets it under traffic: no packet is lost"
	"bind_answers|bind answers a CPU's acquire"
	"expect_newsa|expect applies to a NEWSA, once"
	"expect_updsa|expect applies to the UPDSA of a larval SA"
	"expect_explicit|expect: an explicit SA_PCPU wins"
	"expect_timeout|expect: gone after its time"
	"expect_replaced|expect: a second one replaces the first"
	"expect_withdrawn|expect: withdrawn by timeout 0, which fails if there is none"
	"expect_cap|expect: no more than the cap"
	"expect_other|expect: another SPI, destination or namespace is not meant"
	"monitor|monitor: every change is an event"
	"marked|an SA with a mark is named by it"
	"ipv6|all is the same with IPv6"
	"unprivileged|without CAP_NET_ADMIN no change is made and no event seen"
	"userns|root of a user namespace: only in its own network namespace"
)

pcpu() {
	in_ns "$A" xfrm-pcpu "$@"
}

# denied ARGUMENT...: xfrm-pcpu has to fail, and say why.
denied() {
	local status=0 output

	output=$(pcpu "$@" 2>&1) || status=$?
	{ [ "$status" = 1 ] && [ -n "$output" ]; } ||
		fail "xfrm-pcpu $*: wanted to be refused, status $status: $output"
}

setup() {
	skip_native "the module's interface"
	topology 4 tunnel "$@"
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
}

info() {
	setup
	pcpu info >"$tmp/info"
	grep -q "^possible CPUs: $(($(sed 's/.*-//' /sys/devices/system/cpu/possible) + 1))\$" "$tmp/info"
	grep -q "^features:.* output.* move.* expect" "$tmp/info"
	grep -q "^SAs: [1-9]" "$tmp/info"
	grep -q "^output: armed" "$tmp/info"
	pcpu info --json | grep -q possible_cpus
}

status() {
	setup pflags=4
	listen acquire
	send 2 1
	heard 1 ACQUIRE
	pcpu status >"$tmp/status"
	grep -q "dst 10.0.0.2 .*reqid 1 mode tunnel proto esp" "$tmp/status"
	grep -q "spi 0x00001001 cpu 0 dir out state valid" "$tmp/status"
	grep -q "spi 0x00001000 cpu fallback dir out state valid" "$tmp/status"
	grep -q "acquire cpu 2 seq $(events | field seq) " "$tmp/status"
	pcpu status --json | grep -q 0x00001001
}

bind() {
	setup
	add_sa_pair 0x1002 -
	pcpu bind 10.0.0.2 0x1002 1
	expect_cpu "$A" 0x1002 1
	receive
	send 1,2 5
	delivered
	expect_packets 0x1002 5
	expect_packets 0x1000 5
	pcpu bind 10.0.0.2 0x1002 1
}

bind_errors() {
	setup
	denied bind 10.0.0.2 0x1001 1
	denied bind 10.0.0.2 0x9999 1
	denied bind 10.0.0.2 0x1000 5000
	denied bind 10.0.0.3 0x1000 1
	expect_cpu "$A" 0x1001 0
	expect_cpu "$A" 0x1000 none
}

move() {
	setup
	pcpu move 10.0.0.2 0x1001 2
	expect_cpu "$A" 0x1001 2
	receive
	send 0,2 5
	delivered
	expect_packets 0x1001 5
	expect_packets 0x1000 5
}

move_errors() {
	setup
	denied move 10.0.0.2 0x1000 1
	denied move 10.0.0.2 0x9999 1
	denied move 10.0.0.2 0x1001 5000
	expect_cpu "$A" 0x1001 0
}

unbind() {
	setup
	pcpu unbind 10.0.0.2 0x1001
	expect_cpu "$A" 0x1001 none
	delete_sa 0x1000
	receive
	send 0-3 5
	delivered
	expect_packets 0x1001 20
	pcpu unbind 10.0.0.2 0x1001
	denied unbind 10.0.0.2 0x9999
}

# While none has a CPU the kernel looks SAs up: one that it finds may have got a CPU
# meanwhile. Some in a hundred times a packet is just there.
rebind() {
	local i

	skip_native "the module's interface"
	topology 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 1
	receive
	# What is left of an emulated debug kernel must suffice for the commands.
	traffic 0-3 --rate "${RATE:-3000}"
	for ((i = 0; i < 100 / slow; i++)); do
		pcpu unbind 10.0.0.2 0x1001
		pcpu bind 10.0.0.2 0x1001 1
	done
	stop_traffic
	delivered
}

bind_answers() {
	setup pflags=4
	listen acquire
	send 1 1
	heard 1 ACQUIRE SA_PCPU=1
	add_sa_pair 0x1002 -
	pcpu bind 10.0.0.2 0x1002 1
	not grep -q "acquire cpu 1" <<<"$(pcpu status)"
	send 1 5
	heard 1 ACQUIRE
	expect_packets 0x1002 5
}

expect_newsa() {
	setup
	pcpu expect 10.0.0.2 0x1002 1
	add_sa_pair 0x1002 -
	expect_cpu "$A" 0x1002 1
	receive
	send 1 5
	delivered
	expect_packets 0x1002 5
	delete_sa 0x1002
	add_sa 0x1002 -
	expect_cpu "$A" 0x1002 none
}

expect_updsa() {
	setup
	x "$A" allocspi $SA spi=0x1002 dir=out
	pcpu expect 10.0.0.2 0x1002 1
	x "$A" updsa $SA spi=0x1002 dir=out
	expect_cpu "$A" 0x1002 1
}

expect_explicit() {
	setup
	pcpu expect 10.0.0.2 0x1002 1
	add_sa 0x1002 3
	expect_cpu "$A" 0x1002 3
}

expect_timeout() {
	setup
	pcpu expect 10.0.0.2 0x1002 1 timeout 500
	sleep 1
	add_sa 0x1002 -
	expect_cpu "$A" 0x1002 none
}

expect_replaced() {
	setup
	pcpu expect 10.0.0.2 0x1002 1
	pcpu expect 10.0.0.2 0x1002 3
	add_sa 0x1002 -
	expect_cpu "$A" 0x1002 3
	denied expect 10.0.0.2 0x1003 1 timeout 0
}

expect_withdrawn() {
	setup
	denied expect 10.0.0.2 0x1002 1 timeout 0
	pcpu expect 10.0.0.2 0x1002 1
	pcpu expect 10.0.0.2 0x1002 1 timeout 0
	denied expect 10.0.0.2 0x1002 1 timeout 0
	add_sa 0x1002 -
	expect_cpu "$A" 0x1002 none
}

# The processes start inside the namespace: entering it each time is slow.
expect_cap() {
	local cap

	setup
	cap=$(pcpu info | sed -n 's/^expectations at most: //p')
	[ "$cap" -gt 0 ]
	[ "$cap" -le 4096 ] || skip "$cap expectations would take too long"
	in_ns "$A" bash -c "for ((i = 0; i < $cap; i++)); do
			xfrm-pcpu expect 10.0.0.2 \$((0x10000 + i)) 1 timeout 600000 || exit
		done"
	denied expect 10.0.0.2 0x1002 1
	pcpu expect 10.0.0.2 0x10000 1 timeout 0
	pcpu expect 10.0.0.2 0x1002 1
}

expect_other() {
	setup
	pcpu expect 10.0.0.2 0x1002 1
	add_sa 0x1003 -
	expect_cpu "$A" 0x1003 none
	x "$A" newsa src=10.0.0.1 dst=10.0.0.3 spi=0x1002 mode=tunnel reqid=1
	not grep SA_PCPU <<<"$(OUT_DST=10.0.0.3 show "$A" 0x1002)"
	x "$A" newsa src=10.0.0.1 dst=10.0.0.2 spi=0x1002 mode=tunnel reqid=1 proto=ah
	not grep SA_PCPU <<<"$(dump "$A" | grep proto=ah)"
	x "$B" newsa $SA spi=0x1002 dir=out
	not grep SA_PCPU <<<"$(show "$B" 0x1002)"
	add_sa 0x1002 -
	expect_cpu "$A" 0x1002 1
}

monitor() {
	setup pflags=4
	listen acquire
	in_ns "$A" stdbuf -oL xfrm-pcpu monitor >"$tmp/monitor" 2>&1 &
	sleep 1
	add_sa 0x1002 1
	pcpu move 10.0.0.2 0x1002 2
	pcpu unbind 10.0.0.2 0x1002
	pcpu bind 10.0.0.2 0x1002 3
	delete_sa 0x1002
	send 1 1
	busywait 3000 grep -q "^acquire" "$tmp/monitor" || fail "$(cat "$tmp/monitor")"
	diff - <(cut -d' ' -f1 "$tmp/monitor") <<-END
		bound
		moved
		unbound
		bound
		deleted
		acquire
	END
	grep -q "^moved .*spi 0x00001002 cpu 2 .*old-cpu 1" "$tmp/monitor"
	grep -q "^acquire .*cpu 1 seq $(events | field seq)" "$tmp/monitor"
}

marked() {
	setup
	add_sa 0x2001 - mark=0x10/0xf0
	add_sa 0x2001 - mark=0x20/0xf0
	pcpu bind 10.0.0.2 0x2001 1 mark 0x20/0xf0
	expect_cpu "$A" 0x2001 none mark=0x10
	expect_cpu "$A" 0x2001 1 mark=0x20
}

ipv6() {
	skip_native "the module's interface"
	topology 6 transport
	add_sa_pair 0x1000 -
	pcpu expect fd00::2 0x1001 1
	add_sa_pair 0x1001 -
	expect_cpu "$A" 0x1001 1
	pcpu move fd00::2 0x1001 2
	receive
	send 1,2 5
	delivered
	expect_packets 0x1001 5
}

unprivileged() {
	local word

	setup
	for word in "bind 10.0.0.2 0x1000 1" "move 10.0.0.2 0x1001 1" \
		"unbind 10.0.0.2 0x1001" "expect 10.0.0.2 0x1002 1" monitor; do
		# shellcheck disable=SC2086 # words
		not in_ns "$A" timeout 5 setpriv --reuid 65534 --clear-groups \
			xfrm-pcpu $word >"$tmp/out" 2>&1
		grep -qiE "not permitted|permission|denied" "$tmp/out" || fail "$(cat "$tmp/out")"
	done
	expect_cpu "$A" 0x1000 none
	expect_cpu "$A" 0x1001 0
}

# The stage may not be reachable for a mapped user: the shell is root's.
userns() {
	setup
	not in_ns "$A" unshare -Ur xfrm-pcpu move 10.0.0.2 0x1001 1 >"$tmp/out" 2>&1
	expect_cpu "$A" 0x1001 0
	unshare -Urn bash -c '
		xreq newsa src=10.0.0.1 dst=10.0.0.2 spi=0x1001 mode=tunnel dir=out pcpu=0 &&
		xfrm-pcpu move 10.0.0.2 0x1001 1 &&
		xreq getsa dst=10.0.0.2 spi=0x1001' >"$tmp/out" 2>&1 || fail "$(cat "$tmp/out")"
	grep -q SA_PCPU=1 "$tmp/out"
	expect_cpu "$A" 0x1001 0
}

run_subtests
