# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A line of TAP for each check, for tests that run on the host, with "set -e" and a
# directory $tmp.

number=0 failed=0

# check NAME COMMAND...: it fails at the first command that fails, which it would not as the
# condition of an "if".
check() {
	local name=$1 status

	shift
	number=$((number + 1))
	set +e
	(
		set -e
		"$@"
	) >"$tmp/output" 2>&1
	status=$?
	set -e
	if [ "$status" = 0 ]; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		sed 's/^/# /' "$tmp/output"
		failed=$((failed + 1))
	fi
}

# not COMMAND...: "!" would not end a check.
not() {
	if "$@"; then
		echo "unexpected: $*"
		return 1
	fi
}
