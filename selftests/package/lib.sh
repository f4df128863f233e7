# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A Debian, 12 or that which SUITE names, in which packages are installed as administrators
# do: a chroot over the root that package/root builds, which is not changed.

suite=${SUITE:-bookworm}
# As scripts/build-deb has them.
deb=${BUILD:-$top/build}/deb
[ "$suite" = "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" ] || deb+=-$suite
packages=(xfrm-pcpu xfrm-pcpu-dkms xfrm-pcpu-strongswan)
. "$top/selftests/lib/check.sh"

# file PACKAGE: its .deb.
file() {
	local found=("$deb/$1"_*.deb)

	if [ "${#found[@]}" = 1 ] && [ -e "${found[0]}" ]; then
		echo "${found[0]}"
	else
		echo "$deb should have one package $1: make deb" >&2
		return 1
	fi
}

# said WORDS: the last command of "loud" said so.
said() {
	grep -qF -- "$1" "$tmp/said" || {
		echo "wanted \"$1\" in"
		cat "$tmp/said"
		return 1
	}
}

# loud COMMAND...: what it says is looked at afterwards.
loud() {
	local status=0

	"$@" >"$tmp/said" 2>&1 || status=$?
	cat "$tmp/said"
	return "$status"
}

# dev_up: of its own, so that who removes the root removes nothing of the machine's.
dev_up() {
	local node

	mount -t tmpfs -o mode=755 dev "$root/dev"
	for node in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0"; do
		# shellcheck disable=SC2086 # name and numbers
		mknod -m 666 "$root/dev/"${node/ / c }
	done
	mkdir "$root/dev"/{pts,shm}
	mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
	ln -s pts/ptmx "$root/dev/ptmx"
	ln -s /proc/self/fd "$root/dev/fd"
	for node in 0:stdin 1:stdout 2:stderr; do
		ln -s "/proc/self/fd/${node%:*}" "$root/dev/${node#*:}"
	done
}

# root_down: what somebody still uses goes when he ends; nothing is removed through a mount.
root_down() {
	[ ! -d "$tmp/layer" ] || umount -R "$tmp/layer" 2>/dev/null || umount -R -l "$tmp/layer"
	rm -rf --one-file-system "$tmp/layer"
}

# tmp_down: for a trap.
tmp_down() {
	root_down || :
	rm -rf --one-file-system "$tmp"
}

# root_up: in a mount namespace of our own.
root_up() {
	local dir

	dir=$("$top/selftests/package/root" "$suite")
	mkdir "$tmp/layer"
	mount -t tmpfs layer "$tmp/layer"
	mkdir "$tmp/layer"/{upper,work,root}
	root=$tmp/layer/root
	mount -t overlay -o "lowerdir=$dir/root,upperdir=$tmp/layer/upper,workdir=$tmp/layer/work" \
		packages "$root"
	mount -t proc proc "$root/proc"
	dev_up
	mount -t tmpfs tmp "$root/tmp"
	# No daemon is to be started here.
	printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
	chmod +x "$root/usr/sbin/policy-rc.d"
}

in_root() {
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
		DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"
}

# kernel_in_root NAME: the root has that kernel's headers, as after an update; print its
# release. They know where they are in the cache.
kernel_in_root() {
	local kdir release

	kdir=$("$top/selftests/vm/headers" "$1")
	release=${kdir##*/linux-headers-}
	mkdir -p "$root${kdir%/usr/src/*}" "$root/lib/modules/$release"
	in_root depmod "$release" 2>/dev/null
	mount --bind "${kdir%/usr/src/*}" "$root${kdir%/usr/src/*}"
	ln -sfn "$kdir" "$root/lib/modules/$release/build"
	echo "$release"
}

# root_alone: nothing is mounted in it any more.
root_alone() {
	local mounted

	mapfile -t mounted < <(findmnt -R -n -l -o TARGET "$root" | sed 1d | tac)
	umount "${mounted[@]}"
}

# own_release: of the kernel whose headers the root has from its suite.
own_release() {
	in_root sh -c 'ls /usr/src | sed -n "s/^linux-headers-\(.*-amd64\)$/\1/p"'
}

# all_files: of the root, but what belongs to dpkg, apt, depmod (whose files DKMS removes
# where a kernel has no modules, as those of kernel_in_root) and their logs, and is lost at
# the next boot.
all_files() {
	in_root find / -xdev \( -path /proc -o -path /dev -o -path /tmp -o -path /run -o \
		-path /root -o -path /var/log -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/cache -o \
		-path '/usr/lib/modules/*/modules.*' \) -prune -o -print | sort
}

install_packages() {
	local package

	for package in "${packages[@]}"; do
		cp "$(file "$package")" "$root/tmp/"
	done
	loud in_root sh -c 'apt-get -y --no-install-recommends install /tmp/*.deb'
}
