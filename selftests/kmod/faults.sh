#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Memory runs out: each allocation that the kernel makes in a request fails once, the
# first, the second, and so on until the request makes no more. Then it was refused
# and nothing was done, or all was done (the answer itself may have been lost); the
# kernel and the module agree on what there is, and the same request works.
#
# Needs a kernel with FAULT_INJECTION. That nothing is lost is for lib/kmemleak.sh,
# and what KASAN says of it for vm/console.sh.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
# shellcheck disable=SC2317,SC2329 # functions are called by the name of their request
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"off|FAULT_INJECTION is off: nothing can be made to fail"
	"newsa|NEWSA with SA_PCPU"
	"first|NEWSA with SA_PCPU, the first SA of its group"
	"updsa_larval|UPDSA with SA_PCPU of a larval SA"
	"updsa_valid|UPDSA that gives a valid SA another CPU"
	"allocspi|ALLOCSPI with SA_PCPU"
	"delsa|DELSA of a CPU's SA"
	"policy|NEWPOLICY with CPU_ACQUIRE"
	"getsa|GETSA of a CPU's SA"
	"dumpsa|dump of SAs"
	"bind|BIND"
	"move|MOVE"
	"acquire|the ACQUIRE of a CPU's packet"
)

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

off() {
	[ ! -e "$fail_nth" ] || skip "this kernel has FAULT_INJECTION"
	# It can be asked for with requests that need no module.
	not xfail --report "$tmp/report" --calls sendto 1 xreq dumpsa 2>"$tmp/said"
	grep -q 'fail-nth' "$tmp/said" || fail "$(<"$tmp/said")"
}

newsa() {
	setup
	prepare() { :; }
	request() { try xreq newsa $SA spi=0x1001 dir=out pcpu=1; }
	done_now() { has 0x1001 1 && others_stay; }
	undone_now() { has_not 0x1001 && others_stay; }
	undo() { delete_sa 0x1001; }
	until_past
}

first() {
	injection
	topology 4 tunnel
	prepare() { :; }
	request() { try xreq newsa $SA spi=0x1001 dir=out pcpu=1; }
	done_now() { has 0x1001 1; }
	undone_now() { has_not 0x1001; }
	undo() { delete_sa 0x1001; }
	until_past
}

larval() {
	x "$A" allocspi $SA spi=0x1001 dir=out
}

updsa_larval() {
	setup
	prepare() { larval; }
	request() { try xreq updsa $SA spi=0x1001 dir=out pcpu=1; }
	done_now() { has 0x1001 1 && ! is_larval 0x1001 && others_stay; }
	undone_now() { has 0x1001 fallback && is_larval 0x1001 && others_stay; }
	undo() { delete_sa 0x1001 && larval; }
	until_past
}

# What else UPDSA changes may have been done: the extack says so.
updsa_valid() {
	setup
	prepare() { add_sa 0x1001 1; }
	request() { try xreq updsa $SA spi=0x1001 dir=out pcpu=3; }
	done_now() { has 0x1001 3 && others_stay; }
	undone_now() { has 0x1001 1 && others_stay; }
	undo() { in_ns "$A" xfrm-pcpu move "$OUT_DST" 0x1001 1; }
	until_past
}

# The kernel leaves a larval SA behind where its answer finds no memory; so is it
# without its CPU, where the module found none. It would expire.
allocspi() {
	setup
	prepare() { :; }
	request() {
		in_ns "$A" xreq delsa dst=$OUT_DST spi=0x1001 >/dev/null 2>&1 || :
		try xreq allocspi $SA spi=0x1001 dir=out pcpu=1
	}
	done_now() { has 0x1001 1 && others_stay; }
	undone_now() {
		{ has_not 0x1001 || { is_larval 0x1001 && [[ $sas != *SA_PCPU=1* ]]; }; } &&
			others_stay
	}
	undo() { delete_sa 0x1001; }
	until_past
}

delsa() {
	setup
	prepare() { add_sa 0x1001 1; }
	request() { try xreq delsa dst=$OUT_DST spi=0x1001; }
	done_now() { has_not 0x1001 && others_stay; }
	undone_now() { has 0x1001 1 && others_stay; }
	undo() { add_sa 0x1001 1; }
	until_past
}

policy() {
	setup
	prepare() { x "$A" delpolicy sel="$SEL" pdir=out; }
	request() { try xreq newpolicy pdir=out sel="$SEL" tmpl="$TMPL" pflags=4; }
	done_now() { [[ "$(in_ns "$A" xreq getpolicy sel="$SEL" pdir=out)" = *pflags=4* ]]; }
	undone_now() { not in_ns "$A" xreq getpolicy sel="$SEL" pdir=out >/dev/null; }
	undo() { prepare; }
	until_past
}

# reads WORD...: a request that changes nothing and says the same each time.
reads() {
	setup
	words=("$@")
	nth='' try "${words[@]}" >"$tmp/wanted"
	prepare() { :; }
	request() { try "${words[@]}"; }
	done_now() { cmp -s "$tmp/said" "$tmp/wanted" && others_stay; }
	undone_now() { others_stay; }
	undo() { :; }
	calls=$calls,recvfrom,recvmsg until_past
}

getsa() {
	reads xreq getsa dst=10.0.0.2 spi=0x1002
}

dumpsa() {
	reads xreq dumpsa
}

bind() {
	setup
	prepare() { add_sa 0x1001 -; }
	request() { try xfrm-pcpu bind "$OUT_DST" 0x1001 1; }
	done_now() { has 0x1001 1 && others_stay; }
	undone_now() { has 0x1001 fallback && others_stay; }
	undo() { in_ns "$A" xfrm-pcpu unbind "$OUT_DST" 0x1001; }
	until_past
}

move() {
	setup
	prepare() { add_sa 0x1001 1; }
	request() { try xfrm-pcpu move "$OUT_DST" 0x1001 3; }
	done_now() { has 0x1001 3 && others_stay; }
	undone_now() { has 0x1001 1 && others_stay; }
	undo() { in_ns "$A" xfrm-pcpu move "$OUT_DST" 0x1001 1; }
	until_past
}

# heard_more COUNT: ACQUIREs since the last "undo".
heard_more() {
	[ "$(count_events ACQUIRE)" = $((before + $1)) ]
}

# asks DONE: packets, until one of them has asked.
asks() {
	in_ns "$A" xsend --dst "$TARGET" --cpus 1 --count 1 --rate 200 || :
	look
	"$1"
}

pending() {
	[[ $groups = *"acquire cpu 1 "* ]]
}

# The packet may be lost with the memory. Who found none asks again a second later.
acquire() {
	setup pflags=4
	in_ns "$A" sysctl -qw net.core.xfrm_acq_expires=3600
	listen acquire
	before=0
	silent=1
	prepare() { :; }
	request() {
		if [ -n "$nth" ]; then
			try xsend --dst "$TARGET" --cpus 1 --count 1 --rate 200
		else
			busywait 5000 asks pending
		fi
	}
	done_now() { pending && busywait 3000 heard_more 1 && others_stay; }
	undone_now() { ! pending && heard_more 0 && others_stay; }
	undo() {
		before=$(count_events ACQUIRE)
		add_sa 0x1001 1 && delete_sa 0x1001
	}
	until_past
}

run_subtests
