#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The output look-up is hooked only while somebody has use for it, and some 10 s
# longer. Needs 2 CPUs.
. "$(dirname "$0")/lib.sh"

subtests=(
	"idle|fallback SAs and policies without flag 4 need no hook"
	"sa|the first SA of a CPU arms, deleting the last disarms"
	"policy|a policy with flag 4 arms, deleting it disarms"
	"flag|UPDPOLICY sets flag 4 and removes it"
	"flush|flushed SAs and policies"
	"bind|BIND arms, UNBIND disarms"
	"refused|a BIND of an SA that is not there arms, and that goes by itself"
	"socket|a socket's policy with flag 4 arms, closing the socket disarms"
	"netns|the namespace goes, with its SAs and policies"
	"netns_policy|the namespace goes, with a policy only"
	"again|needed again in time: it stays"
	"others|what another namespace needs stays"
)

fresh() {
	setup "$@"
	module_load
	busywait 1000 output_idle || fail "$(in_ns "$A" xfrm-pcpu info)"
}

armed() {
	output_armed || fail "not armed: $(in_ns "$A" xfrm-pcpu info; cat "$tracing/enabled_functions")"
}

# disarmed: not at once, since a daemon may just be starting again.
disarmed() {
	local n=${1-$A}

	sleep 4
	A=$n output_armed || fail "disarmed at once"
	A=$n busywait 25000 output_idle ||
		fail "still armed: $(in_ns "$n" xfrm-pcpu info; cat "$tracing/enabled_functions")"
}

ask_for_cpus() {
	x "$A" updpolicy pdir=out sel="$SEL" tmpl="$TMPL" pflags=4
}

idle() {
	fresh 4 tunnel
	add_sa_pair 0x1000 -
	send 0-1 5
	output_idle
	delete_sa 0x1000
	output_idle
}

sa() {
	fresh 4 tunnel
	add_sa 0x1001 1
	armed
	add_sa 0x1002 2
	delete_sa 0x1001
	armed
	delete_sa 0x1002
	disarmed
}

policy() {
	fresh 4 tunnel
	x "$A" delpolicy pdir=out sel="$SEL"
	x "$A" newpolicy pdir=out sel="$SEL" tmpl="$TMPL" pflags=4
	armed
	x "$A" delpolicy pdir=out sel="$SEL"
	disarmed
}

flag() {
	fresh 4 tunnel
	ask_for_cpus
	armed
	x "$A" updpolicy pdir=out sel="$SEL" tmpl="$TMPL"
	disarmed
}

flush() {
	fresh 4 tunnel
	ask_for_cpus
	add_sa 0x1001 1
	x "$A" flushpolicy
	armed
	x "$A" flushsa
	disarmed
}

bind() {
	fresh 4 tunnel
	add_sa 0x1001 -
	output_idle
	in_ns "$A" xfrm-pcpu bind "$OUT_DST" 0x1001 1
	armed
	in_ns "$A" xfrm-pcpu unbind "$OUT_DST" 0x1001
	disarmed
}

# What it was armed for does not come.
refused() {
	fresh 4 tunnel
	! in_ns "$A" xfrm-pcpu bind "$OUT_DST" 0x1001 1 ||
		fail "an SA that is not there was bound"
	armed
	disarmed
}

socket() {
	fresh 4 transport
	x "$A" delpolicy pdir=out sel="$SEL"
	traffic 0 --policy "pdir=out sel=$SEL tmpl=$TMPL pflags=4"
	busywait 5000 output_armed || fail "not armed"
	# Longer than it would stay for nobody.
	sleep 25
	armed
	stop_traffic
	busywait 25000 output_idle ||
		fail "still armed: $(in_ns "$A" xfrm-pcpu info; cat "$tracing/enabled_functions")"
}

netns() {
	fresh 4 tunnel
	ask_for_cpus
	add_sa 0x1001 1
	armed
	run_cmd ip netns del "$A"
	disarmed "$B"
}

# Nothing of SAs tells that the policy is gone.
netns_policy() {
	fresh 4 tunnel
	ask_for_cpus
	armed
	run_cmd ip netns del "$A"
	disarmed "$B"
}

again() {
	fresh 4 tunnel
	add_sa 0x1001 1
	delete_sa 0x1001
	sleep 5
	add_sa 0x1001 1
	sleep 12
	armed
}

others() {
	fresh 4 tunnel
	add_sa 0x1001 1
	# shellcheck disable=SC2086 # words
	x "$B" newsa $SA spi=0x1001 dir=out pcpu=1
	delete_sa 0x1001
	sleep 12
	armed
}

run_subtests
