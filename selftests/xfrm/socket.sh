#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Policies of sockets (IP_XFRM_POLICY). Needs 4 CPUs.
. "$(dirname "$0")/lib.sh"

subtests=(
	"own_4|own SAs and the fallback for a socket's policy, IPv4"
	"own_6|own SAs and the fallback for a socket's policy, IPv6"
	"asks|its CPU_ACQUIRE: each CPU asks for itself"
	"asks_alone|the same where nothing else concerns CPUs"
	"asks_no_sa|no SA: one ACQUIRE without CPU"
	"bypass|a socket that bypasses is left alone"
	"before_spd|a socket's policy comes before the SPD's"
)

# socket_policies FAMILY [WORD]...: for the sockets of xsend; the SPD of $A has
# none.
socket_policies() {
	addresses "$1" transport
	shift
	link_up
	x "$B" newpolicy pdir=in sel="$SEL" tmpl="$TMPL"
	SOCKET_POLICY="pdir=out sel=$SEL tmpl=$TMPL $*"
}

# pass_socket CPUS COUNT [OPTION]...
pass_socket() {
	pass "$1" "$2" --policy "$SOCKET_POLICY" "${@:3}"
}

# own FAMILY
own() {
	socket_policies "$1"
	add_pairs 0x1001=0 0x1002=1 0x1000=-
	pass_socket 0-3 5
	carried 0x1001 5 0x1002 5 0x1000 10
	pass_socket 0-3 5 --mode connected
	carried 0x1001 10 0x1002 10 0x1000 20
}

own_4() {
	own 4
}

own_6() {
	own 6
}

asks() {
	socket_policies 4 pflags=4
	add_pairs 0x1000=- 0x1001=1
	listen acquire
	pass_socket 1 5
	pass_socket 2 1
	asked 2
	add_pairs 0x1002=2
	pass_socket 2 5
	asked 2
	carried 0x1000 1 0x1001 5 0x1002 5
}

# fresh: the module has just been loaded, and hooks no look-up. It does as long as
# the namespaces of the test before have not quite gone.
fresh() {
	native || [ -n "${WITHOUT_MODULE-}" ] || busywait 20000 loaded_unarmed ||
		fail "armed: $(in_ns "$A" xfrm-pcpu info)"
}

loaded_unarmed() {
	module_unload
	module_load
	in_ns "$A" xfrm-pcpu info | grep -q ': not armed$'
}

asks_alone() {
	socket_policies 4 pflags=4
	add_pairs 0x1000=-
	fresh
	listen acquire
	pass_socket 2 1
	asked 2
	carried 0x1000 1
}

asks_no_sa() {
	local cpu

	socket_policies 4 pflags=4
	fresh
	listen acquire
	for cpu in 0 2; do
		try_send "$cpu" 2 --policy "$SOCKET_POLICY"
	done
	asked -
}

bypass() {
	socket_policies 4
	x "$A" newpolicy pdir=out sel="$SEL" tmpl="$TMPL"
	x "$B" updpolicy pdir=in sel="$SEL" tmpl="$TMPL/use"
	SOCKET_POLICY="pdir=out sel=0.0.0.0/0,0.0.0.0/0"
	add_pairs 0x1001=1 0x1000=-
	pass_socket 0,1 5
	carried 0x1001 0 0x1000 0
}

# The socket's SAs have reqid 1, the SPD's reqid 2.
before_spd() {
	socket_policies 4
	x "$A" newpolicy pdir=out sel="$SEL" tmpl="${TMPL%/1}/2"
	x "$B" updpolicy pdir=in sel="$SEL" tmpl="${TMPL%/1}/0"
	add_pairs 0x1001=1 0x1000=-
	SA="${SA/reqid=1/reqid=2}" add_pairs 0x2001=1 0x2000=-
	pass_socket 1,2 5
	carried 0x1001 5 0x1000 5 0x2001 0 0x2000 0
	pass 1,2 5
	carried 0x1001 5 0x1000 5 0x2001 5 0x2000 5
}

run_subtests
