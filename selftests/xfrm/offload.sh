#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SAs that a device is to do: where no device can, stock's answers, and an SA
# like others; netdevsim, where the kernel has it, can. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"device|the kernel has netdevsim, or it is one of Debian's"
	"cannot|a device that cannot: the SA is done in software, on its CPU"
	"bad_flags|flags that do not exist"
)

# Debian's kernels have it off; the debug kernels, which it is on for, are not
# Debian's by name.
if modprobe -q netdevsim; then
	subtests+=(
		"own|a device that can: each CPU's SA, offloaded or not"
		"deleted|what is deleted leaves the device"
		"changed|UPDSA changes the CPU of an offloaded SA"
	)
fi

device() {
	if modprobe -q netdevsim; then
		ls /sys/bus/netdevsim/new_device
	else
		[[ "$(uname -r)" =~ -[0-9]+(-cloud|-rt)?-(amd64|arm64)$|\+deb[0-9]+-(amd64|arm64)$ ]] ||
			fail "no netdevsim in $(uname -r)"
	fi
}

cannot() {
	topology 4 tunnel
	add_sa_pair 0x1000 - offload=veth0
	add_sa_pair 0x1001 0 offload=veth0
	add_sa_pair 0x1002 1
	not grep OFFLOAD_DEV <<<"$(dump "$A")"
	expect_cpu "$A" 0x1001 0
	receive
	send 0-2 10
	delivered
	expect_packets 0x1000 10
	expect_packets 0x1001 10
	expect_packets 0x1002 10
}

bad_flags() {
	local answer

	topology 4 tunnel
	answer=$(in_ns "$A" xreq newsa $SA spi=0x1001 pcpu=0 dir=out offload=veth0/0x80) &&
		fail "accepted"
	[[ "$answer" == "newsa errno=EINVAL "* ]] || fail "$answer"
	[ -z "$(dump "$A")" ]
	native || [ -z "$(in_ns "$A" xfrm-pcpu status)" ]
}

# simulated: a device in $A that takes SAs, and loses what it sends; the route to
# the peer goes through it.
simulated() {
	local others

	addresses 4 tunnel
	setup_ns A
	others=$(device_names)
	in_ns "$A" sh -c 'echo "7 1" >/sys/bus/netdevsim/new_device'
	trap 'echo 7 >/sys/bus/netdevsim/del_device; cleanup' EXIT
	busywait 5000 eval '[ "$(device_names)" != "$others" ]'
	DEV=$(device_names | tail -n 1)
	run_cmd ip -n "$A" -b - <<-END
		link set $DEV up
		addr add 10.0.0.1/24 dev $DEV
		addr add 10.1.0.1/32 dev lo
		neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev $DEV
		route add 10.2.0.0/16 via 10.0.0.2 src 10.1.0.1
	END
	x "$A" newpolicy pdir=out sel="$SEL" tmpl="$TMPL"
	SA="$SA cipher=gcm"
}

# device_names: in the order in which they came. A /sys that another namespace
# mounted does not have them.
device_names() {
	ip -n "$A" -o link | awk -F ': ' '{ sub(/@.*/, "", $2); print $2 }'
}

# offloaded: how many SAs the device has.
offloaded() {
	sed -n 's/^SA count=\([0-9]*\).*/\1/p' /sys/kernel/debug/netdevsim/netdevsim7/ports/0/ipsec
}

own() {
	simulated
	add_sa 0x1000 - offload=$DEV
	add_sa 0x1001 0 offload=$DEV
	add_sa 0x1002 1
	[ "$(offloaded)" = 2 ]
	show "$A" 0x1001 | grep -q 'OFFLOAD_DEV.*SA_PCPU=0'
	send 0-2 10
	expect_packets 0x1000 10
	expect_packets 0x1001 10
	expect_packets 0x1002 10
}

deleted() {
	simulated
	add_sa 0x1000 - offload=$DEV
	add_sa 0x1001 0 offload=$DEV
	delete_sa 0x1001
	busywait 5000 eval '[ "$(offloaded)" = 1 ]'
	send 0 10
	expect_packets 0x1000 10
	x "$A" flushsa proto=esp
	busywait 5000 eval '[ "$(offloaded)" = 0 ]'
	native || [ -z "$(in_ns "$A" xfrm-pcpu status)" ]
}

changed() {
	differs 5
	simulated
	add_sa 0x1000 - offload=$DEV
	add_sa 0x1001 0 offload=$DEV
	x "$A" updsa $SA spi=0x1001 dir=out pcpu=1
	[ "$(offloaded)" = 2 ]
	send 1 10
	expect_packets 0x1001 10
	expect_packets 0x1000 0
}

run_subtests
