#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A security context where no security module knows any: stock's answers, and an
# SA like others. Needs 4 CPUs. With labels: selinux.sh.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"ignored|accepted and not kept, the SA has its CPU"
	"malformed|a length that is not so"
	"policy|a policy with a context serves and asks"
)

setup() {
	# Known only where SELinux is on.
	not grep -qw selinuxfs /proc/filesystems
	topology "$@"
}

ignored() {
	setup 4 tunnel
	listen sa
	add_sa_pair 0x1000 - ctx=u:r:green
	add_sa_pair 0x1001 0 ctx=u:r:green
	heard 2 NEWSA
	not grep SEC_CTX <<<"$(events; dump "$A")"
	expect_cpu "$A" 0x1001 0
	receive
	send 0,1 5
	delivered
	expect_packets 0x1000 5
	expect_packets 0x1001 5
}

# type 8: its length is 16, then a context of 8, not of 9.
malformed() {
	local answer

	setup 4 tunnel
	answer=$(in_ns "$A" xreq newsa $SA spi=0x1001 pcpu=1 dir=out \
		raw=8:10000800010109007500000000000000) && fail "accepted"
	[[ "$answer" == "newsa errno=EINVAL "* ]] || fail "$answer"
	[ -z "$(dump "$A")" ]
	native || [ -z "$(in_ns "$A" xfrm-pcpu status)" ]
}

policy() {
	setup 4 tunnel pflags=4 ctx=u:r:spd
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	listen acquire
	receive
	send 0,1 1
	delivered
	heard 1 ACQUIRE SA_PCPU=1
	not grep SEC_CTX <<<"$(events)"
	expect_packets 0x1000 1
	expect_packets 0x1001 1
}

run_subtests
