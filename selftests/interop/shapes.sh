#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Other addresses, modes and ways than those of the gateways' drawing, each from
# nothing: Debian's strongSwan with our plugin and the helper on gwA, a strongSwan
# that knows RFC 9611 on gwB. Needs 4 CPUs, and the disk $SUITE.
stock=gwA
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/../demo/ipv6.sh"

subtests=(
	"ipv6|IPv6 inside and outside: an SA for each CPU, rekeys keep it"
	"transport|transport mode between the gateways: an SA for each CPU, rekeys keep it"
	"nat|gwA behind a NAT, ESP in UDP: an SA for each CPU, rekeys keep it"
	"mobike|gwA's address changes under traffic: all SAs keep their CPUs"
	"selectors|several selectors: one SA for each CPU serves all of them"
	"xfrm_interface|an XFRM interface: an SA for each CPU, rekeys keep it"
	"outage|the peer is out of reach until DPD gives up, and returns: each CPU gets its SA"
	"ipcomp|IPComp, which is not served: an ordinary SA that carries all CPUs"
)

counted=100

# each_own: from nothing to an SA for each CPU, and one of them and the fallback
# rekeyed from each side.
each_own() {
	fallback_only
	setup_own
	must "one outbound SA for each CPU" same_layout gwA gwB
	own_only
	rekey gwA 1
	rekey gwB -
	own_only
}

# state_has GATEWAY REGEX: in its SAs.
state_has() {
	grep -qE -e "$2" <<<"$(in_ns "$1" ip xfrm state)"
}

# change GATEWAY SCRIPT: of its swanctl.conf, by sed.
change() {
	sed -i "$2" "$gateways_dir/$1/swanctl.conf"
}

ipv6() {
	use_ipv6
	eval "$(declare -f namespaces_up | sed '1s/namespaces_up/namespaces_ipv4/')"
	namespaces_up() {
		namespaces_ipv4
		namespaces_ipv6
	}
	interop_up
	each_own
}

# The hosts are the gateways themselves.
transport() {
	local gateway host

	configure() {
		change "$1" '/local_ts\|remote_ts/d; s/esp_proposals.*/&\nmode = transport/'
	}
	namespaces_up
	for gateway in gwA gwB; do
		host=host${gateway#gw}
		run_cmd ip netns del "$host"
		touch "/run/netns/$host"
		run_cmd mount --bind "/run/netns/$gateway" "/run/netns/$host"
		address[$host]=${outer[$gateway]}
	done
	helper_up gwA
	charons_up
	each_own
	must "transport mode" state_has gwA 'mode transport'
	must "no tunnel mode" not state_has gwA 'mode tunnel'
}

# What gwA sends has the NAT's address, 192.0.2.77, on the wire.
nat() {
	configure() {
		[ "$1" = gwA ] ||
			change "$1" 's/remote_addrs.*/remote_addrs = %any/; /start_action/d'
	}
	namespaces_up
	run_cmd ip netns exec gwA nft -f - <<-END
		table ip nat {
			chain out {
				type nat hook postrouting priority 100;
				ip saddr 192.0.2.1 oifname outer snat to 192.0.2.77
			}
		}
	END
	run_cmd ip -n gwB neigh replace 192.0.2.77 dev outer lladdr "$(mac gwA outer)"
	helper_up gwA
	charons_up
	each_own
	must "ESP in UDP" state_has gwA 'encap type espinudp .*dport 4500'
	must "gwB has the NAT's address: $(outbound gwB)" state_has gwB 'dst 192\.0\.2\.77'
}

# charon up to 6.0 has no room for a large replay window when it gives an SA another
# address: the SA is lost.
mobike() {
	configure() {
		[ "$1" = gwA ] || return 0
		change "$1" 's/local_addrs.*/local_addrs = %any/; s/replay_window.*/replay_window = 1024/'
	}
	interop_up
	fallback_only
	setup_own
	send_start hostA --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	send_start hostB --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	run_cmd in_ns gwA sysctl -qw net.ipv4.conf.all.promote_secondaries=1 \
		net.ipv4.conf.outer.promote_secondaries=1
	run_cmd ip -n gwA addr add 192.0.2.11/24 dev outer
	run_cmd ip -n gwA addr del 192.0.2.1/24 dev outer
	run_cmd ip -n gwA route replace 10.2.0.0/24 via 192.0.2.2
	outer[gwA]=192.0.2.11
	busywait 60000 same_layout gwA gwB || fail "gwA: $(outbound gwA), gwB: $(outbound gwB)"
	must "the SAs were told the address" has_said gwB 'UPD_SA_ADDR'
	run_cmd ip -n gwB route replace 10.1.0.0/24 via 192.0.2.11
	sleep 2
	send_end hostA
	see "hostA: sent $SENT, received $RECEIVED while the address changed"
	send_end hostB
	see "hostB: sent $SENT, received $RECEIVED while the address changed"
	own_only
	rekey gwA 1
	rekey gwB -
	own_only
}

selectors() {
	local cpu before

	configure() {
		change "$1" 's,= 10.1.0.0/24,= 10.1.0.0/25\, 10.1.0.128/25,'
	}
	interop_up
	each_own
	run_cmd ip -n hostA addr add 10.1.0.200/24 dev eth0
	outbound gwA >"$tmp/before-gwA"
	send_start hostA --source 10.1.0.200 --cpus "$all_cpus" --rate "$count_rate" --count "$counted"
	send_wait hostA
	must "nothing is lost" same "$SENT" "$RECEIVED"
	outbound gwA >"$tmp/after-gwA"
	must "no further SA" same "$(wc -l <"$tmp/after-gwA")" 5
	for cpu in $(each_cpu); do
		before=$(packets_of "$cpu" <"$tmp/before-gwA")
		must "CPU $cpu uses its own SA" \
			same "$(packets_of "$cpu" <"$tmp/after-gwA")" $((before + counted))
	done
}

xfrm_interface() {
	configure() {
		[ "$1" = gwB ] || change "$1" 's/esp_proposals.*/&\nif_id_in = 42\nif_id_out = 42/'
	}
	namespaces_up
	run_cmd ip -n gwA link add xfrm0 type xfrm dev outer if_id 42
	run_cmd ip -n gwA link set xfrm0 up
	run_cmd ip -n gwA route replace 10.2.0.0/24 dev xfrm0
	helper_up gwA
	charons_up
	each_own
	# An SA that a rekey replaced may still be there.
	in_ns gwA ip xfrm state >"$tmp/states"
	must "SAs of all CPUs" at_least "$(grep -c 'proto esp' "$tmp/states")" 10
	must "by the interface" same "$(grep -c 'if_id 0x2a' "$tmp/states")" \
		"$(grep -c 'proto esp' "$tmp/states")"
}

# unreachable: nothing that a gateway sends to the other arrives. reachable: it does.
unreachable() {
	run_cmd ip netns exec gwA tc qdisc add dev outer root netem loss 100%
	run_cmd ip netns exec gwB tc qdisc add dev outer root netem loss 100%
}

reachable() {
	run_cmd ip netns exec gwA tc qdisc del dev outer root
	run_cmd ip netns exec gwB tc qdisc del dev outer root
}

outage() {
	configure() {
		change "$1" 's/version = 2/&\ndpd_delay = 2s/; s/esp_proposals.*/&\ndpd_action = trap/'
		sed -i 's/install_routes.*/&\nretransmit_tries = 2\nretransmit_timeout = 1.0/' \
			"$2/strongswan.conf"
	}
	interop_up
	fallback_only
	setup_own
	own_only
	unreachable
	busywait 60000 no_sas || fail "SAs remain: $(outbound gwA; outbound gwB)"
	reachable
	send_start hostA --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	busywait 60000 own_everywhere || fail "gwA: $(outbound gwA), gwB: $(outbound gwB)"
	send_end hostA
	see "hostA: sent $SENT, received $RECEIVED from the peer's return on"
	own_only
}

ipcomp() {
	configure() {
		change "$1" 's/esp_proposals.*/&\nipcomp = yes/'
	}
	modprobe ipcomp 2>/dev/null || :
	interop_up
	run_cmd swan gwA --initiate --child net
	must "no notify" same "$(logged gwA 'generating IKE_AUTH request.*16444')" 0
	must "IPComp" state_has gwA 'proto comp'
	send_start hostA --cpus "$all_cpus" --rate "$count_rate" --count "$counted"
	send_wait hostA
	must "nothing is lost" same "$SENT" "$RECEIVED"
	must "one SA" same "$(in_ns gwA ip xfrm state | grep -c 'proto esp')" 2
}

# Each begins with nothing.
eval "$(declare -f cleanup | sed '1s/cleanup/lib_cleanup/')"
cleanup() {
	interop_down
	lib_cleanup
}

run_subtests
