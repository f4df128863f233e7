#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# 10,000 SAs: the kernel's tables and the module's grow and shrink, and each CPU
# finds its own SA before, meanwhile and afterwards. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"groups|2,000 groups of 5 come, go, and are flushed"
	"one_group|1,000 SAs in the group that packets look for"
)

# Everything of reqid 1 is what the traffic uses; the others are beside it.
setup() {
	local cpu

	topology 4 tunnel
	add_sa_pair 0x1000 -
	for cpu in 0 1 2; do
		add_sa_pair 0x100$((cpu + 1)) $cpu
	done
}

# requests VERB FIRST COUNT GROUPS: for xreq, five SAs of a group in turn: a
# fallback and one for each CPU. The first group is $reqid.
requests() {
	awk -v verb="$1" -v first="$2" -v count="$3" -v groups="$4" -v reqid="${reqid-2}" \
		-v src="$OUT_SRC" -v dst="$OUT_DST" 'BEGIN {
		for (i = 0; i < count; i++) {
			cpu = i % 5 - 1
			printf "%s src=%s dst=%s mode=tunnel spi=%d", verb, src, dst, first + i
			if (verb == "newsa")
				printf " reqid=%d%s", reqid + int(i / 5) % groups, \
					cpu < 0 ? "" : " pcpu=" cpu
			print ""
		}
	}'
}

# many VERB FIRST COUNT [GROUPS]: all succeed.
many() {
	requests "$1" "$2" "$3" "${4-1}" | in_ns "$A" xreq - >"$tmp/many"
	[ "$(grep -c ' errno=0 ' "$tmp/many")" = "$3" ] ||
		fail "$(grep -v ' errno=0 ' "$tmp/many" | head -n 3)"
}

# stat NAME: a counter of the module.
stat() {
	in_ns "$A" awk -v name="XfrmPcpu$1" '$1 == name { print $2 }' /proc/net/xfrm_pcpu_stat
}

# in_table SAS [GROUPS]
in_table() {
	native && return
	[ "$(stat Sas)" = "$1" ] || fail "$(stat Sas) SAs in the table"
	[ "$(stat Groups)" = "${2-$(stat Groups)}" ] || fail "$(stat Groups) groups in the table"
}

# in_sad COUNT: what a dump shows, and of how many CPUs.
in_sad() {
	dump "$A" >"$tmp/dump"
	[ "$(wc -l <"$tmp/dump")" = "$1" ] || fail "$(wc -l <"$tmp/dump") SAs in the dump"
	[ "$(sort -u "$tmp/dump" | wc -l)" = "$1" ] || fail "twice in the dump"
}

# own COUNT: that many packets of each CPU, on its own SA, since the last time.
own() {
	local spi before=()

	for spi in 0x1000 0x1001 0x1002 0x1003; do
		before+=("$(packets $spi)")
	done
	receive
	send 0-3 "$1"
	delivered
	for spi in 0x1000 0x1001 0x1002 0x1003; do
		expect_packets $spi $((before[0] + $1))
		before=("${before[@]:1}")
	done
}

# meanwhile COMMAND...: with traffic of all CPUs from before until after it, of
# which nothing is lost and which leaves on the CPU's SA only.
meanwhile() {
	local spi cpu=0 sent

	receive
	for spi in 0x1001 0x1002 0x1003 0x1000; do
		packets $spi >"$tmp/before-$spi"
	done
	traffic 0-3 --rate 100
	sleep 0.5
	"$@"
	stop_traffic
	delivered
	for spi in 0x1001 0x1002 0x1003 0x1000; do
		sent=$(sed -n "s/^cpu=$cpu sent=\([0-9]*\).*/\1/p" "$tmp/sent")
		[ "$sent" -gt 0 ]
		expect_packets $spi $(($(cat "$tmp/before-$spi") + sent))
		cpu=$((cpu + 1))
	done
}

# objects: of the module's SA entries and whatever shares their cache. What lies in
# a CPU's list of partly used slabs counts as used until the cache is shrunk.
objects() {
	echo 1 >/sys/kernel/slab/xpcpu_sa/shrink
	sed 's/ .*//' /sys/kernel/slab/xpcpu_sa/objects
}

few_objects() {
	[ "$(objects)" -lt $(($(cat "$tmp/objects") + 1000)) ]
}

# countable: lockdep says of 5.10 that who shrinks a cache by its file and who
# destroys one may wait for each other. It is the kernel's, and no test of the module.
countable() {
	! native && [ ! -e /proc/lockdep ]
}

# A cache that still has objects when the module goes is a complaint on the
# console.
nothing_left() {
	[ -z "$(dump "$A")" ] || fail "$(dump "$A" | head -n 3)"
	native && return
	in_table 0 0
	[ -z "$(in_ns "$A" xfrm-pcpu status)" ]
	! countable || busywait 20000 few_objects ||
		fail "$(cat "$tmp/objects") objects before, now $(objects)"
	module_unload
	module_load
}

groups() {
	local cpu

	setup
	! countable || objects >"$tmp/objects"
	own 5
	meanwhile many newsa 65536 10000 2000
	in_sad 10004
	[ "$(grep -c 'SA_PCPU=3' "$tmp/dump")" = 2000 ]
	in_table 10004 2001
	! countable || not few_objects
	own 5
	meanwhile many delsa 65536 5000
	in_sad 5004
	in_table 5004 1001
	own 5
	x "$A" flushsa proto=esp
	nothing_left
	add_sa 0x1000 -
	for cpu in 0 1 2; do
		add_sa 0x100$((cpu + 1)) $cpu
	done
	own 5
}

# by_cpu: packets sent by the SAs of each CPU, the fallbacks' last.
by_cpu() {
	dump "$A" | awk '
		{ cpu = match($0, /SA_PCPU=[0-9]+/) ? substr($0, RSTART + 8, RLENGTH - 8) : 4
		  match($0, /packets=[0-9]+/)
		  sent[cpu] += substr($0, RSTART + 8, RLENGTH - 8) }
		END { print sent[0] + 0, sent[1] + 0, sent[2] + 0, sent[3] + 0, sent[4] + 0 }'
}

# Here only the sender knows them.
one_group() {
	setup
	reqid=1 many newsa 65536 1000
	in_table 1004 1
	send 0-3 10
	[ "$(by_cpu)" = "10 10 10 10 0" ] || fail "sent: $(by_cpu)"
	many delsa 65536 1000
	in_table 4 1
	own 5
}

run_subtests
