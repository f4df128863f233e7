#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module of an older kernel, on a kernel that has per-CPU SAs of its own:
#	make -C selftests run_tests KERNEL=7 RELEASE=<release of the module> \
#		TESTS=load/foreign.sh
. "$(dirname "$0")/lib.sh"

subtests=(
	"other_kernel|the module of another kernel: ENOEXEC, and the log says why"
	"own_sas|this kernel needs no module: an SA keeps its CPU"
)

other_kernel() {
	local output

	! modinfo -F vermagic "$module" | grep -q "^$(uname -r) " ||
		fail "the staged module is this kernel's: nothing to test"
	mark_log
	! output=$(insmod "$module" 2>&1) || fail "it was loaded"
	[[ "$output" =~ "Invalid module format" ]] || fail "$output"
	message "xfrm_pcpu: .*(version magic|disagrees about version|must match the kernel)"
	not module_loaded
}

own_sas() {
	setup_ns A
	run_cmd ip -n "$A" xfrm state add src 10.0.0.1 dst 10.0.0.2 proto esp \
		spi 0x1001 reqid 1 mode tunnel enc "ecb(cipher_null)" "" \
		auth digest_null "" dir out pcpu-num 1
	ip -n "$A" xfrm state | grep -q "pcpu-num 1"
}

run_subtests
