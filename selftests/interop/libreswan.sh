#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A peer that does not know RFC 9611: libreswan. Ours is Debian's strongSwan with the
# plugin and the helper. Needs 4 CPUs, and the disks $SUITE and libreswan.
stock=gwA GW=gwB LIBRESWAN=libreswan
. "$(dirname "$0")/ordinary.sh"
. "$(dirname "$0")/../libreswan/pluto.sh"

subtests+=(
	"rekeyed|each side rekeys it: still one, and no other is asked for"
)

eval "$(declare -f daemon_start | sed '1s/daemon_start/swan_start/')"
daemon_start() {
	if [ "$1" = "$GW" ]; then
		swan_root_up
		pluto_start
		echo "# $GW: libreswan $(pluto_version)"
	else
		swan_start "$1"
	fi
}

# libreswan wants perfect forward secrecy.
configure() {
	sed -i '/esp_proposals/s/$/-x25519/' "$2/swanctl.conf"
}

eval "$(declare -f connection_load | sed '1s/connection_load/swan_load/')"
connection_load() {
	if [ "$1" = "$GW" ]; then
		connection add net-0
	else
		swan_load "$1"
	fi
}

peer_begins() {
	connection up net-0
}

rekeyed() {
	local spi

	spi=$(outbound gwA | cut -d' ' -f2)
	run_cmd swan gwA --rekey --child net
	busywait 20000 gone "$spi" gwA || fail "not rekeyed: $(outbound gwA)"
	ordinary
	spi=$(outbound gwA | cut -d' ' -f2)
	rekey_ours net-0
	busywait 20000 gone "$spi" gwA || fail "not rekeyed: $(outbound gwA)"
	ordinary
	must "we spoke of it once" same "$(logged gwA 'generating .*16444')" 1
}

trap interop_down EXIT
run_subtests
