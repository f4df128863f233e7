#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The helper on a kernel that has per-CPU SAs itself: CPUs do not ask, and an SA has
# its CPU from its installation on. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA and the like are lists of words
. "$(dirname "$0")/lib.sh"

subtests=(
	"at_once|R22: all CPUs are asked for at once, and each uses its own SA"
	"no_flag|CPU_ACQUIRE is never set, and nobody hears ACQUIREs"
	"asked_once|a kernel that has per-CPU SAs is not asked for the module again"
	"late|an SA without the CPU that it is for is deleted; the fallback serves, and that is said"
	"refused|a live SA is not moved, and stays"
	"rekeyed|R27: the daemon rekeys onto the new CPU"
	"failed|R27: a rekey that fails leaves the SA where it is"
	"asked_by_move|xfrm-pcpu move asks the helper, and ends with the rekey"
	"seen|status and monitor of the command line"
	"killed|killed: all packets leave, and the next one knows what there is"
)

native || {
	echo "Bail out! This kernel has no per-CPU SAs of its own"
	exit "$ksft_fail"
}

# asked: all CPUs were; their job numbers are in jobs.
asked() {
	local cpu

	jobs=()
	for cpu in 0 1 2 3; do
		hear negotiate
		[ "${got[cpu-out]} ${got[cpu-in]}" = "$cpu $cpu" ]
		jobs[cpu]=${got[job]}
	done
}

# serve CPU WORD...: its SA, 0x100CPU out, installed by the daemon.
serve() {
	local cpu=$1

	shift
	tell install job="${jobs[cpu]}" ike=7 spi-in="0x200$cpu" spi-out="0x100$cpu"
	hear go
	x "$A" newsa src=$OUT_DST dst=$OUT_SRC mode=$MODE reqid=1 spi="0x200$cpu" dir=in "$@"
	add_sa_pair "0x100$cpu" - "$@"
	child_up "0x200$cpu" "0x100$cpu" job="${jobs[cpu]}"
}

# served: all CPUs have their SAs, but CPU 0 the fallback's SPI plus 4.
served() {
	local cpu

	setup "$@"
	asked
	for cpu in 1 2 3; do
		serve $cpu pcpu=$cpu
	done
}

at_once() {
	local cpu

	served
	for cpu in 1 2 3; do
		send $cpu $((10 + cpu))
		expect_packets 0x100$cpu $((10 + cpu))
	done
	send 0 7
	expect_packets 0x1000 7
}

no_flag() {
	served
	[ "$(policy_flags)" = 0 ]
	# The first group is that of ACQUIREs.
	in_ns "$A" awk '$2 == 6 && $4 ~ /[1-9a-f]/ { heard++ }
		$2 == 6 && $4 ~ /[13579bdf]$/ { bad++ }
		END { exit !heard || bad }' /proc/net/netlink
}

asked_once() {
	setup_ike
	no_module_wanted
}

late() {
	setup
	asked
	serve 2
	busywait 5000 grep -q "CPU 2: an SA was not installed for its CPU" "$tmp/log" ||
		fail "it says: $(cat "$tmp/log")"
	hear delete
	[ "${got[spi-in]}" = 0x00002002 ]
	send 2 10
	[ $(($(packets 0x1000) + $(packets 0x1002))) = 10 ]
	delete_sa 0x1002
	x "$A" delsa dst=$OUT_SRC spi=0x2002
	tell child-down ike=7 spi-in=0x2002 by=us
	tell status
	hear child
	[ "${got[spi-out]} ${got[cpu-out]-none}" = "0x00001000 none" ]
	hear end
	# Not at once, and not never: LG_BACKOFF_FIRST_MS is 15 s.
	silent 5
	hear negotiate
	[ "${got[cpu-out]}" = 2 ]
}

# expect_moved ERROR TEXT
expect_moved() {
	hear moved
	[ "${got[error]} ${got[text]}" = "$1 $2" ] || fail "${got[error]} ${got[text]}"
}

refused() {
	served rekeys=no
	tell move ike=7 spi-in=0x2002 cpu=1
	expect_moved 95 "this kernel moves by a rekey, which the daemon cannot do"
	tell move ike=7 spi-in=0x2002 cpu=1 direction=out
	expect_moved 95 "this kernel moves by a rekey, which moves the pair"
	expect_cpu "$A" 0x1002 2
	[ "$(inbound_cpu 0x2002)" = 2 ]
	send 2 5
	expect_packets 0x1002 5
}

rekeyed() {
	served
	tell move ike=7 spi-in=0x2002 cpu=0
	hear rekey
	[ "${got[spi-in]} ${got[cpu-in]} ${got[cpu-out]}" = "0x00002002 0 0" ]
	job=${got[job]}
	tell install job="$job" by=helper ike=7 reqid=1 spi-in=0x2006 spi-out=0x1006 \
		auth=digest_null "enc=ecb(cipher_null)"
	hear go
	[ "${got[installed]} ${got[cpu-out]}" = "yes 0" ] || fail "${got[text]-}"
	x "$B" newsa $SA spi=0x1006 dir=in
	child_up 0x2006 0x1006 job="$job" replaces=0x2002
	expect_moved 0 "rekeyed onto the CPU"
	expect_cpu "$A" 0x1006 0
	[ "$(inbound_cpu 0x2006)" = 0 ]
	expect_cpu "$A" 0x1002 2
	send 0 5
	expect_packets 0x1006 5
	delete_sa 0x1002
	tell child-down ike=7 spi-in=0x2002 by=us
	send 2 5
	expect_packets 0x1000 5
	# CPU 2 is without an SA now.
	hear negotiate
	[ "${got[cpu-out]}" = 2 ]
}

failed() {
	served
	tell move ike=7 spi-in=0x2002 cpu=0
	hear rekey
	tell failed job="${got[job]}" reason=other
	expect_moved 5 "the rekey onto the other CPU failed"
	send 2 5
	expect_packets 0x1002 5
}

# move DST SPI CPU: in the background.
move() {
	xns exec "$A" xfrm-pcpu move "$@" >"$tmp/move" 2>&1 &
	mover=$!
}

# not_moved TEXT: that was refused so.
not_moved() {
	not wait "$mover"
	grep -q "$1" "$tmp/move" || fail "$(<"$tmp/move")"
}

asked_by_move() {
	socket=/run/xfrm-pcpud.sock
	served
	move $OUT_DST 0x1002 0
	hear rekey
	[ "${got[spi-in]} ${got[cpu-in]} ${got[cpu-out]}" = "0x00002002 0 0" ]
	tell failed job="${got[job]}" reason=other
	not_moved "move $OUT_DST 0x1002: xfrm-pcpud: the rekey onto the other CPU failed"
	# The inbound SA names the pair as well.
	move $OUT_SRC 0x2002 0
	hear rekey
	job=${got[job]}
	tell install job="$job" by=helper ike=7 reqid=1 spi-in=0x2006 spi-out=0x1006 \
		auth=digest_null "enc=ecb(cipher_null)"
	hear go
	kill -0 "$mover"
	child_up 0x2006 0x1006 job="$job" replaces=0x2002
	wait "$mover" || fail "$(<"$tmp/move")"
	expect_cpu "$A" 0x1006 0
	[ "$(inbound_cpu 0x2006)" = 0 ]
	move $OUT_DST 0x1000 0
	not_moved "a fallback is every CPU's"
	move $OUT_DST 0x1003 77
	not_moved "no such CPU"
	move $OUT_DST 0x1234 1
	not_moved "No such process"
	add_sa 0x1009 1
	move $OUT_DST 0x1009 2
	not_moved "no such Child SA"
	exec {to}>&-
	kill "$(pidof xfrm-pcpud)"
	busywait 5000 eval "! pidof xfrm-pcpud"
	move $OUT_DST 0x1003 1
	not_moved "does not change the CPU of an SA: rekey it"
}

seen() {
	setup
	asked
	xns exec "$A" xfrm-pcpu monitor >"$tmp/monitor" 2>&1 &
	busywait 5000 listens $!
	serve 3 pcpu=3
	send 3 4
	in_ns "$A" xfrm-pcpu status >"$tmp/status"
	grep -q "spi 0x00001003 cpu 3 .*packets 4 " "$tmp/status"
	busywait 5000 grep -q "^added .* spi 0x00001003 cpu 3 " "$tmp/monitor" || fail "$(cat "$tmp/monitor")"
}

killed() {
	served
	kill -9 "$HELPER_PID"
	wait "$HELPER_PID" || :
	send 0-3 20
	expect_packets 0x1000 20
	expect_packets 0x1003 20
	delivered
	helper_start
	setup_again
	child_up 0x2001 0x1001 again=yes
	child_up 0x2002 0x1002 again=yes
	child_up 0x2003 0x1003 again=yes
	tell status
	for cpu in 3 2 1; do
		hear child
		[ "${got[spi-out]} ${got[cpu-out]}" = "0x0000100$cpu $cpu" ]
	done
	hear child
	hear end
	# Only what is missing is asked for.
	hear negotiate
	[ "${got[cpu-out]}" = 0 ]
	tell status
	hear child
}

run_subtests
