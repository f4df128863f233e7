# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # arch and keyring come from lib.sh and apt.sh
#
# Roots of any Debian suite, after lib.sh and apt.sh.

# suite_root SUITE DIR VARIANT PACKAGE[,PACKAGE...] [OPTION]...: a root in DIR, with the
# programs and services of these packages. A mirror that has lost the security updates of
# an old suite still has what they replaced.
suite_root() {
	local suite=$1 dir=$2
	shift 2

	suite_root_of "$suite" "$dir" "$(suite_sources "$suite")" "$@" || {
		rm -rf "$dir"
		say "$suite without its security updates"
		suite_root_of "$suite" "$dir" "$(suite_sources "$suite" | grep -v -e -security)" "$@"
	}
}

# suite_root_of SUITE DIR SOURCES VARIANT PACKAGE[,PACKAGE...] [OPTION]...
suite_root_of() {
	# shellcheck disable=SC2016 # $1 is the hook's
	mmdebstrap --quiet --variant="$4" --include="$5" "${@:6}" \
		--architectures="$arch" --keyring="$keyring" \
		--aptopt='APT::Install-Recommends "false"' \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--aptopt='Acquire::Retries "3"' \
		--customize-hook='rm -rf "$1"/var/cache/apt/* "$1"/usr/share/{doc,locale,i18n}/*' \
		"$1" "$2" "$3" >&2
}
