# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # arch and cache come from lib.sh

#
# Packages of any Debian suite, fetched through a private apt configuration:
# the host's own sources, lists and pins are neither used nor changed. Only the
# mirror is the host's, since it is the one known to be reachable from here.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# host_mirror LABEL: the address from which the host has what carries LABEL. apt
# parses its own files, so that both of their formats are understood; the label
# tells Debian's archive from others that use the same suite names.
host_mirror() {
	# shellcheck disable=SC2016 # apt expands it
	apt-get indextargets 'Created-By: Packages' 'Origin: Debian' "Label: $1" \
		--format '$(REPO_URI)' | sed -n 1p
}

# Debian's image for containers comes without package lists.
need_host_lists() {
	[ -n "$(host_mirror Debian)" ] || retry apt-get -qq update >&2
	[ -n "$(host_mirror Debian)" ] ||
		die "apt's sources name no Debian mirror: add one and run apt-get update"
}

# suite_sources SUITE: the lines of a sources.list, updates and fixes included.
suite_sources() {
	local suite=$1 mirror security options

	mirror=$(host_mirror Debian)
	security=$(host_mirror Debian-Security)
	# A host without security updates: the archive's usual layout is a guess.
	security=${security:-${mirror%/debian*}/debian-security}
	# bullseye is past its support: its Release files have stopped being renewed.
	options="[arch=$arch check-valid-until=no signed-by=$keyring]"

	echo "deb $options $mirror $suite main"
	[ "$suite" != sid ] || return 0
	echo "deb $options $mirror $suite-updates main"
	echo "deb $options $security $suite-security main"
	# apt takes nothing from backports unless it is told to.
	[ "$suite" != bookworm ] || echo "deb $options $mirror $suite-backports main"
}

# suite_entry SUITE: where the cache has it, for $arch.
suite_entry() {
	[ "$arch" = amd64 ] && echo "apt/$1" || echo "apt/$1-$arch"
}

# suite_apt SUITE COMMAND...: apt-get, apt-cache as if SUITE were all there is.
suite_apt() {
	local suite=$1 command=$2
	shift 2

	"$command" -c "$cache/$(suite_entry "$suite")/apt.conf" "$@"
}

# suite_update SUITE: have its lists, not older than a day if the mirror answers.
suite_update() {
	local entry dir

	entry=$(suite_entry "$1")
	dir=$cache/$entry
	[ -z "$(find "$dir/updated" -mmin -1440 2>/dev/null)" ] || return 0
	need_host_lists
	cache_entry "$entry" "$(suite_sources "$1" | sha256sum)" suite_configure "$1"
	[ -z "$(find "$dir/updated" -mmin -1440)" ] || return 0
	touch "$dir/updated"
	suite_apt "$1" apt-get -qq update >&2 || say "no fresh lists of $1: old ones serve"
}

suite_configure() {
	local suite=$1 fresh=$2

	mkdir -p "$fresh"/{lists,archives}/partial
	suite_sources "$suite" >"$fresh/sources.list"
	: >"$fresh/status"
	suite_conf "$fresh" >"$fresh/apt.conf"
	say "fetching the package lists of $suite"
	retry apt-get -c "$fresh/apt.conf" -qq update >&2
	# From here on it is found where cache_entry will have moved it.
	suite_conf "$cache/$(suite_entry "$suite")" >"$fresh/apt.conf"
	touch "$fresh/updated"
}

# suite_cached SUITE NAME COMMAND...: the output of COMMAND, which depends only on
# the lists of SUITE; apt takes seconds to read them.
suite_cached() {
	local dir answer

	dir=$cache/$(suite_entry "$1")
	answer=$dir/$2
	shift 2
	if [ ! "$answer" -nt "$dir/updated" ]; then
		"$@" >"$answer.$$"
		mv "$answer.$$" "$answer"
	fi
	cat "$answer"
}

# suite_conf DIR: the hooks are cleared because the host's tidy the host's cache.
suite_conf() {
	cat <<-EOF
		#clear APT::Update::Pre-Invoke;
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		#clear DPkg::Post-Invoke;
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; };
		APT::Get::List-Cleanup "false";
		APT::Sandbox::User "root";
		Acquire::Languages "none";
		Acquire::Retries "3";
		Dir::Etc::sourcelist "$1/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::State::lists "$1/lists";
		Dir::State::status "$1/status";
		Dir::Cache::archives "$1/archives";
		Dir::Cache::pkgcache "";
		Dir::Cache::srcpkgcache "";
	EOF
}

# newest_version SUITE PACKAGE
newest_version() {
	suite_apt "$1" apt-cache policy "$2" | sed -n 's/^  Candidate: //p' |
		grep -v '^(none)$'
}

# depends SUITE PACKAGE: names of the packages that its newest version needs.
depends() {
	suite_apt "$1" apt-cache show --no-all-versions "$2" |
		sed -n 's/^Depends: //p' | tr ',' '\n' | sed 's/^ *//; s/[ (:].*//'
}

# unpack SUITE DIR PACKAGE[=VERSION]...: the files of packages, without installing.
unpack() {
	local suite=$1 dir=$2 debs=$2.debs deb
	shift 2

	mkdir -p "$dir" "$debs"
	(cd "$debs" && retry suite_apt "$suite" apt-get -qq download "$@" >&2)
	for deb in "$debs"/*.deb; do
		dpkg-deb -x "$deb" "$dir"
	done
	rm -rf "$debs"
}
