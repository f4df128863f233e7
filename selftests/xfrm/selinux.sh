#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SAs and policies with a security context: a packet takes the SA of its CPU that
# its sender's label allows, as the kernel's own look-up would. Needs 4 CPUs and
# a kernel booted with "security=selinux selinux=1"; the policy is selinux.cil's.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"own|each label has its own SAs per CPU and its own fallback"
	"own_6|the same with IPv6, transport mode"
	"reported|GETSA, events and dumps: SEC_CTX, and SA_PCPU at the end"
	"other_label|another label's SA is not used: ACQUIRE with the sender's label"
	"labelled_sa|an SA with a label, a policy without"
	"labelled_policy|a policy with a label, an SA without"
	"denied|a label that may not send under its own SA"
	"acquire|the acquire of a CPU has the sender's label"
	"answered|it is answered with an SA of that label"
	"expired|EXPIRE has the label and the CPU"
)

selinuxfs=/sys/fs/selinux

# Without it these tests would say nothing: that is a failure, not a skip.
bail_out() {
	echo "Bail out! $1"
	exit "$ksft_fail"
}

need_selinux() {
	grep -qw selinuxfs /proc/filesystems || bail_out "not booted with security=selinux"
	mountpoint -q $selinuxfs || mount -t selinuxfs none $selinuxfs
	cat "$stage_dir/selinux.policy" >$selinuxfs/load || bail_out "the policy did not load"
	echo 1 >$selinuxfs/enforce
}

label() {
	echo "u:r:$1"
}

# send_as LABEL CPUS COUNT: as try_send.
send_as() (
	printf %s "$(label "$1")" >/proc/self/attr/exec
	exec xns exec "$A" xsend --dst "$TARGET" --cpus "$2" --count "$3" \
		--rate 200 >"$tmp/sent"
)

# setup FAMILY MODE [POLICY WORD]...: $A's policy has a label.
setup() {
	topology "$@" ctx="$(label spd)"
}

# add_labelled LABEL SPI CPU|- [WORD]...: $B wants no label.
add_labelled() {
	add_sa_pair "$2" "$3" ctx="$(label "$1")" "${@:4}"
}

# two_labels: a fallback and SAs of CPUs 0 and 1 for each.
two_labels() {
	add_labelled green 0x1000 -
	add_labelled green 0x1001 0
	add_labelled green 0x1002 1
	add_labelled blue 0x2000 -
	add_labelled blue 0x2001 0
	add_labelled blue 0x2002 1
}

# sent_by COUNT...: packets of 0x1000 to 0x1002, 0x2000 to 0x2002.
sent_by() {
	local spi

	for spi in 0x1000 0x1001 0x1002 0x2000 0x2001 0x2002; do
		expect_packets $spi "$1"
		shift
	done
}

each_own() {
	two_labels
	listen acquire
	receive
	send_as green 0-3 10
	delivered
	sent_by 20 10 10 0 0 0
	receive
	send_as blue 0-3 10
	delivered
	sent_by 20 10 10 20 10 10
	heard 0 ACQUIRE
}

own() {
	setup 4 tunnel
	each_own
}

own_6() {
	setup 6 transport
	each_own
}

reported() {
	local want

	setup 4 tunnel
	listen sa
	add_labelled green 0x1001 1
	want="SEC_CTX=$(label green).*,SA_PCPU=1,SA_DIR=2$"
	heard 1 NEWSA "$want"
	show "$A" 0x1001 | grep -q "$want" || fail "$(show "$A" 0x1001)"
	dump "$A" | grep -q "$want" || fail "$(dump "$A")"
	x "$A" updsa $SA spi=0x1001 dir=out pcpu=1 ctx="$(label green)"
	show "$A" 0x1001 | grep -q "$want" || fail "$(show "$A" 0x1001)"
	delete_sa 0x1001
	heard 1 DELSA "SA_PCPU=1"
}

other_label() {
	setup 4 tunnel
	add_labelled blue 0x2000 -
	add_labelled blue 0x2001 0
	add_labelled blue 0x2002 1
	listen acquire
	send_as green 0 5
	send_as green 1 5
	send_as green 2 5
	heard 1 ACQUIRE "SEC_CTX=$(label green)"
	heard 1 ACQUIRE
	not grep SA_PCPU <<<"$(events)"
	expect_packets 0x2000 0
	expect_packets 0x2001 0
	expect_packets 0x2002 0
}

labelled_sa() {
	topology 4 tunnel
	add_labelled green 0x1001 0
	add_sa_pair 0x3000 -
	add_sa_pair 0x3002 1
	listen acquire
	receive
	send_as green 0-2 10
	delivered
	expect_packets 0x1001 0
	expect_packets 0x3002 10
	expect_packets 0x3000 20
	heard 0 ACQUIRE
}

labelled_policy() {
	setup 4 tunnel
	add_sa_pair 0x3000 -
	add_sa_pair 0x3001 0
	add_labelled green 0x1000 -
	add_labelled green 0x1002 1
	receive
	send_as green 0-2 10
	delivered
	expect_packets 0x3000 0
	expect_packets 0x3001 0
	expect_packets 0x1000 20
	expect_packets 0x1002 10
	delete_sa 0x1000
	listen acquire
	send_as green 0 5
	heard 1 ACQUIRE "SEC_CTX=$(label green)"
	expect_packets 0x3001 0
	expect_packets 0x1002 10
}

denied() {
	setup 4 tunnel
	add_labelled red 0x4000 -
	add_labelled red 0x4001 0
	add_labelled green 0x1000 -
	add_labelled green 0x1001 0
	send_as red 0,1 5
	expect_packets 0x4000 0
	expect_packets 0x4001 0
	expect_packets 0x1000 0
	expect_packets 0x1001 0
	receive
	send_as green 0,1 5
	delivered
	expect_packets 0x1000 5
	expect_packets 0x1001 5
}

# On mainline the larval SA of green's acquire keeps blue from asking.
acquire() {
	differs 2
	setup 4 tunnel pflags=4
	add_labelled green 0x1000 -
	add_labelled blue 0x2000 -
	add_labelled blue 0x2001 1
	listen acquire
	send_as green 1 1
	heard 1 ACQUIRE "SEC_CTX=$(label green),.*SA_PCPU=1$"
	expect_packets 0x1000 1
	send_as blue 1 1
	heard 1 ACQUIRE
	expect_packets 0x2001 1
	send_as blue 2 1
	heard 2 ACQUIRE
	heard 1 ACQUIRE "SEC_CTX=$(label blue),.*SA_PCPU=2$"
}

# Another label's SA for the CPU is no answer.
answered() {
	setup 4 tunnel pflags=4
	add_labelled green 0x1000 -
	listen acquire
	send_as green 1 1
	heard 1 ACQUIRE "SEC_CTX=$(label green),.*SA_PCPU=1$"
	add_labelled green 0x1002 1
	receive
	send_as green 1 10
	delivered
	expect_packets 0x1002 10
	expect_packets 0x1000 1
	heard 1 ACQUIRE
	send_as blue 1 1
	expect_packets 0x1002 10
	expect_packets 0x1000 1
}

expired() {
	setup 4 tunnel
	add_labelled green 0x1000 -
	add_labelled green 0x1001 0 hard_packets=5
	listen expire
	send_as green 0 10
	heard 1 EXPIRE "spi=0x1001 .*hard=1 .*SA_PCPU=0"
	expect_packets 0x1000 4
}

need_selinux
run_subtests
