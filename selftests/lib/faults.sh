# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Memory runs out: each allocation that the kernel makes in a request fails once, the
# first, the second, and so on until the request makes no more. Then it was refused
# and nothing was done, or all was done (the answer itself may have been lost); the
# kernel and the module agree on what there is, and the same request works.
#
# Needs a kernel with FAULT_INJECTION. That nothing is lost is for lib/kmemleak.sh,
# and what KASAN says of it for vm/console.sh.
# shellcheck disable=SC2034 # what tests read

fail_nth=/proc/self/fail-nth
debugfs=/sys/kernel/debug

# Beyond that many only every second, or third, is made to fail; but all of the last,
# which are the module's own where it comes last.
most=${MOST:-200}
last=40

skip_off() {
	[ -e "$fail_nth" ] || skip "this kernel has no FAULT_INJECTION"
	skip_native "the module's allocations"
}

# Also what may sleep and single pages; a word on the console for each would be taken
# for a complaint.
injection() {
	skip_off
	mountpoint -q "$debugfs" || mount -t debugfs none "$debugfs"
	echo 0 >"$debugfs/failslab/ignore-gfp-wait"
	echo 0 >"$debugfs/fail_page_alloc/ignore-gfp-wait"
	echo 0 >"$debugfs/fail_page_alloc/min-order"
	echo 0 >"$debugfs/failslab/verbose"
	echo 0 >"$debugfs/fail_page_alloc/verbose"
}

setup() {
	injection
	topology 4 tunnel "$@"
	add_sa 0x1000 -
	add_sa 0x1002 2
}

# try COMMAND...: in $A; its $nth allocation fails, if there is one.
try() {
	if [ -n "$nth" ]; then
		in_ns "$A" xfail --report "$tmp/report" --calls "$calls" "$nth" "$@"
	else
		in_ns "$A" "$@"
	fi
}

# look: at the SAs as the kernel has them, and as the module says. What is compared is
# compared by the shell itself: on an emulated debug kernel each process takes long.
look() {
	sas=$(dump "$A")
	groups=$(in_ns "$A" xfrm-pcpu status)
}

# line_of SPI: the kernel's.
line_of() {
	[[ $'\n'$sas =~ $'\n'([^$'\n']*" spi=$1 "[^$'\n']*) ]] && line=${BASH_REMATCH[1]}
}

# has SPI CPU|fallback: the kernel and the module say so.
has() {
	local line cpu=fallback spi

	line_of "$1" || return
	[[ ! $line =~ SA_PCPU=([0-9]+) ]] || cpu=${BASH_REMATCH[1]}
	printf -v spi '0x%08x' "$1"
	[[ $cpu = "$2" && $groups = *"spi $spi cpu $2 "* ]]
}

has_not() {
	local spi

	printf -v spi '0x%08x' "$1"
	[[ $sas != *" spi=$1 "* && $groups != *"spi $spi "* ]]
}

# is_larval SPI: it has no keys yet.
is_larval() {
	local line

	line_of "$1" && [[ $line != *ALG_CRYPT* ]]
}

others_stay() {
	has 0x1000 fallback && has 0x1002 2
}

# see: was is "done", "undone", or what is neither.
see() {
	look
	if done_now; then
		was="done"
	elif undone_now; then
		was=undone
	else
		was="half done: $sas $groups"
	fi
}

# ask [NTH]: the request; its NTH allocation fails.
ask() {
	local nth=${1-}

	status=0
	request >"$tmp/said" 2>&1 || status=$?
	[ "$status" != 125 ] || fail "$(<"$tmp/said")"
}

# One that has no error where nothing was done: a packet.
silent=

# until_past: request, with each of its allocations failing in turn. The functions
#	prepare		what the request needs
#	request		by "try"
#	done_now	is it done? undone_now: not begun?
#	undo		for the next
until_past() {
	local nth all was status step refused=0 failed=0

	prepare
	# As often as it takes to have what is allocated once.
	ask 1000000
	see
	[ "$was" = "done" ] || fail "without a fault: $status $was $(<"$tmp/said")"
	undo
	ask 1000000
	undo
	all=$((1000000 - $(cut -d' ' -f2 "$tmp/report")))
	step=$((all <= most ? 1 : all / most + 1))

	for ((nth = 1; ; nth += nth < all - last ? step : 1)); do
		ask "$nth"
		[ "$(<"$tmp/report")" = failed ] || break
		failed=$((failed + 1))
		see
		case $was in
		done) ;;
		undone)
			[ "$status" != 0 ] || [ -n "$silent" ] ||
				fail "$nth: no error, and not done: $(<"$tmp/said")"
			refused=$((refused + 1))
			ask
			see
			[ "$was" = "done" ] || fail "after $nth: $status $was $(<"$tmp/said")"
			;;
		*) fail "$nth: status $status: $was" ;;
		esac
		undo
	done
	[ "$status" = 0 ] || fail "without a fault: $(<"$tmp/said")"
	undo
	echo "# of some $all allocations $failed failed, one at a time; $refused times it was refused"
	[ "$failed" -ge $((all < last ? all / 2 : last / 2)) ]
}

# Most requests are xreq's.
calls=sendto,sendmsg

# reads WORD...: a request that changes nothing and says the same each time, but for how
# old an SA is.
reads() {
	setup
	words=("$@")
	nth='' try "${words[@]}" | ageless >"$tmp/wanted"
	prepare() { :; }
	request() { try "${words[@]}"; }
	done_now() { ageless <"$tmp/said" | cmp -s - "$tmp/wanted" && others_stay; }
	undone_now() { others_stay; }
	undo() { :; }
	calls=$calls,recvfrom,recvmsg until_past
}

ageless() {
	sed 's/ age [0-9]* s$//'
}
