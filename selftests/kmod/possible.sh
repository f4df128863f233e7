#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# More possible CPUs than running ones: for vm/run --cpus 4 --maxcpus 64.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"last|an SA of CPU 63 is accepted and read back"
	"too_big|CPU 64 is refused"
	"traffic|SAs of CPUs that do not run change nothing for those that do"
	"all|an SA for each of 64 CPUs"
)

[ "$(cat /sys/devices/system/cpu/possible)" = 0-63 ] || {
	echo "1..0 # SKIP not 64 possible CPUs"
	exit "$ksft_skip"
}

last() {
	topology 4 tunnel
	add_sa 0x1063 63
	expect_cpu "$A" 0x1063 63
}

too_big() {
	topology 4 tunnel
	refused "$A" ERANGE "pCPU number too big" newsa $SA spi=0x1064 dir=out pcpu=64
}

traffic() {
	topology 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	add_sa_pair 0x1063 63
	receive
	send 0-3 5
	delivered
	expect_packets 0x1001 5
	expect_packets 0x1000 15
	expect_packets 0x1063 0
}

all() {
	local cpu

	topology 4 tunnel
	for cpu in {0..63}; do
		printf 'newsa %s dir=out spi=%d pcpu=%d\n' "$SA" $((0x2000 + cpu)) "$cpu"
	done >"$tmp/batch"
	run_cmd in_ns "$A" xreq - <"$tmp/batch"
	run_cmd in_ns "$B" xreq - <<<"$(sed 's/dir=out//; s/pcpu=.*//' "$tmp/batch")"
	receive
	send 0-3 5
	delivered
	for cpu in {0..63}; do
		expect_cpu "$A" $((0x2000 + cpu)) "$cpu"
		expect_packets $((0x2000 + cpu)) $((cpu < 4 ? 5 : 0))
	done
}

run_subtests
