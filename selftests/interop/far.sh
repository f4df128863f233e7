# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# gwB and hostB are another machine's: what is to be done there is sent to far-end, a
# line for each command, through a serial port that both machines have. The gateways'
# outer devices are the wire between them. lib.sh includes this where $FAR, the port's
# descriptor, is set (far-run).
#
#	near: Linux 6.1, the module			far: the kernel's own
#	+-------+   +-------+				+-------+   +-------+
#	| hostA +---+  gwA  +===========================+  gwB  +---+ hostB |
#	+-------+   +-------+	       wire		+-------+   +-------+

. "$(dirname "${BASH_SOURCE[0]}")/wire.sh"

# What gwB does with its packets is its kernel's, and not judged.
ours=gwA

is_far() {
	[ "$1" = gwB ] || [ "$1" = hostB ]
}

# far FUNCTION ARGUMENT...: there, with its output and status.
far() {
	local status out err

	{
		flock 8
		printf '%q ' "$@" | base64 -w 0 >&"$FAR"
		echo >&"$FAR"
		read -r -t 900 status out err <&"$FAR" ||
			fail "the far machine does not answer: $*"
	} 8>/run/far.lock
	base64 -d <<<"${out#.}"
	base64 -d <<<"${err#.}" >&2
	return "$status"
}

# What has a gateway or a host for its first argument goes where that is.
for function in in_ns daemon_start daemon_stop daemon_signal swan log_of has_said \
	logged sender_start sender_end; do
	eval "$(declare -f "$function" | sed "1s/$function/near_$function/")"
	eval "$function() {
		if is_far \"\$1\"; then
			far $function \"\$@\"
		else
			near_$function \"\$@\"
		fi
	}"
done

# Likewise, with a file that is wanted here in the end.
eval "$(declare -f sender_wait | sed '1s/sender_wait/near_sender_wait/')"
sender_wait() {
	if is_far "$1"; then
		far sender_wait "$1" && far said "send-$1" >"$tmp/send-$1"
	else
		near_sender_wait "$1"
	fi
}

eval "$(declare -f start | sed '1s/start/near_start/')"
start() {
	if is_far "$2"; then
		far start "$@"
	else
		near_start "$@"
	fi
}

eval "$(declare -f stop | sed '1s/stop/near_stop/')"
stop() {
	if [ -e "$tmp/$1.pid" ]; then
		near_stop "$1"
	else
		far stop "$1"
		far said "$1" >"$tmp/$1"
	fi
}

namespaces_up() {
	side_up gwA hostA 10.1.0
	wire_up gwA 192.0.2.1/24
	way_up gwA 10.2.0.0/24 192.0.2.2
	far far_side_up
}

eval "$(declare -f gateways_down | sed '1s/gateways_down/near_gateways_down/')"
gateways_down() {
	far gateways_down
	near_gateways_down
}

# The wire keeps the order: when an answer has come by it, so has all that was sent
# before, by either side.
eval "$(declare -f quiet | sed '1s/quiet/near_quiet/')"
quiet() {
	in_ns gwA ping -q -c 1 -W 30 "${outer[gwB]}" >/dev/null && near_quiet
}
