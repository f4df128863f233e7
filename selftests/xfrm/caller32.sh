#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# 32-bit programs on a 64-bit kernel. Where XFRM_USER_COMPAT is off, as in
# Debian, the answer stays stock's. Where it is on, BITS=32 makes every other
# test one of a 32-bit caller; here is what needs both kinds.
# shellcheck disable=SC2086 # SA is a list of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"off|XFRM_USER_COMPAT is off: refused as without the module, nothing done"
	"same_answers|a 32-bit and a 64-bit program read the same, in large dumps too"
	"same_events|a 32-bit and a 64-bit listener hear the same"
	"same_refusals|a 32-bit and a 64-bit program are refused alike"
)

compat_on() {
	grep -q ' xfrm_register_translator$' /proc/kallsyms
}

setup() {
	topology 4 tunnel pflags=4
	add_sa 0x1000 -
}

setup_compat() {
	compat_on || skip "this kernel serves no 32-bit XFRM programs"
	# Nothing loads it on demand.
	modprobe xfrm_compat
	setup
}

x32() {
	in_ns "$A" "$stage_dir/32/xreq" "$@"
}

x64() {
	in_ns "$A" "$stage_dir/xreq" "$@"
}

# four XREQ: requests that get something, and bad ones.
four() {
	"$1" newsa $SA spi=0x1001 dir=out pcpu=1 || :
	"$1" newsa $SA spi=0x1001 dir=9 pcpu=5000 || :
	"$1" updpolicy pdir=out sel="$SEL" tmpl="$TMPL" pflags=4 || :
	"$1" getsa dst="$OUT_DST" spi=0x1000 pcpu=1 || :
}

off() {
	compat_on && skip "this kernel serves 32-bit XFRM programs"
	setup
	four x32 >"$tmp/with"
	[ "$(grep -c 'errno=EOPNOTSUPP' "$tmp/with")" = 4 ] || fail "$(cat "$tmp/with")"
	[ "$(dump "$A" | wc -l)" = 1 ] || fail "$(dump "$A")"
	module_loaded || return 0
	module_unload
	four x32 >"$tmp/without"
	diff "$tmp/without" "$tmp/with" || fail "not stock's answer"
}

# same COMMAND...: of x32 and of x64; something at all.
same() {
	x32 "$@" | sort >"$tmp/got32"
	x64 "$@" | sort >"$tmp/got64"
	grep -q SA_PCPU "$tmp/got64"
	diff "$tmp/got64" "$tmp/got32" || fail "$*: differs"
}

same_answers() {
	local spi

	differs 9
	setup_compat
	x32 newsa $SA spi=0x1001 dir=out pcpu=1
	expect_cpu "$A" 0x1001 1
	same getsa dst="$OUT_DST" spi=0x1001
	x32 allocspi $SA min=0x1002 max=0x1002 pcpu=2
	expect_cpu "$A" 0x1002 2
	same getsa dst="$OUT_DST" spi=0x1002
	for ((spi = 0x2000; spi < 0x2190; spi++)); do
		echo "newsa $SA spi=$spi dir=out pcpu=$((spi % 4))"
	done >"$tmp/requests"
	x32 - <"$tmp/requests" >"$tmp/answers"
	[ "$(grep -c 'errno=0' "$tmp/answers")" = 400 ]
	same dumpsa
	[ "$(grep -c 'SA_PCPU=3' "$tmp/got32")" = 100 ]
}

# untimed FILE: what xmon wrote.
untimed() {
	sed 's/^[0-9]* //' "$tmp/$1"
}

same_events() {
	setup_compat
	start heard64 "$A" "$stage_dir/xmon"
	start heard32 "$A" "$stage_dir/32/xmon"
	x "$A" newsa $SA spi=0x1001 dir=out pcpu=1
	x "$A" updsa $SA spi=0x1001 dir=out pcpu=2
	x "$A" expire $SA spi=0x1001 hard=0
	send 3 1
	x "$A" delsa dst="$OUT_DST" spi=0x1001
	busywait 5000 grep -q DELSA "$tmp/heard64"
	busywait 5000 grep -q DELSA "$tmp/heard32"
	untimed heard64
	grep -q 'ACQUIRE .*SA_PCPU=3' "$tmp/heard32"
	diff <(untimed heard64) <(untimed heard32)
}

same_refusals() {
	differs 9
	setup_compat
	four x64 >"$tmp/got64"
	x64 delsa dst="$OUT_DST" spi=0x1001
	four x32 >"$tmp/got32"
	diff "$tmp/got64" "$tmp/got32"
}

run_subtests
