# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of the helper have in common: a script speaks the helper protocol
# (Documentation/helper-protocol.rst) for a daemon.
#
#	$A   the helper, our SAs: 0x1... out, 0x2... in
#	$B   the peer
# shellcheck disable=SC2086 # SA and the like are lists of words
. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"

offer=notify=000000080000403c
helper_options=() # of the helper
socket=           # where it serves, instead of standard input and output
server=           # who serves there
first=()          # words of the first child-up

# helper_start [KEY=VALUE]...: it runs, and has said hello; words for our hello.
helper_start() {
	if [ -n "$socket" ]; then
		xns exec "$A" xfrm-pcpud "${helper_options[@]}" 2>>"$tmp/log" &
		server=$!
		busywait 5000 [ -S "$socket" ] || fail "$(cat "$tmp/log")"
		coproc HELPER { exec nc -U "$socket"; }
	else
		coproc HELPER { exec xns exec "$A" xfrm-pcpud --stdio "${helper_options[@]}" 2>>"$tmp/log"; }
	fi
	exec {from}<&"${HELPER[0]}" {to}>&"${HELPER[1]}"
	tell hello version=1 "${@:-rekeys=yes}"
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

# silent SECONDS: it says nothing for so long.
silent() {
	local line

	! read -r -t "$1" -u "$from" line || fail "it says $line"
}

# no_module_wanted: within some looks (KERNEL_LOOK_MS) the kernel does not call modprobe
# for a family of generic netlink.
no_module_wanted() {
	local modprobe

	modprobe=$(</proc/sys/kernel/modprobe)
	# shellcheck disable=SC2016 # the words of who calls it
	printf '#!/bin/sh\necho "$*" >>%s/wanted\nexit 1\n' "$tmp" >"$tmp/modprobe"
	chmod +x "$tmp/modprobe"
	echo "$tmp/modprobe" >/proc/sys/kernel/modprobe
	in_ns "$A" ip l2tp show tunnel >/dev/null 2>&1 || : # who asks by name
	silent 5
	echo "$modprobe" >/proc/sys/kernel/modprobe
	grep -q l2tp "$tmp/wanted" || fail "this does not show what is wanted"
	not grep xfrm_pcpu "$tmp/wanted"
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

# add_inbound SPI [WORD]...
add_inbound() {
	x "$A" newsa src=$OUT_DST dst=$OUT_SRC mode=$MODE reqid=1 spi="$1" dir=in "${@:2}"
}

inbound_cpu() {
	OUT_DST=$OUT_SRC sa_cpu "$A" "$1"
}

# child_up IN OUT KEY=VALUE...
child_up() {
	tell child-up ike=7 reqid=1 spi-in="$1" spi-out="$2" "${@:3}"
}

# setup_ike [KEY=VALUE]...: an IKE SA, and nothing else; words for our hello.
setup_ike() {
	topology 4 tunnel
	receive
	helper_start "$@"
	tell ike-up ike=7 local=$OUT_SRC peer=$OUT_DST
}

# setup [KEY=VALUE]...: a group with a fallback, 0x1000 out and 0x2000 in; words for
# our hello.
setup() {
	setup_ike "$@"
	tell ask question=1 ike=7 by=us
	hear answer
	[ "${got[verdict]}" = accept ]
	notify=${got[notify]} # that the request carries
	tell install question=1 ike=7 spi-in=0x2000 spi-out=0x1000
	hear go
	add_inbound 0x2000
	add_sa_pair 0x1000 -
	child_up 0x2000 0x1000 question=1 $offer "${first[@]}"
}

# The IKE SA and the Child SA that are there, told again.
setup_again() {
	tell ike-up ike=7 local=$OUT_SRC peer=$OUT_DST
	child_up 0x2000 0x1000 again=yes
}

# hear_negotiate CPU: that CPU is asked for, with the module once it has sent, on a
# native kernel at once and with all others; its number is in job.
hear_negotiate() {
	local cpu

	if ! native; then
		flags_become 4
		send "$1" 1
		hear negotiate
		[ "${got[cpu-out]}" = "$1" ]
		job=${got[job]}
		return
	fi
	for cpu in 0 1 2 3; do
		hear negotiate
		[ "${got[cpu-out]} ${got[cpu-in]}" = "$cpu $cpu" ]
		[ "$cpu" != "$1" ] || job=${got[job]}
	done
}
