#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A container: root of a user namespace with a network namespace of its own, whom the
# host does not know as root. It reaches nothing of others, and what it takes has an
# end. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"others|SAs, events and settings of other namespaces are out of reach"
	"expectations|1,024 expectations, then ENOSPC; another namespace has its own"
	"memory|SAs with a CPU count as the container's memory, and go with it"
	"acquires|a container's acquires take no more than container_acquires_kb"
)

cgroup=/sys/fs/cgroup/xcontainer

# container COMMAND...: nobody, and in there root. Where the tests are such a user may
# not go.
container() {
	[ -d "$tmp/bin" ] || {
		chmod 755 "$tmp"
		mkdir "$tmp/bin"
		cp "$stage_dir"/{xreq,xhostile,xfrm-pcpu} "$tmp/bin"
	}
	(cd / && PATH=$tmp/bin:$PATH exec setpriv --reuid 65534 --regid 65534 --clear-groups \
		unshare -Urn "$@")
}

setup() {
	skip_native "the module's interface"
	topology 4 tunnel
	add_sa 0x1000 -
	add_sa 0x1001 1
}

# stays: the host's SAs are what they were.
stays() {
	expect_cpu "$A" 0x1000 none
	expect_cpu "$A" 0x1001 1
}

others() {
	local word file

	setup
	for word in "bind 10.0.0.2 0x1000 1" "move 10.0.0.2 0x1001 2" "unbind 10.0.0.2 0x1001"; do
		not container xfrm-pcpu $word >"$tmp/out" 2>&1
		grep -qi "no such" "$tmp/out" || fail "$word: $(<"$tmp/out")"
	done
	# In a namespace of its own, for SAs of its own.
	container xfrm-pcpu expect 10.0.0.2 0x1002 3
	add_sa 0x1002 -
	expect_cpu "$A" 0x1002 none
	container timeout 3 xfrm-pcpu monitor >"$tmp/heard" 2>&1 &
	sleep 1
	in_ns "$A" xfrm-pcpu move "$OUT_DST" 0x1001 2
	in_ns "$A" xfrm-pcpu move "$OUT_DST" 0x1001 1
	wait $! || :
	not grep -q 0x00001001 "$tmp/heard"
	stays
	# The settings of all.
	not container sh -c 'echo 17 >/proc/sys/net/xfrm_pcpu/steer_queue_len' 2>"$tmp/err"
	for file in /sys/module/xfrm_pcpu/parameters/*; do
		not container sh -c "cat $file >$file" 2>"$tmp/err"
	done
	[ "$(cat /proc/sys/net/xfrm_pcpu/steer_queue_len)" != 17 ]
}

expectations() {
	setup
	container xhostile expect 3000 >"$tmp/made"
	grep -qx 'made=1024 errno=28 extack="too many SAs are expected in this network namespace"' \
		"$tmp/made" || fail "$(<"$tmp/made")"
	in_ns "$A" xfrm-pcpu expect "$OUT_DST" 0x1003 3
	add_sa 0x1003 -
	expect_cpu "$A" 0x1003 3
}

# counted COMMAND...: a container whose memory is counted.
counted() {
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control
	mkdir -p "$cgroup"
	(
		echo "$BASHPID" >"$cgroup/cgroup.procs"
		container "$@"
	)
}

# An SA's entry alone has 96 bytes; the kernel's own part of an SA is not counted. What
# comes of a limit is the kernel's doing.
memory() {
	local sas=5000 current=$cgroup/memory.current before after

	setup
	counted sh -c "cat $current; xhostile newsa $sas $SA dir=out pcpu=1; cat $current" >"$tmp/made"
	grep -q "^made=$sas errno=0 " "$tmp/made" || fail "$(<"$tmp/made")"
	{ read -r before && read -r _ && read -r after; } <"$tmp/made"
	echo "# $sas SAs: $((after - before)) bytes"
	[ $((after - before)) -gt $((sas * 96)) ]
	busywait 30000 less_than $((before + sas * 96 / 2)) || fail "still $(<"$current") bytes"
	busywait 20000 rmdir "$cgroup"
	stays
}

# cat_asking: a host whose groups all want an SA of each CPU, in the container's namespace.
cat_asking() {
	cat <<-'END'
		set -e
		asked() {
			awk '/AcquireSent|AcquireNoListener/ { n += $2 } END { print n }' \
				/proc/net/xfrm_pcpu_stat
		}
		refused() {
			awk '/AcquireNoMemory/ { print $2 }' /proc/net/xfrm_pcpu_stat
		}
		# group NUMBER: each CPU sends a packet.
		group() {
			xreq newpolicy pdir=out sel=10.1.0.1,10.2.0.$1,udp \
				tmpl=10.0.0.1/10.0.0.2/esp/tunnel/$1 pflags=4
			xreq newsa src=10.0.0.1 dst=10.0.0.2 mode=tunnel reqid=$1 spi=0x100$1
			xsend --dst 10.2.0.$1 --cpus 0-3 --count 1 --rate 200
		}
		ip link add veth0 type veth peer veth1
		ip link set veth0 up
		ip link set veth1 up
		ip addr add 10.0.0.1/24 dev veth0
		ip addr add 10.1.0.1/32 dev veth0
		ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev veth0
		ip route add 10.2.0.0/16 via 10.0.0.2 src 10.1.0.1
		for number in 1 2 3 4 5 6; do
			group $number >&2
		done
		echo "asked=$(asked) refused=$(refused)"
		xreq flushsa >&2
		for number in 7 8; do
			group $number >&2
		done
		echo "asked=$(asked) refused=$(refused)"
	END
}

# A record has 64 bytes, and each group a list of all CPUs.
acquires() {
	local parameter=/sys/module/xfrm_pcpu/parameters/container_acquires_kb default first second

	setup
	default=$(<"$parameter")
	echo 1 >"$parameter"
	cat_asking >"$tmp/asking"
	container sh "$tmp/asking" >"$tmp/made" 2>"$tmp/err" || fail "$(<"$tmp/err")"
	{ read -r first && read -r second; } <"$tmp/made"
	echo "# 6 groups of 4 CPUs: $first; 2 more, these gone: $second"
	# As many as there is room for, and all of the two that came into empty room.
	[[ "$first" =~ ^asked=([0-9]+)\ refused=([0-9]+)$ ]]
	[ "${BASH_REMATCH[1]}" -gt 4 ]
	[ "${BASH_REMATCH[1]}" -le 16 ]
	[ $((BASH_REMATCH[1] + BASH_REMATCH[2])) = 24 ]
	[ "$second" = "asked=$((BASH_REMATCH[1] + 8)) refused=${BASH_REMATCH[2]}" ]
	# Every packet went out by the fallback.
	[ "$(grep -c ' sent=1$' "$tmp/err")" = 32 ] || fail "$(<"$tmp/err")"
	# The host's are not limited.
	setup_ns C
	in_ns "$C" sh "$tmp/asking" >"$tmp/made" 2>"$tmp/err" || fail "$(<"$tmp/err")"
	echo "$default" >"$parameter"
	grep -qx 'asked=24 refused=0' "$tmp/made" || fail "$(<"$tmp/made")"
}

less_than() {
	[ "$(<"$cgroup/memory.current")" -lt "$1" ]
}

run_subtests
