# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What style and style-full have in common: one line of TAP for each thing that
# is judged, complaints above the line that they belong to.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top" || exit 1

passed=0
failed=0

# judge NAME COMMAND...: COMMAND is content if it succeeds and prints nothing.
judge() {
	local name=$1 output
	shift

	if output=$("$@" 2>&1) && [ -z "$output" ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) - $name"
	else
		[ -z "$output" ] || printf '%s\n' "$output" | sed 's/^/# /'
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) - $name"
	fi
}

# verdict NAME: the totals.
verdict() {
	echo "1..$((passed + failed))"
	echo "$1: $passed passed, $failed failed"
	[ "$failed" = 0 ]
}

# git knows which files are the project's; a tarball has only those.
files() {
	if [ -e .git ]; then
		git ls-files -- "$@"
	else
		find . -path ./build -prune -o -type f -print | sed 's,^\./,,' |
			grep -E "$(printf '%s\n' "$@" | sed 's/[.]/\\./g; s/\*/.*/g; s/.*/^&$/' | paste -sd'|')"
	fi
}

# module_says KDIR REGEX WORD...: build a copy of the module with WORDs for make,
# and print the lines about it that match REGEX; all, if it cannot be built.
module_says() {
	local kdir=$1 regex=$2 out status=0
	shift 2

	out=$(mktemp -d)
	cp -rs "$top/kmod" "$out/"
	# There is no vmlinux to make BTF from, and make would say so.
	MAKEFLAGS='' make -s -j"$(nproc)" -C "$kdir" M="$out/kmod" CONFIG_XFRM_PCPU=m \
		CONFIG_DEBUG_INFO_BTF_MODULES= "$@" modules >"$out/said" 2>&1 || status=$?
	if [ "$status" = 0 ]; then
		grep -E "$regex" "$out/said" || :
	else
		cat "$out/said"
	fi
	rm -rf "$out"
	return "$status"
}
