#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# strongSwan's per_cpu_sas = encap: ESP in UDP, with a source port of its own for each
# CPU's SA, so that a NIC which cannot read SPIs spreads them by ports. The sub-tests
# build upon each other. Needs 4 CPUs.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/gateways.sh"
. "$(dirname "$0")/phases.sh"

subtests=(
	"first|the first packet makes the fallback SA, in UDP"
	"own|each CPU gets its SA, with a source port of its own, and uses only that"
	"rekeyed|a rekeyed SA has a port, too, and keeps its CPU"
)

counted=100

# ports GATEWAY: of its outbound SAs, a line each: CPU SPORT DPORT	CPU "-": the fallback
ports() {
	{
		outbound "$1" | sed 's/^/sa /'
		in_ns "$1" ip xfrm state list src "${outer[$1]}"
	} | awk '
		$1 == "sa" { cpu["0x" $3] = $2 }
		$1 == "proto" { spi = $4 }
		$1 == "encap" && spi in cpu { print cpu[spi], $5, $7 }' | sort
}

# each_its_port GATEWAY: a random one for each CPU's SA and the fallback, all to 4500.
each_its_port() {
	local lines

	lines=$(ports "$1")
	echo "# $1: CPU, source port, port: ${lines//$'\n'/, }"
	[ "$(grep -cv ' 4500 4500$' <<<"$lines")" = 5 ] || fail "$1: SAs: $lines"
	[ "$(grep -c '^[0-3-] [0-9]* 4500$' <<<"$lines")" = 5 ] || fail "$1: SAs: $lines"
	[ "$(cut -d' ' -f2 <<<"$lines" | sort -u | wc -l)" = 5 ] || fail "$1: not different: $lines"
}

# daemon_config GATEWAY: the value of this test; without a NAT in between UDP has to be
# asked for.
eval "plain_$(declare -f daemon_config)"
daemon_config() {
	plain_daemon_config "$1"
	sed -i 's/per_cpu_sas = yes/per_cpu_sas = encap/; s/^\(\s*\)version = 2/&\n\1encap = yes/' \
		"$gateways_dir/$1/swanctl.conf"
}

first() {
	gateways_up
	phase_first
}

own() {
	phase_own
	each_its_port gwA
	each_its_port gwB
}

rekeyed() {
	traffic_both
	rekey gwA 1
	rekey gwB 2
	traffic_ends
	each_its_port gwA
	each_its_port gwB
	# On these kernels each packet from a port that an SA does not name is reported.
	grep -c 'XFRM_MSG_MAPPING' "$gateways_dir/gwB/log" | sed 's/^/# gwB: changed mappings heard: /'
}

trap gateways_down EXIT
run_subtests
