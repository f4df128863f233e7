# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
#
# For the tests that load and unload the module themselves. With
# WITHOUT_MODULE=1 they do not, and so have to fail.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"

if [ -n "${WITHOUT_MODULE-}" ]; then
	module_load() { :; }
	module_unload() { :; }
fi

# Each sub-test begins without the module.
need_pcpu() {
	! module_loaded || rmmod xfrm_pcpu
	modprobe -q xfrm_user || :
}

# setup FAMILY MODE [WORD]...: topology, and no module yet.
setup() {
	skip_native "it has no such module"
	! module_loaded || rmmod xfrm_pcpu
	topology "$@"
}

# footprint: what a module may leave in the kernel.
footprint() {
	sort "$tracing/enabled_functions"
	sort /sys/kernel/debug/kprobes/list
	find /sys/module "$tracing/events" /proc/net/ -maxdepth 1 -name 'xfrm_pcpu*'
	slabs
	awk '$1 == "xfrm_user" { print $1, $3, $4 }' /proc/modules
	! in_ns "$A" xfrm-pcpu info || echo "netlink family"
}

# slabs: own caches, and how many users share those that ours were merged with.
# The kernel leaves the link of a merged cache until the name comes again; so
# they count only if there was one when the footprint was remembered.
slabs() {
	local link

	find /sys/kernel/slab -maxdepth 1 -type d -name 'xpcpu*'
	while read -r link; do
		echo "$link $(cat "$link/aliases")"
	done <"$tmp/slab-links"
}

remember_footprint() {
	find /sys/kernel/slab -maxdepth 1 -type l -name 'xpcpu*' | sort >"$tmp/slab-links"
	footprint >"$tmp/footprint" 2>/dev/null
}

same_footprint() {
	footprint 2>/dev/null | diff "$tmp/footprint" -
}

# nothing_left: the kernel is what it was at remember_footprint.
nothing_left() {
	busywait 5000 same_footprint || fail "left behind: $(same_footprint)"
}

# hooked FUNCTION: by whomever.
hooked() {
	grep -q "^$1 " "$tracing/enabled_functions"
}

output_armed() {
	in_ns "$A" xfrm-pcpu info | grep -q ': armed$' && hooked xfrm_state_find
}

output_idle() {
	in_ns "$A" xfrm-pcpu info | grep -q ': not armed$' && ! hooked xfrm_state_find
}

# used SPI [COUNT]: it has sent more than that.
used() {
	[ "$(packets "$1")" -gt "${2-10}" ]
}

installed() {
	[ "$(grep -c ' INSTALLED .*errno=0' "$tmp/events")" -ge "$1" ]
}

# stat NAME [NAMESPACE]: a counter of the module.
stat() {
	in_ns "${2-$A}" cat /proc/net/xfrm_pcpu_stat |
		awk -v name="XfrmPcpu$1" '$1 == name { print $2 }'
}

# sent CPU: packets that were accepted, or all_sent: of all CPUs.
sent() {
	sed -n "s/^cpu=$1 sent=\([0-9]*\).*/\1/p" "$tmp/sent" | total
}

all_sent() {
	sum_of sent "$tmp/sent"
}

# received CPU: of those that this CPU sent.
received() {
	sed -n "s/^cpu=$1 received=\([0-9]*\).*/\1/p" "$tmp/receiver" | total
}

# traffic_arrived: it ends; each packet was accepted and has arrived.
traffic_arrived() {
	stop_traffic
	not grep -v ' sent=[1-9][0-9]*$' "$tmp/sent"
	delivered
	echo "# sent $(all_sent) = delivered"
}

# message REGEX: in the kernel's log since mark_log.
mark_log() {
	dmesg | wc -l >"$tmp/log-lines"
}

message() {
	dmesg | tail -n "+$(($(cat "$tmp/log-lines") + 1))" | grep -E "$1" ||
		fail "no message \"$1\", but: $(dmesg | tail -n 5)"
}
