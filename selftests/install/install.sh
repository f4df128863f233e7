#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs on the host: "make install" puts everything where it is found, "make
# uninstall" takes all of it away.
set -euo pipefail

top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
kdir=$("$top/selftests/vm/headers" "${KERNEL:-6.1}")
release=${kdir##*/linux-headers-}
dest=$tmp/root

echo "TAP version 13"
echo "1..8"
. "$top/selftests/lib/check.sh"

make_top() {
	make -C "$top" KDIR="$kdir" DESTDIR="$dest" PREFIX=/opt/x "$@"
}

# modprobe finds it by name, and in front of a module that comes with the kernel.
found_by_modprobe() {
	mkdir -p "$dest/lib/modules/$release/kernel"
	cp "$dest/lib/modules/$release/updates/xfrm_pcpu.ko" "$dest/lib/modules/$release/kernel/"
	PATH=$PATH:/sbin:/usr/sbin
	depmod -b "$dest" "$release"
	modprobe -d "$dest" -S "$release" --show-depends xfrm_pcpu | tee /dev/stderr |
		grep -q "updates/xfrm_pcpu.ko"
	rm -r "$dest/lib/modules/$release/kernel" "$dest/lib/modules/$release"/modules.*
}

pages_found() {
	local share=$dest/opt/x/share

	[ "$(man -M "$share/man" -w xfrm-pcpu)" = "$share/man/man8/xfrm-pcpu.8" ]
	[ "$(man -M "$share/man" -w xfrm-pcpud)" = "$share/man/man8/xfrm-pcpud.8" ]
	[ "$(man -M "$share/man" -w xfrm_pcpu)" = "$share/man/man4/xfrm_pcpu.4" ]
	[ "$(man -M "$share/man" -w xfrm-pcpud.conf)" = "$share/man/man5/xfrm-pcpud.conf.5" ]
	bash -c '. "$1" && complete -p xfrm-pcpu' bash \
		"$share/bash-completion/completions/xfrm-pcpu"
}

# What an administrator has written outlives installing and uninstalling.
configuration_stays() {
	local file=$dest/etc/xfrm-pcpud.conf

	cmp "$file" "$top/userspace/daemon/xfrm-pcpud.conf"
	echo 'limit = 3' >"$file"
	make_top install
	make_top uninstall
	[ "$(cat "$file")" = 'limit = 3' ]
	rm "$file"
	make_top install
}

nothing_left() {
	find "$dest" -type f >"$tmp/left"
	not grep . "$tmp/left"
}

check "make modules userspace" make_top modules userspace
check "make install" make_top install
check "modprobe finds the module under updates/" found_by_modprobe
check "the command line runs from PREFIX" "$dest/opt/x/sbin/xfrm-pcpu" --help
check "manual pages and completion are where they are looked for" pages_found
check "a changed configuration file stays" configuration_stays
check "make uninstall" make_top uninstall
check "nothing is left" nothing_left
[ "$failed" = 0 ]
