# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A second root for a daemon of another Debian suite than the guest's: an image that
# is a disk of the guest, its serial number the suite's name. Include lib.sh first.

# The disk whose serial number is $SUITE.
suite_disk() {
	local block

	for block in /sys/block/vd*; do
		[ "$(cat "$block/serial")" != "$SUITE" ] || echo "/dev/${block##*/}"
	done
}

# suite_root_up DIR: DIR/root is a root of that suite, which can be written, with a
# /run of its own. Roots beside each other share the image.
suite_root_up() {
	local dir=$1 image=${1%/*}/image shared

	mkdir -p "$image" "$dir"/{rw,root}
	mountpoint -q "$image" || run_cmd mount -t squashfs -o ro "$(suite_disk)" "$image"
	run_cmd mount -t tmpfs rw "$dir/rw"
	mkdir "$dir"/rw/{upper,work}
	run_cmd mount -t overlay -o \
		"lowerdir=$image,upperdir=$dir/rw/upper,workdir=$dir/rw/work" overlay "$dir/root"
	mkdir -p "$dir/root/selftests"
	for shared in proc sys dev selftests tmp; do
		run_cmd mount --rbind "/$shared" "$dir/root/$shared"
	done
	run_cmd mount -t tmpfs run "$dir/root/run"
}
