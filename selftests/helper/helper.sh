#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The helper xfrm-pcpud on a real kernel, with this script for a daemon: it
# speaks the helper protocol (Documentation/helper-protocol.rst) and installs SAs
# without naming a CPU. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"on_demand|a CPU that sends is asked for, and its SA is that CPU's from the first packet on"
	"bound|an SA that was not announced gets its CPU after it is up"
	"rekeyed|R11: a rekeyed SA stays on its CPU"
	"held|as responder the outbound SA waits, and is the CPU's when it comes"
	"moved|R27: an operator moves a pair"
	"flag|a policy that is written without CPU_ACQUIRE gets it back"
	"ended|CPU_ACQUIRE goes with the IKE SA, and with the helper"
	"killed|killed: SAs stay, all packets leave, and the next one knows what there is"
	"reloaded|a module that is loaded again: SAs get their CPUs back"
	"privileges|CAP_NET_ADMIN, and nothing else"
	"socket|the socket: mode 0600, one daemon, operators besides"
)

offer=notify=000000080000403c

helper_start() {
	coproc HELPER { exec ip netns exec "$A" xfrm-pcpud --stdio 2>>"$tmp/log"; }
	exec {from}<&"${HELPER[0]}" {to}>&"${HELPER[1]}"
	tell hello version=1 rekeys=yes
	hear hello
	[ "${got[version]}" = 1 ]
}

# tell MESSAGE KEY=VALUE...
tell() {
	printf 'message=%s\n' "$1" >&"$to"
	shift
	printf '%s\n' "$@" '' >&"$to"
}

# hear MESSAGE: the next one is that; its lines are in got.
hear() {
	local line

	unset got
	declare -gA got=()
	while read -r -t $((10 * slow)) -u "$from" line && [ -n "$line" ]; do
		got["${line%%=*}"]=${line#*=}
	done
	[ "${got[message]-}" = "$1" ] ||
		fail "wanted $1, heard ${got[message]-nothing} ${got[text]-}: $(cat "$tmp/log")"
}

# policy_flags: of the outbound policy in $A.
policy_flags() {
	in_ns "$A" xreq getpolicy pdir=out sel="$SEL" | field pflags
}

flags_become() {
	busywait 5000 eval "[ \"\$(policy_flags)\" = $1 ]" ||
		fail "policy flags: wanted $1, are $(policy_flags)"
}

cpu_becomes() {
	busywait 10000 eval "[ \"\$(sa_cpu $A $1)\" = $2 ]" ||
		fail "SA $1: wanted CPU $2, has $(sa_cpu "$A" "$1"): $(cat "$tmp/log")"
}

add_inbound() {
	x "$A" newsa src=$OUT_DST dst=$OUT_SRC mode=$MODE reqid=1 spi="$1" dir=in
}

inbound_cpu() {
	OUT_DST=$OUT_SRC sa_cpu "$A" "$1"
}

# child_up IN OUT KEY=VALUE...
child_up() {
	tell child-up ike=7 reqid=1 spi-in="$1" spi-out="$2" "${@:3}"
}

# setup: a group with a fallback, 0x1000 out and 0x2000 in.
setup() {
	topology 4 tunnel
	receive
	helper_start
	tell ike-up ike=7 local=$OUT_SRC peer=$OUT_DST
	tell ask question=1 ike=7 by=us
	hear answer
	[ "${got[verdict]}" = accept ]
	tell install question=1 ike=7 spi-in=0x2000 spi-out=0x1000
	hear go
	add_inbound 0x2000
	add_sa_pair 0x1000 -
	child_up 0x2000 0x1000 question=1 $offer
}

# serve CPU SPI: its SA, SPI out and SPI + 0x1000 in, after it has asked.
serve() {
	local in

	in=$(printf '0x%x' $(($2 + 0x1000)))
	send "$1" 1
	hear negotiate
	[ "${got[cpu-out]}" = "$1" ]
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

# The IKE SA and the Child SA that are there, told again.
setup_again() {
	tell ike-up ike=7 local=$OUT_SRC peer=$OUT_DST
	child_up 0x2000 0x1000 again=yes
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
	ip netns exec "$A" xfrm-pcpud --socket "$tmp/socket" 2>"$tmp/log" &
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

run_subtests
