# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR source=lib.sh source=apt.sh
#
# The kernels that can be booted, and what Debian calls them. Only this table
# knows; the newest version is asked of the archive. Debug kernels are compiled
# from Debian's source, and so is a kernel with per-CPU SAs of its own that has
# what Debian's have not, the reference of tests that need it: selftests/debug.

# 6.12-bpo builds on a bookworm host, unlike 6.12 (shapes/check).
#	name		suite		arch	flavour
kernels='
	5.10		bullseye	amd64	amd64
	6.1		bookworm	amd64	amd64
	6.1-arm64	bookworm	arm64	arm64
	6.1-cloud	bookworm	amd64	cloud-amd64
	6.1-rt		bookworm	amd64	rt-amd64
	6.12		trixie		amd64	amd64
	6.12-bpo	bookworm	amd64	6.12-amd64
	7		forky		amd64	amd64
	5.10-kasan	bullseye	amd64	debug
	5.10-lockdep	bullseye	amd64	debug
	6.1-kasan	bookworm	amd64	debug
	6.1-kcsan	bookworm	amd64	debug
	6.1-lockdep	bookworm	amd64	debug
	7.2-compat	forky		amd64	reference
'

debug_kernels() {
	awk '$4 == "debug" { print $1 }' <<<"$kernels"
}

# kernel_find NAME: sets suite, arch, flavour, release and version of a kernel.
kernel_find() {
	local name

	while read -r name suite arch flavour; do
		[ "$name" != "$1" ] || break
	done <<<"$kernels"
	[ -n "$suite" ] ||
		die "unknown kernel $1: one of $(awk 'NF {printf "%s ", $1}' <<<"$kernels")"

	# These are compiled, by a program that answers for us.
	case $flavour in
	debug | reference) exec "$vm_dir/../debug/kernel" "${0##*/}" "$1" ;;
	esac

	suite_update "$suite"
	# shellcheck disable=SC2034 # for those who include this
	read -r release version <<<"$(suite_cached "$suite" "newest-$flavour" kernel_newest)"
}

# kernel_newest: the meta package needs the image of the newest kernel.
kernel_newest() {
	local meta=linux-image-$flavour release

	release=$(depends "$suite" "$meta" | sed -n 's/^linux-image-//p')
	[ -n "$release" ] || die "$suite has no $meta"
	echo "$release $(newest_version "$suite" "linux-image-$release")"
}
