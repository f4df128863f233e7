# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Between two machines (pair): the wire, which is the only network device, and the
# port, by which one tells the other what to do.

# far_port: its device.
far_port() {
	local port

	for port in /sys/class/virtio-ports/*; do
		[ "$(cat "$port/name")" != far ] || echo "/dev/${port##*/}"
	done
}

# wire: the device's name, once it is there: the end of a namespace gives it back.
wire() {
	local device

	for device in /sys/class/net/*/device/driver; do
		[ "$(basename "$(readlink -f "$device")")" != virtio_net ] ||
			basename "${device%/device/driver}"
	done | grep .
}

# wire_up GATEWAY ADDRESS: it is the gateway's outer device. It keeps what it cannot
# send yet.
wire_up() {
	modprobe virtio_net
	busywait 10000 wire || fail "there is no wire"
	run_cmd ip link set dev "$(wire)" netns "$1" name outer
	run_cmd ip -n "$1" addr add "$2" dev outer
	run_cmd ip -n "$1" link set outer up
	run_cmd ip netns exec "$1" tc qdisc replace dev outer root pfifo limit 100000
}
