# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What every script here needs: messages, a cache whose entries are either
# whole or absent, and patience with the network.

# A failure inside $(...) is a failure too.
shopt -s inherit_errexit

# shellcheck disable=SC2034 # used by those who include this
vm_dir=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
cache=${XFRM_PCPU_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/xfrm-pcpu}
# Of the guest, as Debian calls it; kernel_find sets it. The host is amd64.
# shellcheck disable=SC2034
arch=amd64

# depmod and friends live there, and root's PATH in a container may lack it.
PATH=$PATH:/usr/sbin:/sbin

# gnu_type: what compilers call $arch.
gnu_type() {
	case $arch in
	amd64) echo x86_64-linux-gnu ;;
	arm64) echo aarch64-linux-gnu ;;
	esac
}

# stdout belongs to the answer (a path, a guest's output).
say() {
	echo "${0##*/}: $*" >&2
}

die() {
	say "$*"
	exit 1
}

# retry COMMAND...: mirrors fail now and then; a third failure is an answer.
retry() {
	local try

	for try in 1 2 3; do
		"$@" && return 0
		say "attempt $try failed: $*"
		sleep "$((try * 2))"
	done
	return 1
}

# cache_entry PATH STAMP BUILDER ARGS...
#
# Makes the directory $cache/PATH, unless it is there and was made for the same
# STAMP. BUILDER ARGS is called with an empty directory appended, and in it
# writes all that the entry holds. The lock keeps two runs from building one
# entry twice; the rename keeps a third from seeing half of it.
cache_entry() {
	local path=$cache/$1 stamp=$2 fresh fd
	shift 2

	cache_is_fresh "$path" "$stamp" && return
	mkdir -p "$(dirname "$path")"
	exec {fd}>"$path.lock"
	flock "$fd"
	if ! cache_is_fresh "$path" "$stamp"; then
		fresh=$path.new
		rm -rf "$fresh"
		mkdir "$fresh"
		"$@" "$fresh"
		echo "$stamp" >"$fresh/.stamp"
		rm -rf "$path"
		mv "$fresh" "$path"
	fi
	exec {fd}>&-
}

cache_is_fresh() {
	[ "$(cat "$1/.stamp" 2>/dev/null)" = "$2" ]
}
