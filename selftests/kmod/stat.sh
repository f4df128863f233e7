#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# /proc/net/xfrm_pcpu_stat: each counter moves when it should, per namespace.
# Needs 4 CPUs.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"names|the documented names are there, all 0 in a new namespace"
	"own_fallback|XfrmPcpuOwn and XfrmPcpuFallback"
	"acquires|XfrmPcpuAcquireSent, Suppressed, Answered"
	"expired|XfrmPcpuAcquireExpired"
	"no_listener|XfrmPcpuAcquireNoListener"
	"refused_requests|XfrmPcpuRefused"
	"gauges|XfrmPcpuSas and XfrmPcpuGroups go up and down"
	"netns|another namespace counts for itself"
)

stat() {
	in_ns "${2-$A}" cat /proc/net/xfrm_pcpu_stat | awk -v name="XfrmPcpu$1" '$1 == name { print $2 }'
}

expect_stat() {
	local got

	got=$(stat "$1")
	[ "$got" = "$2" ] || fail "XfrmPcpu$1: wanted $2, is ${got:-missing}"
}

setup() {
	skip_native "the module's counters"
	topology 4 tunnel "$@"
}

names() {
	local name

	setup
	for name in Own Fallback AcquireSent AcquireSuppressed AcquireExpired \
		AcquireAnswered AcquireNoListener Refused Sas Groups; do
		expect_stat $name 0
	done
}

own_fallback() {
	setup
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	send 0 7
	expect_stat Own 7
	expect_stat Fallback 0
	send 1 5
	expect_stat Own 7
	expect_stat Fallback 5
}

acquires() {
	setup pflags=4
	add_sa_pair 0x1000 -
	listen acquire
	send 1 10
	expect_stat AcquireSent 1
	expect_stat AcquireSuppressed 9
	expect_stat Fallback 10
	send 2 1
	expect_stat AcquireSent 2
	add_sa_pair 0x1001 1
	expect_stat AcquireAnswered 1
	send 1 5
	expect_stat AcquireSent 2
	expect_stat Own 5
}

expired() {
	setup pflags=4
	run_cmd in_ns "$A" sysctl -qw net.core.xfrm_acq_expires=1
	add_sa_pair 0x1000 -
	listen acquire
	send 1 1
	expect_stat AcquireExpired 0
	sleep 2
	send 1 1
	expect_stat AcquireExpired 1
	expect_stat AcquireSent 2
}

no_listener() {
	setup pflags=4
	add_sa_pair 0x1000 -
	send 1 3
	[ "$(stat AcquireNoListener)" -ge 1 ]
	expect_stat AcquireSent 0
	expect_stat Fallback 3
}

refused_requests() {
	setup
	refused "$A" ERANGE "pCPU number too big" newsa $SA spi=0x100 dir=out pcpu=5000
	expect_stat Refused 1
	refused "$A" EINVAL "Invalid attribute SA_PCPU" delsa dst="$OUT_DST" spi=0x100 pcpu=0
	expect_stat Refused 2
}

gauges() {
	setup
	add_sa 0x1001 0
	[ "$(stat Sas)" -ge 1 ]
	expect_stat Groups 1
	SA="${SA/reqid=1/reqid=2}" add_sa 0x1002 0
	expect_stat Groups 2
	x "$A" flushsa
	expect_stat Sas 0
	expect_stat Groups 0
}

netns() {
	setup
	add_sa_pair 0x1001 0
	send 0 3
	expect_stat Own 3
	A=$B expect_stat Own 0
}

run_subtests
