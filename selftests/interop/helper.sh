#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The helper is killed, hangs, is not there, comes back: tunnels go on. The sub-tests
# build upon each other. Needs 4 CPUs, and the disk $SUITE.
stock=gwA
. "$(dirname "$0")/lib.sh"

subtests=(
	"dead|kill -9: nothing is lost, a CPU without an SA uses the fallback, rekeys work"
	"back|it comes back: it knows the SAs, and a CPU gets its own again"
	"hangs|it hangs: a rekey goes on after a second, the next does not wait"
	"absent|it is not there: a new IKE SA has ordinary SAs alone"
)

counted=100

# carried: packets from all CPUs, none lost.
carried() {
	send_start hostA --cpus "$all_cpus" --rate 50 --count "$counted"
	send_wait hostA
	must "nothing is lost" same "$SENT" "$RECEIVED"
}

# renew CPU: charon rekeys that SA; how long it took, in ms.
renew() {
	local id spi began

	read -r id spi <<<"$(children gwA | newest_of "$1")"
	began=${EPOCHREALTIME/./}
	run_cmd swan gwA --rekey --child-id "$id"
	busywait 30000 gone "$spi" gwA || fail "CPU $1 was not rekeyed"
	echo $(((${EPOCHREALTIME/./} - began) / 1000))
}

dead() {
	interop_up
	fallback_only
	setup_cpus 0-1
	helper_down gwA KILL
	busywait 10000 has_said gwA "the helper is gone"
	carried
	must "no CPU got an SA" same "$(outbound gwA | cut -d' ' -f1 | paste -sd' ')" "- 0 1"
	renew 1 >/dev/null
	carried
}

# setup_cpus LIST: traffic from these until they have their SAs.
setup_cpus() {
	send_start hostA --cpus "$1" --rate "$setup_rate" --time 900000
	busywait 30000 has_sas gwA - 0 1 || fail "no SAs: $(outbound gwA)"
	send_end hostA
}

# It is told of what was rekeyed without it too, and gives that a CPU.
back() {
	helper_up gwA
	send_start hostA --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	busywait 30000 has_sas gwA - 0 1 2 3 || fail "not all have one: $(outbound gwA)"
	send_end hostA
	must "nothing is lost" same "$SENT" "$RECEIVED"
}

hangs() {
	local first second

	kill -STOP "$(helper_pid gwA)"
	first=$(renew 2)
	second=$(renew 3)
	see "rekeys with a helper that hangs: $first ms, $second ms"
	must "one of them waited" same "$(logged gwA "the helper does not answer")" 1
	carried
	kill -CONT "$(helper_pid gwA)"
	busywait 30000 eval "[ \"\$(helper_seen gwA)\" -ge 3 ]" || fail "it did not come back"
	carried
}

absent() {
	helper_down gwA
	busywait 10000 eval "[ \"\$(logged gwA 'the helper is gone')\" -ge 3 ]"
	run_cmd swan gwA --terminate --ike gw
	run_cmd swan gwA --initiate --child net
	must "no notify" eval 'not grep -q 16444 <<<"$(log_of gwA "generating IKE_AUTH" | tail -n 1)"'
	carried
	must "one SA" same "$(outbound gwA | cut -d' ' -f1)" -
}

trap interop_down EXIT
run_subtests
