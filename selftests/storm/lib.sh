# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# shellcheck disable=SC2086 # SA is a list of words
# shellcheck disable=SC2030,SC2031 # each whirl has a round of its own
#
# For storms: several things are done over and over, for STORM_SECONDS (10), while
# senders of all CPUs go on.
#
#	storm			the module, a fallback, traffic of 4 CPUs
#	whirl rekeys rekey 1	COMMAND over and over
#	calm			it is over; each has come round
#	storm_over		nothing is left

. "$(dirname "${BASH_SOURCE[0]}")/../load/lib.sh"

# Of $B's SAs: a number that comes twice is seen within as many.
IN=replay=4096,0
storm_seconds=${STORM_SECONDS:-10}
batch=20

# storm [WORD]...: words for the policy of $A.
storm() {
	setup 4 tunnel "$@"
	remember_footprint
	module_load
	x "$B" newsa $SA spi=0x1000 dir=in $IN
	add_sa 0x1000 -
	receive
	traffic 0-3
}

# whirl NAME COMMAND...: in the background; the round is in $round.
whirl() {
	local name=$1

	shift
	(
		round=0
		while [ ! -e "$tmp/over" ]; do
			"$@"
			round=$((round + 1))
			echo "$round" >"$tmp/rounds-$name"
		done
	) &
	echo "$! $name" >>"$tmp/whirls"
}

# came_round NAME COUNT: wait until it has.
came_round() {
	until [ "$(cat "$tmp/rounds-$1" 2>/dev/null || echo 0)" -ge "$2" ]; do
		kill -0 "$(sed -n "s/ $1\$//p" "$tmp/whirls")" || fail "$1 broke off"
		sleep 1
	done
}

# calm: after that time. One that broke off has said why.
calm() {
	local pid name told=''

	sleep "$storm_seconds"
	touch "$tmp/over"
	while read -r pid name; do
		wait "$pid" || fail "$name broke off in round $(cat "$tmp/rounds-$name")"
		told+=", $name $(cat "$tmp/rounds-$name")"
	done <"$tmp/whirls"
	echo "# rounds in $storm_seconds s: ${told#, }"
}

# xfrm_stat NAMESPACE NAME: XFRM's own counter.
xfrm_stat() {
	in_ns "$1" awk -v name="$2" '$1 == name { print $2 }' /proc/net/xfrm_stat
}

# accepted: of all that was to be sent. For each packet the module found an SA. If that
# is deleted before XFRM has the packet's route, the packet is lost, if before its turn,
# refused: so it is without the module, and the kernel counts either.
accepted() {
	local refused

	not grep -vE ' sent=[1-9][0-9]*( EINVAL=[0-9]+)?$' "$tmp/sent"
	[ "$(stat None)" = 0 ] || fail "for $(stat None) packets the module found no SA"
	refused=$(sum_of EINVAL "$tmp/sent")
	lost=$(xfrm_stat "$A" XfrmOutNoStates)
	[ "$refused" = "$(xfrm_stat "$A" XfrmOutStateInvalid)" ] ||
		fail "refused: $(cat "$tmp/sent" <(losses))"
	echo "# sent $(all_sent), with their SA were refused $refused, lost $lost"
}

# unrouted: what $B dropped after it had come. When a route is replaced while another
# CPU has a packet between IP and XFRM, XFRM drops that packet (demo/phases.sh knows it,
# too): without the module 21 of 32,905 when routes were flushed over and over.
unrouted() {
	local count

	count=$(xfrm_stat "$B" XfrmInError)
	[ "$count" = 0 ] || echo "# the peer dropped $count, whose route was replaced" >&2
	echo "$count"
}

# right_ones: $B has seen no packet in clear, none of an SA that it does not have, and
# no sequence number of an SA twice.
right_ones() {
	in_ns "$B" awk '
		/^XfrmIn(NoPols|PolBlock|TmplMismatch|NoStates|StateSeqError|StateProtoError)/ {
			seen++
			if ($2)
				print
		}
		END {
			if (seen != 6)
				print "counters:", seen
		}' /proc/net/xfrm_stat >"$tmp/wrong"
	[ ! -s "$tmp/wrong" ] || fail "came to the peer: $(paste -sd' ' "$tmp/wrong")"
}

# sent_arrived: it ends; each packet that was accepted has arrived.
sent_arrived() {
	local lost want

	stop_traffic
	accepted
	stop_receiver "$(($(all_sent) - lost))"
	want=$(($(all_sent) - lost - $(unrouted)))
	[ "$(sum_of received "$tmp/receiver")" = "$want" ] ||
		fail "not $want: $(cat "$tmp/sent" "$tmp/receiver" <(losses))"
	right_ones
}

# storm_over: the module goes, and the kernel is what it was. A cache of it that is
# not empty is a complaint of the kernel.
storm_over() {
	module_unload
	nothing_left
}

# requests NAMESPACE: lines on standard input, all of which have to succeed.
requests() {
	in_ns "$1" xreq - >"$tmp/answers-$BASHPID" 2>&1 || :
	not grep -v 'errno=0' "$tmp/answers-$BASHPID"
}

# rekey CPU: its SA, as often as a batch has room for. The peer accepts each SA from
# before it is used until long after.
rekey() {
	local base=$(((($1 + 1) << 24) + round * batch)) i

	for ((i = 0; i < batch; i++)); do
		echo "newsa $SA spi=$((base + i)) dir=in $IN"
		[ "$round" -lt 3 ] ||
			echo "delsa dst=$OUT_DST spi=$((base + i - 3 * batch))"
	done | requests "$B"
	for ((i = 0; i < batch; i++)); do
		echo "newsa $SA spi=$((base + i)) dir=out pcpu=$1"
		[ "$round$i" = 00 ] || echo "delsa dst=$OUT_DST spi=$((base + i - 1))"
	done | requests "$A"
}

# others: policies of other traffic come and go, and with each all routes are looked
# up anew.
others() {
	local i

	for verb in newpolicy delpolicy; do
		for ((i = 0; i < batch; i++)); do
			echo "$verb pdir=out sel=10.1.0.1,10.3.0.$i,udp$([ $verb = delpolicy ] || echo " tmpl=$TMPL pflags=4")"
		done
	done | requests "$A"
}

# flags: the policy asks for CPUs, and does not.
flags() {
	x "$A" updpolicy pdir=out sel="$SEL" tmpl="$TMPL" pflags=4
	x "$A" updpolicy pdir=out sel="$SEL" tmpl="$TMPL"
}

# cpu2 0|1
cpu2() {
	echo "$1" >/sys/devices/system/cpu/cpu2/online
}

away_and_back() {
	cpu2 0
	cpu2 1
}

# others_sent: what CPUs 0, 1 and 3 sent has arrived. What CPU 2 had in its hands when
# it went may be lost, and is told.
others_sent() {
	local cpu lost missing=0

	stop_traffic
	accepted
	stop_receiver "$(($(all_sent) - lost))"
	lost=$((lost + $(unrouted)))
	for cpu in 0 1 3; do
		missing=$((missing + $(sent "$cpu") - $(received "$cpu")))
	done
	[ "$missing" = "${missing#-}" ] || fail "more than was sent: $(cat "$tmp/receiver")"
	[ "$missing" -le "$lost" ] ||
		fail "missing $missing: $(cat "$tmp/sent" "$tmp/receiver" <(losses))"
	right_ones
	echo "# missing $missing, and of CPU 2 $(($(sent 2) - $(received 2)))"
}

# world: a pair of namespaces that has all of it, and goes under way.
world() {
	local C D

	setup_ns C D
	connect_ns "$C" "$D"
	x "$C" newpolicy pdir=out sel="$SEL" tmpl="$TMPL" pflags=4
	x "$D" newpolicy pdir=in sel="$SEL" tmpl="$TMPL"
	x "$C" newsa $SA spi=0x3000 dir=out
	x "$C" newsa $SA spi=0x3001 dir=out pcpu=$((round % 4))
	x "$D" newsa $SA spi=0x3001 dir=in pcpu=1
	in_ns "$D" sysctl -qw net.xfrm_pcpu.steer=1
	# CPU 2 may be away.
	in_ns "$C" xsend --dst "$TARGET" --cpus 0,1,3 --count 5 --rate 1000 >"$tmp/world"
	xns del "$C" "$D"
}

# tracers: of the functions that are hooked.
tracers() {
	echo xfrm_state_find >"$tracing/set_ftrace_filter"
	echo function >"$tracing/current_tracer"
	echo function_graph >"$tracing/current_tracer"
	echo nop >"$tracing/current_tracer"
	echo >"$tracing/set_ftrace_filter"
	echo "p:storm/find xfrm_state_find" >"$tracing/kprobe_events"
	echo 1 >"$tracing/events/storm/find/enable"
	echo 0 >"$tracing/events/storm/find/enable"
	echo >"$tracing/kprobe_events"
}

# removals: of what the module builds on.
removals() {
	not rmmod xfrm_user 2>"$tmp/removal"
	not rmmod xfrm_algo 2>"$tmp/removal"
	not sysctl -qw kernel.ftrace_enabled=0 2>"$tmp/removal" || sysctl -qw kernel.ftrace_enabled=1
}

# steering of $B: its modes, and on which CPU all arrives.
steering() {
	local mode cpu

	for mode in 1 2 0; do
		in_ns "$B" sysctl -qw net.xfrm_pcpu.steer=$mode
		for cpu in 1 3 0; do
			ip netns exec "$B" sh -c "printf %x $((1 << cpu)) >/sys/class/net/veth0/queues/rx-0/rps_cpus"
		done
	done
}
