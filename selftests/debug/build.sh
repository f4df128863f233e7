# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR source=../vm/lib.sh source=../vm/apt.sh
#
# Compiles a debug kernel: Debian's source, the options of common.config and of
# the fragment that the kernel is named after, everything else off.
#
#	$cache/source/6.1		the source, as unpacked
#	$cache/debug/6.1-lockdep	where it is compiled, and the KDIR of modules
#
# The tree stays, and make knows what is done: a build that was broken off goes
# on where it was, and one with another option compiles what depends on that.

debug_dir=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

# debug_find NAME: sets suite, arch, release and version, as kernel_find does, and the
# version that the source is named after, base.
debug_find() {
	local name

	while read -r name suite arch _; do
		[ "$name" != "$1" ] || break
	done <<<"$kernels"
	suite_update "$suite"
	base=${1%-*}
	version=$(suite_cached "$suite" "newest-source-$base" \
		newest_version "$suite" "linux-source-$base")
	release=${version%%-*}-${1##*-}
}

# debug_tree NAME: the directory in which that kernel is compiled.
debug_tree() {
	echo "$cache/debug/$1"
}

# debug_stamp NAME: changes when the kernel has to be compiled anew.
debug_stamp() {
	debug_fragments "$1" | xargs cat "$debug_dir/build.sh" | sha256sum
}

# debug_fragments NAME: files, from common to special.
debug_fragments() {
	local part

	for part in common "common-$base" "${1##*-}"; do
		[ ! -e "$debug_dir/$part.config" ] || echo "$debug_dir/$part.config"
	done
}

# unpack_source BASE DIR
unpack_source() {
	local base=$1 dir=$2

	say "fetching linux-source-$base $version"
	unpack "$suite" "$dir/files" "linux-source-$base=$version"
	tar -C "$dir" --strip-components=1 -xf "$dir/files/usr/src/linux-source-$base.tar.xz"
	rm -rf "$dir/files"
}

# debug_build NAME: compile in its tree. Sets tree; debug_find has been called.
debug_build() {
	local name=$1 built

	tree=$(debug_tree "$name")
	cache_entry "source/$base" "$version" unpack_source "$base"
	mkdir -p "$tree"
	debug_configure "$name"
	say "compiling $name, log in $tree/build.log"
	debug_make -j"$(nproc)" bzImage modules ||
		die "$name does not compile: $(grep -m 3 -E 'error|Error' "$tree/build.log")"
	built=$(cat "$tree/include/config/kernel.release")
	[ "$built" = "$release" ] || die "$name is $built, not $release"
}

debug_make() {
	# MAKEFLAGS of an outer make are not this one's.
	MAKEFLAGS='' nice -n 10 make -C "$cache/source/$base" O="$tree" ARCH=x86_64 "$@" \
		>>"$tree/build.log" 2>&1
}

# debug_configure NAME: what no fragment names is off, or has no prompt.
debug_configure() {
	: >"$tree/build.log"
	{
		debug_fragments "$1" | xargs cat
		echo "CONFIG_LOCALVERSION=\"-${1##*-}\""
	} >"$tree/wanted"
	debug_make KCONFIG_ALLCONFIG="$tree/wanted" allnoconfig ||
		die "$name cannot be configured: $(tail -n 3 "$tree/build.log")"
	debug_options on <"$debug_dir/${1##*-}.config" >"$tree/options-on"
	debug_options off <"$tree/wanted" >"$tree/options-lacking"
}

# debug_options on|off: of the wanted options on stdin, those that the kernel
# has, or has not.
debug_options() {
	local option value has

	while IFS='=' read -r option value; do
		[[ "$option" == CONFIG_* && "$value" != n && "$value" != '""' ]] || continue
		has=off
		! grep -q "^$option=" "$tree/.config" || has=on
		[ "$has" != "$1" ] || echo "${option#CONFIG_}"
	done
}
