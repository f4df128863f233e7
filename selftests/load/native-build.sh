#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs on the host: for a kernel that has per-CPU SAs of its own "make modules"
# stops, says so, and builds nothing.
set -euo pipefail

top=$(dirname "$(readlink -f "$0")")/../..
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

echo "TAP version 13"
echo "1..3"
kdir=$("$top/selftests/vm/headers" "${KERNEL:-6.12}")

number=0 failed=0
check() {
	local name=$1

	shift
	number=$((number + 1))
	if "$@"; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		sed 's/^/# /' "$tmp/output"
		failed=1
	fi
}

status=0
make -C "$top" modules KDIR="$kdir" BUILD="$tmp/build" >"$tmp/output" 2>&1 || status=$?

check "make modules fails" [ "$status" != 0 ]
check "and says why" grep -q "This kernel has per-CPU SAs of its own" "$tmp/output"
check "nothing was built" [ -z "$(find "$tmp/build" -name '*.ko' -o -name '*.o')" ]
exit "$failed"
