#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The helper xfrm-pcpud on a real kernel, with this script for a daemon: it
# speaks the helper protocol (Documentation/helper-protocol.rst) and installs SAs
# without naming a CPU. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA and the like are lists of words
. "$(dirname "$0")/lib.sh"

subtests=(
	"on_demand|a CPU that sends is asked for, and its SA is that CPU's from the first packet on"
	"bound|an SA that was not announced gets its CPU after it is up"
	"rekeyed|R11: a rekeyed SA stays on its CPU"
	"held|as responder the outbound SA waits, and is the CPU's when it comes"
	"moved|R27: an operator moves a pair"
	"moved_besides|an SA that is moved by xfrm-pcpu is where it is, and is rekeyed there"
	"stopped|a helper that hears nothing: the fallback carries all, and afterwards it goes on"
	"flag|a policy that is written without CPU_ACQUIRE gets it back"
	"deleted|policies that are deleted while CPU_ACQUIRE is taken off stay deleted"
	"rewritten|policies that are written while CPU_ACQUIRE is set stay as they were written"
	"ended|CPU_ACQUIRE goes with the IKE SA, and with the helper"
	"killed|killed: SAs stay, all packets leave, and the next one knows what there is"
	"left|killed: CPU_ACQUIRE goes from what nobody tells again, and from nothing else"
	"unheard|a CPU that asked while the helper was away gets its SA when it is back"
	"reloaded|a module that is loaded again: SAs get their CPUs back"
	"reloaded_at_once|loaded again before the helper looks: EXPECT, BIND and MOVE work on"
	"reloaded_unheard|an SA that is installed before the helper hears of that gets its CPU"
	"asked_alone|without the module the kernel is not made to look for one, time and again"
	"configured|SIGHUP: a limit of the configuration file counts at once, a wrong file changes nothing"
	"privileges|CAP_NET_ADMIN, and nothing else"
	"socket|the socket: mode 0600, one daemon, operators besides"
	"disk_full|no room for its notes: that is said, and CPUs get their SAs"
	"events_lost|more events than it has a buffer for: that is said, and CPUs get their SAs"
	"crowded|more connections than it has descriptors for wait, and do not fill the log"
)

# serve CPU SPI: its SA, SPI out and SPI + 0x1000 in, after it has asked.
serve() {
	local in

	in=$(printf '0x%x' $(($2 + 0x1000)))
	send "$1" 1
	hear negotiate
	[ "${got[cpu-out]}" = "$1" ]
	[[ "${got[packet-src]-}" = "${SEL%%,*} 17 "* ]]
	[ "${got[packet-dst]-}" = "$TARGET 17 9611" ]
	job=${got[job]}
	tell install job=$job ike=7 spi-in=$in spi-out="$2"
	hear go
	[ "${got[hold]}" = no ]
	add_inbound "$in"
	add_sa_pair "$2" -
	child_up "$in" "$2" job=$job
}

on_demand() {
	skip_native "asking by CPU_ACQUIRE"
	setup
	flags_become 4
	serve 2 0x1002
	expect_cpu "$A" 0x1002 2
	[ "$(inbound_cpu 0x2002)" = 2 ]
	send 2 50
	expect_packets 0x1002 50
	serve 0 0x1003
	send 0,2 10
	expect_packets 0x1003 10
	expect_packets 0x1002 60
	expect_packets 0x1000 2
}

bound() {
	skip_native "BIND"
	setup
	send 3 1
	hear negotiate
	add_inbound 0x2002
	add_sa_pair 0x1002 -
	child_up 0x2002 0x1002 job="${got[job]}"
	cpu_becomes 0x1002 3
	[ "$(inbound_cpu 0x2002)" = 3 ]
}

rekeyed() {
	skip_native "EXPECT"
	setup
	serve 2 0x1002
	tell ask question=9 ike=7 reqid=1 by=us replaces=0x2002
	hear answer
	[ "${got[verdict]} ${got[cpu-out]} ${got[cpu-in]}" = "accept 2 2" ]
	tell install question=9 ike=7 spi-in=0x2005 spi-out=0x1005
	hear go
	add_inbound 0x2005
	add_sa_pair 0x1005 -
	expect_cpu "$A" 0x1005 2
	child_up 0x2005 0x1005 question=9 replaces=0x2002
	delete_sa 0x1002
	tell child-down ike=7 spi-in=0x2002 by=us
	send 2 20
	expect_packets 0x1005 20
}

held() {
	skip_native "EXPECT"
	setup
	tell ask question=5 ike=7 reqid=1 by=peer $offer
	hear answer
	[ "${got[verdict]}" = accept ]
	local cpu=${got[cpu-out]}
	tell install question=5 ike=7 spi-in=0x2002 spi-out=0x1002 can-hold=yes
	hear go
	[ "${got[hold]}" = yes ]
	add_inbound 0x2002
	child_up 0x2002 0x1002 question=5
	send "$cpu" 10
	expect_packets 0x1000 10
	hear release
	add_sa_pair 0x1002 -
	expect_cpu "$A" 0x1002 "$cpu"
	send "$cpu" 10
	expect_packets 0x1002 10
}

moved() {
	skip_native "MOVE"
	setup
	serve 2 0x1002
	tell move ike=7 spi-in=0x2002 cpu=1
	hear moved
	[ "${got[error]}" = 0 ]
	expect_cpu "$A" 0x1002 1
	[ "$(inbound_cpu 0x2002)" = 1 ]
	# CPU 2 has asked a moment ago, and is without an SA now.
	hear negotiate
	[ "${got[cpu-out]}" = 2 ]
	tell move ike=7 spi-in=0x2000 cpu=1
	hear moved
	[ "${got[error]}" = 22 ]
}

# told: CPUs of Child SA 0x2002, by the helper's status.
told() {
	tell status
	hear child
	[ "${got[spi-in]}" = 0x00002002 ]
	echo "${got[cpu-in]} ${got[cpu-out]}"
	hear child
	hear end
}

moved_besides() {
	skip_native "MOVE"
	setup
	serve 2 0x1002
	in_ns "$A" xfrm-pcpu move $OUT_DST 0x1002 1
	hear negotiate
	[ "${got[cpu-out]}" = 2 ]
	told >"$tmp/told"
	[ "$(<"$tmp/told")" = "2 1" ] || fail "$(<"$tmp/told")"
	in_ns "$A" xfrm-pcpu move $OUT_SRC 0x2002 3
	busywait 5000 grep -q "CPU 3.*somebody else has changed" "$tmp/log" || fail "$(<"$tmp/log")"
	expect_cpu "$A" 0x1002 1
	[ "$(inbound_cpu 0x2002)" = 3 ]
	tell ask question=9 ike=7 reqid=1 by=us replaces=0x2002
	hear answer
	[ "${got[cpu-in]} ${got[cpu-out]}" = "3 1" ]
	# Its own moves are nobody else's.
	tell move ike=7 spi-in=0x2002 cpu=0
	hear moved
	tell status
	hear child
	[ "${got[cpu-in]} ${got[cpu-out]}" = "0 0" ]
	[ "$(grep -c "somebody else" "$tmp/log")" = 2 ]
}

stopped() {
	local cpu asked=()

	skip_native "ACQUIREs"
	setup
	flags_become 4
	kill -STOP "$HELPER_PID"
	send 0-3 50
	expect_packets 0x1000 200
	delivered
	kill -CONT "$HELPER_PID"
	for cpu in 0 1 2 3; do
		hear negotiate
		asked+=("${got[cpu-out]}")
	done
	[ "$(printf '%s\n' "${asked[@]}" | sort | paste -sd' ')" = "0 1 2 3" ]
}

flag() {
	skip_native "CPU_ACQUIRE"
	setup
	flags_become 4
	x "$A" updpolicy pdir=out sel="$SEL" tmpl="$TMPL"
	flags_become 4
	grep -q . "$tmp/log" && fail "it complains: $(cat "$tmp/log")"
	send 1 1
	hear negotiate
}

# many VERB [WORD]...: a request for each of many policies of the group.
many() {
	local i

	for i in {1..60}; do
		echo "$1 pdir=out sel=10.1.0.1,10.3.$i.0/24,udp ${*:2}"
	done >"$tmp/requests"
	in_ns "$A" xreq - <"$tmp/requests" >"$tmp/many" || fail "$(grep -v "errno=0" "$tmp/many")"
}

# outbound: the policies of that direction, into a file.
outbound() {
	in_ns "$A" xreq dumppolicy | grep -w "pdir=1" >"$tmp/outbound" || :
}

# all_have WORD: all outbound policies have it.
all_have() {
	outbound
	grep -q . "$tmp/outbound" && ! grep -qvw -e "$1" "$tmp/outbound"
}

# halfway FROM TO: the helper, which is stopped, has begun to change the flags of the
# policies; it may be between the reading and the writing of one. It runs for a little
# longer each time, or it might never get the CPU.
halfway() {
	local turn spin

	for turn in {1..60}; do
		outbound
		! grep -qw "pflags=$2" "$tmp/outbound" || break
		kill -CONT "$HELPER_PID"
		for ((spin = 0; spin < turn * turn; spin++)); do :; done
		kill -STOP "$HELPER_PID"
	done
	grep -qw "pflags=$1" "$tmp/outbound"
}

deleted() {
	local round between=0

	skip_native "CPU_ACQUIRE"
	setup
	x "$A" delpolicy pdir=out sel="$SEL"
	for round in {1..12}; do
		many newpolicy tmpl=$TMPL
		tell ike-down ike=7
		setup_again
		busywait 20000 all_have pflags=4 || fail "no flag in round $round"
		kill -STOP "$HELPER_PID"
		tell ike-down ike=7
		! halfway 4 0 || between=$((between + 1))
		many delpolicy
		kill -CONT "$HELPER_PID"
		tell status
		hear end
		outbound
		[ ! -s "$tmp/outbound" ] || fail "round $round: is back: $(<"$tmp/outbound")"
	done
	echo "# $between times in between"
	[ "$between" -ge 4 ] || fail "it was only $between times in between"
	! grep . "$tmp/log" || fail "it complains"
}

rewritten() {
	local round between=0

	skip_native "CPU_ACQUIRE"
	setup
	x "$A" delpolicy pdir=out sel="$SEL"
	many newpolicy tmpl=$TMPL
	for round in {1..12}; do
		kill -STOP "$HELPER_PID"
		many updpolicy tmpl=$TMPL
		! halfway 0 4 || between=$((between + 1))
		many updpolicy tmpl=$TMPL priority="$round"
		kill -CONT "$HELPER_PID"
		busywait 20000 all_have pflags=4 || fail "no flag in round $round"
		! grep -vw "priority=$round" "$tmp/outbound" || fail "round $round: changed back"
	done
	echo "# $between times in between"
	[ "$between" -ge 4 ] || fail "it was only $between times in between"
	! grep . "$tmp/log" || fail "it complains"
}

ended() {
	skip_native "CPU_ACQUIRE"
	setup
	flags_become 4
	tell ike-down ike=7
	flags_become 0
	setup_again
	flags_become 4
	kill "$HELPER_PID"
	flags_become 0
}

killed() {
	skip_native "EXPECT"
	setup
	serve 2 0x1002
	kill -9 "$HELPER_PID"
	wait "$HELPER_PID" || :
	expect_cpu "$A" 0x1002 2
	send 0-3 50
	expect_packets 0x1002 50
	delivered
	helper_start
	setup_again
	child_up 0x2002 0x1002 again=yes
	tell status
	hear child
	[ "${got[spi-out]} ${got[cpu-out]}" = "0x00001002 2" ]
	hear child
	[ "${got[spi-out]} ${got[cpu-out]-none}" = "0x00001000 none" ]
	hear end
	expect_cpu "$A" 0x1002 2
	flags_become 4
}

# Somebody else hears it, as charon does: without a listener it would ask again.
# strangers_flags: of an outbound policy in $A that the helper has nothing to do with.
strangers_flags() {
	in_ns "$A" xreq getpolicy pdir=out sel=10.8.0.1,10.9.0.1,udp | field pflags
}

# The file beside the socket knows which policies are the helper's.
left() {
	skip_native "CPU_ACQUIRE"
	socket=$tmp/left.sock helper_options=(--socket "$tmp/left.sock")
	setup
	flags_become 4
	x "$A" newpolicy pdir=out sel=10.8.0.1,10.9.0.1,udp tmpl="${TMPL%/1}/9" pflags=4
	kill -9 "$server"
	wait "$server" || :
	rm "$socket"
	helper_start
	tell ike-up ike=7 local=$OUT_SRC peer=$OUT_DST
	sleep 5
	[ "$(policy_flags)" = 4 ] || fail "the daemon had no time to tell"
	sleep 5
	flags_become 0
	[ "$(strangers_flags)" = 4 ] || fail "another's policy: $(strangers_flags)"
	child_up 0x2000 0x1000 again=yes
	flags_become 4
	send 1 1
	hear negotiate
	[ "$(stat -c %a "$socket.flags")" = 600 ]
}

unheard() {
	skip_native "CPU_ACQUIRE"
	setup
	flags_become 4
	listen acquire
	kill -9 "$HELPER_PID"
	wait "$HELPER_PID" || :
	send 2 1
	heard 1 ACQUIRE SA_PCPU=2
	helper_start
	setup_again
	hear negotiate
	[ "${got[cpu-out]}" = 2 ]
}

reloaded() {
	skip_native "the module"
	setup
	serve 2 0x1002
	module_unload
	hear hello
	[ "${got[kernel]}" = stock ]
	flags_become 0
	module_load
	hear hello
	[ "${got[kernel]}" = module ]
	cpu_becomes 0x1002 2
	flags_become 4
	in_ns "$A" xfrm-pcpu move $OUT_DST 0x1002 1
	busywait 5000 grep -q "somebody else" "$tmp/log" || fail "it does not hear it: $(<"$tmp/log")"
}

# In less time than lies between two looks (KERNEL_LOOK_MS), however slow this is.
reloaded_at_once() {
	skip_native "the module"
	setup
	serve 2 0x1002
	kill -STOP "$HELPER_PID"
	module_unload
	module_load
	kill -CONT "$HELPER_PID"
	hear hello
	[ "${got[kernel]}" = stock ]
	hear hello
	[ "${got[kernel]}" = module ]
	cpu_becomes 0x1002 2
	flags_become 4
	serve 3 0x1003
	expect_cpu "$A" 0x1003 3
	[ "$(inbound_cpu 0x2003)" = 3 ]
	tell move ike=7 spi-in=0x2003 cpu=0
	hear moved
	[ "${got[error]}" = 0 ]
	expect_cpu "$A" 0x1003 0
	in_ns "$A" xfrm-pcpu move $OUT_DST 0x1002 1
	busywait 5000 grep -q "CPU 1.*somebody else" "$tmp/log" || fail "it does not hear it: $(<"$tmp/log")"
}

# What it is told comes before what it hears, and before what it looks for after it
# was stopped for longer than lies between two looks.
reloaded_unheard() {
	skip_native "the module"
	setup
	flags_become 4
	send 3 1
	hear negotiate
	kill -STOP "$HELPER_PID"
	tell status
	module_unload
	module_load
	tell install job="${got[job]}" ike=7 spi-in=0x2003 spi-out=0x1003
	add_inbound 0x2003
	add_sa_pair 0x1003 -
	child_up 0x2003 0x1003 job="${got[job]}"
	sleep 2.5
	kill -CONT "$HELPER_PID"
	hear child
	hear end
	hear go
	hear hello
	hear hello
	[ "${got[kernel]}" = module ]
	cpu_becomes 0x1003 3
	[ "$(inbound_cpu 0x2003)" = 3 ]
	flags_become 4
	! grep . "$tmp/log" || fail "it complains"
}

asked_alone() {
	skip_native "the module"
	setup_ike
	module_unload
	hear hello
	[ "${got[kernel]}" = stock ]
	no_module_wanted
	module_load
	hear hello
	[ "${got[kernel]}" = module ]
}

# configure LINE REPLY: it reads a file with that line, and its log says so.
configure() {
	: >"$tmp/log"
	echo "$1" >"$tmp/conf"
	kill -HUP "$HELPER_PID"
	busywait 5000 grep -qF "$2" "$tmp/log" || fail "$(cat "$tmp/log")"
}

configured() {
	skip_native "asking by CPU_ACQUIRE"
	chmod 755 "$tmp" # it is nobody when it reads again
	echo 'limit = 1' >"$tmp/conf"
	helper_options=(--config "$tmp/conf")
	setup
	serve 2 0x1002
	send 0 1
	silent 2
	configure 'limit = x' "$tmp/conf:1: limit: expected a number from 1, not \"x\""
	silent 1
	configure 'limit = 2' "the configuration was read again"
	hear negotiate
	[ "${got[cpu-out]}" = 0 ]
	send 2 20
	expect_packets 0x1002 20
	configure 'at-once = yes' "the configuration was read again"
	flags_become 0
	hear negotiate
	[ "${got[cpu-out]}" = 1 ]
	hear negotiate
	[ "${got[cpu-out]}" = 3 ]
}

privileges() {
	topology 4 tunnel
	helper_start
	awk '
		/^(Uid|Gid):/ && ($2 == 0 || $3 == 0 || $4 == 0) { exit 1 }
		/^Cap(Eff|Prm|Bnd):/ && $2 != "0000000000001000" { exit 1 }
		/^Cap(Inh|Amb):/ && $2 != "0000000000000000" { exit 1 }
		/^NoNewPrivs:/ && $2 != 1 { exit 1 }
		/^Groups:/ && NF > 1 { exit 1 }
	' "/proc/$HELPER_PID/status" || fail "$(cat "/proc/$HELPER_PID/status")"
}

# ask_socket TEXT: what is said to it, and its answer.
ask_socket() {
	printf '%b' "$1" | timeout 10 nc -U -N "$tmp/socket"
}

socket() {
	local daemon

	topology 4 tunnel
	xns exec "$A" xfrm-pcpud --socket "$tmp/socket" 2>"$tmp/log" &
	busywait 5000 [ -S "$tmp/socket" ] || fail "$(cat "$tmp/log")"
	[ "$(stat -c %a "$tmp/socket")" = 600 ]
	coproc FIRST { exec nc -U "$tmp/socket"; }
	daemon=${FIRST[1]}
	printf 'version=1\nmessage=hello\n\n' >&"$daemon"
	read -r -t 10 -u "${FIRST[0]}" line
	[ "$line" = version=1 ]
	ask_socket 'version=1\nmessage=hello\n\n' | grep -q "^text=there is a daemon"
	ask_socket 'message=status\n\n' | grep -q "^message=end"
	ask_socket 'message=ike-down\nike=1\n\n' | grep -q "^text=.*hello"
	ask_socket 'version=2\nmessage=hello\n\n' | grep -q "^text=version"
	[ -z "$(ask_socket 'no line\n\n')" ]
	ask_socket 'message=status\n\n' | grep -q "^message=end"
	not setpriv --reuid 65534 --clear-groups \
		sh -c "echo | nc -U -N '$tmp/socket'" 2>/dev/null
}

# The socket is where its notes are.
disk_full() {
	skip_native "CPU_ACQUIRE"
	mkdir "$tmp/full"
	run_cmd mount -t tmpfs -o size=16k full "$tmp/full"
	not dd if=/dev/zero of="$tmp/full/all" bs=1k 2>"$tmp/err"
	grep -q "No space left" "$tmp/err"
	socket=$tmp/full/sock helper_options=(--socket "$tmp/full/sock")
	setup
	flags_become 4
	busywait 5000 grep -q "CPU_ACQUIRE cannot be noted: No space left on device" "$tmp/log" ||
		fail "$(<"$tmp/log")"
	serve 1 0x1001
	cpu_becomes 0x1001 1
	send 0-3 5
	delivered
	# With room again it notes the next.
	rm "$tmp/full/all"
	x "$A" updpolicy pdir=out sel="$SEL" tmpl="$TMPL"
	flags_become 4
	kill "$server"
	wait "$server" || :
	flags_become 0
	umount "$tmp/full"
}

events_lost() {
	local number

	skip_native "CPU_ACQUIRE"
	setup
	flags_become 4
	kill -STOP "$HELPER_PID"
	for ((number = 1; number < 2000; number++)); do
		echo "newpolicy pdir=out sel=10.8.$((number / 250)).$((number % 250)),10.9.0.1,udp tmpl=${TMPL%/1}/9"
	done | xns exec "$A" xreq - >"$tmp/made"
	not grep -v 'errno=0' "$tmp/made"
	kill -CONT "$HELPER_PID"
	busywait 10000 grep -q "events of the kernel were lost: " "$tmp/log" || fail "$(<"$tmp/log")"
	serve 1 0x1001
	cpu_becomes 0x1001 1
	send 0-3 5
	delivered
}

crowded() {
	local never pids=()

	topology 4 tunnel
	# Two descriptors a connection.
	(ulimit -n 20 && exec xns exec "$A" xfrm-pcpud --socket "$tmp/socket" 2>"$tmp/log") &
	busywait 5000 [ -S "$tmp/socket" ] || fail "$(cat "$tmp/log")"
	mkfifo "$tmp/never"
	exec {never}<>"$tmp/never"
	for _ in {1..12}; do
		nc -U "$tmp/socket" <&"$never" >/dev/null &
		pids+=($!)
	done
	busywait 5000 grep -q "Too many open files" "$tmp/log" || fail "$(cat "$tmp/log")"
	sleep 3
	[ "$(grep -c . "$tmp/log")" -le 10 ] || fail "$(grep -c . "$tmp/log") lines"
	kill "${pids[@]}"
	ask_socket 'message=status\n\n' | grep -q "^message=end"
}

run_subtests
