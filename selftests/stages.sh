# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What check and check-kernels have in common: a stage, its count, the totals,
# and the list of stages that test the module in a kernel's guests.
#
#	stages_begin check
#	stage modules modules 6.1 || stages_end
#	guest_stages 6.1
#	stages_end

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top" || exit 1

lane= # process that runs stages beside these

# stages_begin NAME: logs go to build/NAME.
stages_begin() {
	logs=$top/build/$1
	rm -rf "$logs"
	mkdir -p "$logs"
	# Of each stage: seconds, passed, failed, skipped, name.
	stages=$logs/stages
	: >"$stages"
}

# totals: sets passed, failed and skipped.
totals() {
	read -r passed failed skipped < <(awk '
		{ p += $2; f += $3; s += $4 }
		END { print p + 0, f + 0, s + 0 }' "$stages")
}

# count LOG: what a stage says of itself in its last line of totals, or else
# its lines of TAP.
count() {
	local totals

	totals=$(grep -E '^([a-z0-9 -]+: )?[0-9]+ passed, [0-9]+ failed' "$1" | tail -n 1)
	if [ -n "$totals" ]; then
		sed -E 's/^([a-z0-9 -]+: )?([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?.*/\2 \3 \5/' <<<"$totals"
	else
		echo "$(grep -c '^ok ' "$1") $(grep -c '^not ok ' "$1") $(grep -c '^ok .*# SKIP' "$1")"
	fi
}

# stage NAME COMMAND...: NAME may have a slash.
stage() {
	local name=$1 started=$SECONDS status p f s
	shift

	mkdir -p "$logs/$(dirname "$name")"
	echo
	echo "=== $name"
	"$@" </dev/null 2>&1 | tee "$logs/$name.log"
	status=${PIPESTATUS[0]}
	read -r p f s <<<"$(count "$logs/$name.log")"
	# A stage without tests is one itself; one that broke off has failed.
	[ "$((p + f))" -gt 0 ] || [ "$status" != 0 ] || p=1
	[ "$status" = 0 ] || [ "$f" -gt 0 ] || f=1
	echo "$((SECONDS - started)) $p $f ${s:-0} $name" >>"$stages"
	return "$status"
}

# beside COMMAND...: stages beside those that follow, which come first where both want
# a CPU. What they say comes at the end.
beside() {
	(
		renice -n 10 -p "$BASHPID" >/dev/null
		"$@"
	) >"$logs/beside" 2>&1 &
	lane=$!
}

# figures: how much was tried at random, by stage.
figures() {
	(cd "$logs" && grep -rE --include='*.log' '^(ok [0-9]+ - |# )(random orders: |[a-z]+: [0-9]+ executions|[0-9]+ kills survived)' .) |
		sed -E 's,^\./(.*)\.log:(ok [0-9]+ - |# ),         \1: ,' | sort
}

# failures: what a test said before it failed, by stage, or else what vm/run said, and how
# the stage's log ends: a reader may have no more than the end of all.
failures() {
	local name

	awk '$3 { print $5 }' "$stages" | while read -r name; do
		echo "$name failed:"
		awk '
			{ last[NR % 15] = $0 }
			/^run: / || heard { if (heard++ < 15) run[heard] = $0 }
			/^ok / { n = 0 }
			/^ *#/ { said[n++ % 20] = $0 }
			/^not ok / {
				print "    " $0
				for (i = n > 20 ? n - 20 : 0; i < n; i++)
					print "        " said[i % 20]
				n = 0
				told = 1
			}
			END {
				if (told)
					exit
				for (i = 1; i in run; i++)
					print "        " run[i]
				for (i = NR > 15 ? NR - 14 : 1; i <= NR; i++)
					print "        " last[i % 15]
			}' "$logs/$name.log"
	done
}

# stages_end: the time of each, what was tried, what failed, the totals, the verdict.
stages_end() {
	if [ -n "$lane" ]; then
		wait "$lane"
		cat "$logs/beside"
	fi
	totals
	echo
	awk '{ printf "%5d s  %-20s %d passed, %d failed\n", $1, $5, $2, $3 }' "$stages"
	figures
	failures
	printf '%5d s  in all; logs in %s\n' "$SECONDS" "${logs#"$top/"}"
	echo "$passed passed, $failed failed$([ "$skipped" = 0 ] || echo ", $skipped skipped")"
	[ "$failed" = 0 ]
	exit
}

# modules KERNEL: the module for a kernel of selftests/vm/kernels.sh.
modules() {
	make modules KDIR="$(selftests/vm/headers "$1")"
}

# release KERNEL: its release, which names its build directory too.
release() {
	cat "$(selftests/vm/kernel "$1")/release"
}

# guest_tests KERNEL WORD...
guest_tests() {
	make -s -C selftests run_tests KERNEL="$1" "${@:2}"
}

# xfrm_files: the tests of selftests/xfrm, in one boot; SELinux wants its own.
xfrm_files() {
	find selftests/xfrm -name '*.sh' ! -name lib.sh ! -name selinux.sh -printf 'xfrm/%f\n' | sort | paste -sd' '
}

# Tests of what the module does, in its absence: each of these must fail, and so must
# what compares with mainline. They are a few, since all wait for what does not come.
absent="own_4t|own_6r|never_others_flag|moved|mark|getsa|dump_one|event_newsa|event_acquire"
# without_module KERNEL FILE...
without_module() {
	local kernel=$1 file log kind kinds='' status=0
	shift

	echo "1..$(($# + 1))"
	for file; do
		log=$logs/without-$kernel-${file##*/}.log
		if guest_tests "$kernel" TESTS="$file" \
			GUESTENV="WITHOUT_MODULE=1 'ONLY=^($absent)\$\$'" \
			>"$log" 2>&1; then
			echo "not ok - without the module: $file passes"
			status=1
		elif grep -q '^ok [0-9]* - ' "$log"; then
			echo "not ok - without the module: that of $file passes"
			status=1
		elif grep -q '^not ok [0-9]* - ' "$log"; then
			echo "ok - without the module: $file fails as it must"
		else
			tail -n 5 "$log" | sed 's/^/# /'
			echo "not ok - without the module: $file did not run"
			status=1
		fi
	done

	log=$logs/without-$kernel-uapi.log
	WITHOUT_MODULE=1 make -s check-uapi KERNEL="$kernel" >"$log" 2>&1
	# It ran to its end, and of each kind some differ.
	for kind in newsa updsa acquire choice; do
		grep -qE "^not ok [0-9]+ - ${kind}[^ ]*/" "$log" || kinds+=" $kind"
	done
	if [ -z "$kinds" ] && grep -qE '^[0-9]+ passed, [1-9][0-9]{2,} failed$' "$log"; then
		echo "ok - without the module: check-uapi fails as it must"
	else
		tail -n 5 "$log" | sed 's/^/# /'
		echo "not ok - without the module: check-uapi passes, or did not run${kinds:+; nothing fails of$kinds}"
		status=1
	fi
	return "$status"
}

# differing: the files with sub-tests that must fail on a kernel with per-CPU SAs of
# its own, as far as Debian's has what they need.
differing() {
	(cd selftests && grep -lE $'^\tdiffers [0-9]' {kmod,xfrm,load,traffic}/*.sh) |
		grep -vE '^xfrm/(offload|espoffload|caller32|selinux)\.sh$' | paste -sd' '
}

# The least that tells whether the module works on a kernel: requests, choice,
# acquires, an SA's end, loading and unloading under traffic.
core_files=(kmod/requests.sh kmod/choice.sh kmod/acquire.sh kmod/lifecycle.sh load/load.sh)
core_subtests=(
	newsa_keeps updsa_larval allocspi_keeps too_big pcpu_size acquire_range families
	own_4t fallback never_others_flag rekey dying changing
	flag no_fallback all_cpus answered no_listener
	expired_time netns_exit migrate_destination
	cycles acquires acquires_marked stays_stock
)

# core KERNEL: one that is gone from the files must not go unnoticed.
core() {
	local name

	for name in "${core_subtests[@]}"; do
		(cd selftests && grep -qs "^	\"$name|" "${core_files[@]}") || {
			echo "not ok - no sub-test is called $name"
			return 1
		}
	done
	name=$(IFS='|' && echo "${core_subtests[*]}")
	guest_tests "$1" TESTS="${core_files[*]}" \
		GUESTENV="CYCLES=2 'ONLY=^($name)\$\$'"
}

# rps_warns KERNEL: tests have all packets arrive on one CPU by RPS, which wakes that CPU
# in a way that PREEMPT_RT warns of, with the module or without (until 6.10). What the
# module does itself is seen in steer-held, where there is no RPS.
rps_warns() {
	case $1 in
	*-rt) echo "--expect-console 'WARNING: .* do_softirq_post_smp_call_flush[+]' --expect-console 'Call Trace:'" ;;
	esac
}

# A MIGRATE that the kernel cannot carry out ends in a warning of its own: of the copy that
# it drops before it is dead.
migrate_warns="--expect-console 'WARNING: .* __xfrm_state_destroy[+]' --expect-console 'Call Trace:'"

# So does an insmod whose tracepoints find no memory.
insmod_warns="--expect-console 'WARNING: .* event_define_fields[+]'"

# What tests the module in guests of one kernel, in this order.
guest_stages=(interface cli uapi xfrm selinux possible many traffic steer steer-held load direct storm fuzz-xfrm helper without end-to-end)

# guest_stage KERNEL STAGE: the module must have been built.
guest_stage() {
	case $2 in
	interface) guest_tests "$1" ;;
	cli) guest_tests "$1" TESTS="cli/install.sh cli/commands.sh" ;;
	uapi) make -s check-uapi KERNEL="$1" ;;
	# 32-bit callers, where the kernel serves them.
	interface-32) guest_tests "$1" GUESTENV="${GUESTENV-} BITS=32" \
		TESTS="kmod/requests.sh kmod/replies.sh" ;;
	uapi-32) make -s check-uapi KERNEL="$1" BITS=32 ;;
	xfrm) guest_tests "$1" TIMEOUT="${TIMEOUT:-3600}" TESTS="$(xfrm_files)" ;;
	selinux) guest_tests "$1" TESTS=xfrm/selinux.sh \
		VMFLAGS="--append 'security=selinux selinux=1'" ;;
	possible) guest_tests "$1" VMFLAGS="--maxcpus 64" TESTS=kmod/possible.sh ;;
	many) guest_tests "$1" CPUS=20 TESTS=kmod/many.sh ;;
	traffic) guest_tests "$1" TESTS=traffic/zeroloss.sh ;;
	steer) guest_tests "$1" TESTS="steer/steer.sh steer/kept.sh steer/ends.sh" \
		VMFLAGS="$(rps_warns "$1")" ;;
	steer-held) guest_tests "$1" TESTS=steer/held.sh ;;
	load) guest_tests "$1" TIMEOUT="${TIMEOUT:-1800}" \
		TESTS="load/load.sh load/refuse.sh load/import.sh load/arm.sh \
			load/hotplug.sh load/socket.sh load/follow.sh" ;;
	direct) guest_tests "$1" TIMEOUT="${TIMEOUT:-1800}" \
		TESTS="load/direct.sh load/load.sh kmod/choice.sh" \
		GUESTENV="${GUESTENV-} PARAMETERS=direct_call=1 CYCLES=5 NETNS_CYCLES=5" ;;
	storm) guest_tests "$1" TIMEOUT="${TIMEOUT:-1800}" TESTS=storm/storm.sh \
		VMFLAGS="--append slab_nomerge $(rps_warns "$1")" ;;
	helper) guest_tests "$1" TIMEOUT="${TIMEOUT:-1800}" \
		TESTS="helper/helper.sh helper/rfc9611.sh helper/install.sh helper/kill.sh" ;;
	native) guest_tests "$1" TIMEOUT="${TIMEOUT:-1800}" \
		TESTS="helper/native.sh helper/kill.sh" ;;
	helper-native) guest_tests "$1" TIMEOUT="${TIMEOUT:-1800}" \
		TESTS="helper/native.sh helper/rfc9611.sh helper/install.sh helper/kill.sh" ;;
	# Many, one after the other: hours.
	faults) guest_tests "$1" TIMEOUT=21600 \
		TESTS="kmod/faults.sh kmod/faults-own.sh kmod/faults-life.sh" \
		GUESTENV="${GUESTENV-} TEST_TIMEOUT=5000" \
		VMFLAGS="$migrate_warns $insmod_warns" ;;
	differs) guest_tests "$1" RELEASE=none TIMEOUT="${TIMEOUT:-1800}" \
		GUESTENV="${GUESTENV-} DIFFERS=1" TESTS="$(differing)" ;;
	without) without_module "$1" kmod/choice.sh kmod/replies.sh ;;
	fuzz-xfrm) guest_tests "$1" TIMEOUT="${TIMEOUT:-1800}" \
		TESTS="fuzz/netlink.sh fuzz/packets.sh" \
		GUESTENV="${GUESTENV-} REQUESTS=${REQUESTS:-10000} PACKETS=${PACKETS:-5000} SEED=${SEED:-$RANDOM} TEST_TIMEOUT=${TIMEOUT:-1800}" \
		VMFLAGS="$migrate_warns" ;;
	end-to-end) guest_tests "$1" MEM=2048 \
		TESTS="demo/e2e.sh demo/stall.sh demo/late.sh demo/encap.sh" ;;
	core) core "$1" ;;
	*) echo "no stage $2" >&2 && return 1 ;;
	esac
}
