#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Memory runs out in a request of XFRM netlink, or for a packet (lib/faults.sh).
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
# shellcheck disable=SC2317,SC2329 # functions are called by the name of their request
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/faults.sh"

subtests=(
	"off|FAULT_INJECTION is off: nothing can be made to fail"
	"newsa|NEWSA with SA_PCPU"
	"first|NEWSA with SA_PCPU, the first SA of its group"
	"updsa_larval|UPDSA with SA_PCPU of a larval SA"
	"updsa_valid|UPDSA that gives a valid SA another CPU"
	"allocspi|ALLOCSPI with SA_PCPU"
	"delsa|DELSA of a CPU's SA"
	"flushsa|FLUSHSA"
	"migrate|MIGRATE, to another source"
	"migrate_destination|MIGRATE, to another destination"
	"policy|NEWPOLICY with CPU_ACQUIRE"
	"getsa|GETSA of a CPU's SA"
	"dumpsa|dump of SAs"
	"acquire|the ACQUIRE of a CPU's packet"
)

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

flushsa() {
	setup
	prepare() { :; }
	request() { try xreq flushsa proto=esp; }
	done_now() { has_not 0x1000 && has_not 0x1002; }
	undone_now() { others_stay; }
	undo() { add_sa 0x1000 - && add_sa 0x1002 2; }
	until_past
}

# at SRC DST: there the only SA is, with its CPU.
at() {
	[[ $sas != *NEWSA*NEWSA* && $sas = *"src=$1 dst=$2 "* ]] && has 0x1001 1
}

# migrates SRC DST: it is the only SA, since one that matches is taken.
migrates() {
	local src=$1 dst=$2

	injection
	topology 4 tunnel
	prepare() { add_sa 0x1001 1; }
	request() {
		try xreq migrate sel="$SEL" pdir=out mode=tunnel reqid=1 \
			migrate="$OUT_SRC/$OUT_DST/$src/$dst"
	}
	done_now() { at "$src" "$dst"; }
	undone_now() { at "$OUT_SRC" "$OUT_DST"; }
	undo() {
		x "$A" flushsa proto=esp
		x "$A" updpolicy pdir=out sel="$SEL" tmpl="$TMPL"
		prepare
	}
	until_past
}

migrate() {
	migrates 10.0.0.4 10.0.0.2
}

migrate_destination() {
	migrates 10.0.0.1 10.0.0.3
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

getsa() {
	reads xreq getsa dst=10.0.0.2 spi=0x1002
}

dumpsa() {
	reads xreq dumpsa
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
