# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The gateways of demo/gateways.sh, with libreswan on gwA. Its peer on gwB is a
# strongSwan that does not use RFC 9611, or a second libreswan (pluto.sh).
. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../lib/root.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../demo/gateways.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../demo/ipv6.sh"
. "$(dirname "${BASH_SOURCE[0]}")/pluto.sh"

PEER=strongswan # or libreswan
GW=gwA          # whose libreswan is meant

# --------------------------------------------------------------------- the peer

# peer_start: its child must not have an SA per CPU of its own (unless PER_CPU is
# set), nor start any, and libreswan wants perfect forward secrecy. With SEPARATE
# each Child SA gets an IKE SA.
peer_start() {
	eval "$(declare -f daemon_config | sed '1s/daemon_config/gateway_config/')"
	daemon_config() {
		local conf=$gateways_dir/$1/swanctl.conf

		gateway_config "$1"
		sed -i '/start_action/d; /esp_proposals/s/$/-x25519/' "$conf"
		[ -n "${PER_CPU-}" ] || sed -i /per_cpu_sas/d "$conf"
		[ -z "${SEPARATE-}" ] || {
			sed -i '/version = 2/s/$/\nunique = never/' "$conf"
			sed -i '/install_routes/s/$/\nreuse_ikesa = no/' "$gateways_dir/$1/strongswan.conf"
		}
	}
	daemon_start gwB
	connection_load gwB
}

# peer_up COUNT: the peer starts that many.
peer_up() {
	local i

	for ((i = 0; i < $1; i++)); do
		run_cmd swan gwB --initiate --child net --timeout "$((30 * slow))"
	done
}

# ---------------------------------------------------------------------- anew

# anew [CONNECTION]...: all daemons start with nothing; each libreswan has these.
anew() {
	local GW

	if [ ! -e /run/netns/gwA ]; then
		namespaces_up
		neighbours hostA eth0 10.1.0.1 gwA inner 10.1.0.254
		neighbours gwA outer 192.0.2.1 gwB outer 192.0.2.2
		neighbours gwB inner 10.2.0.254 hostB eth0 10.2.0.1
	fi
	[[ "${outer[gwA]}" != *:* ]] || namespaces_ipv6
	for GW in gwA gwB; do
		daemon_stop "$GW"
		run_cmd ip -n "$GW" xfrm state flush
		run_cmd ip -n "$GW" xfrm policy flush
	done
	for GW in gwA gwB; do
		if [ "$GW.$PEER" = gwB.strongswan ]; then
			peer_start
			continue
		fi
		mountpoint -q "$(swan_root)" || swan_root_up
		pluto_start
		connection add "$@"
	done
}

# ------------------------------------------------------------------------- SAs

# sas in|out: gwA's SAs in that direction, a line each, oldest first:
#	CPU SPI PACKETS			CPU "-": a fallback
sas() {
	local end=src

	[ "$1" = out ] || end=dst
	in_ns gwA xreq dumpsa | awk -v end="$end=${outer[gwA]}" '
		$1 == "NEWSA" && index($0 " ", end " ") {
			cpu = "-"
			for (i = 2; i <= NF; i++) {
				split($i, pair, "=")
				of[pair[1]] = pair[2]
			}
			if (match($0, /SA_PCPU=[0-9]+/))
				cpu = substr($0, RSTART + 8, RLENGTH - 8)
			if (of["spi"] !~ /^0x0+$/)
				print cpu, of["spi"], of["packets"]
		}' | tac
}

# cpus in|out: "- 0 1 2", sorted.
cpus() {
	sas "$1" | cut -d ' ' -f 1 | sort | paste -sd' '
}

# have_cpus LIST: in both directions, each once.
have_cpus() {
	[ "$(cpus out)" = "$1" ] && [ "$(cpus in)" = "$1" ]
}

want_cpus() {
	busywait 20000 have_cpus "$1" ||
		fail "wanted $1, outbound: $(cpus out), inbound: $(cpus in)"
}

# spis: of the outbound SAs, sorted.
spis() {
	sas out | cut -d ' ' -f 2 | sort
}

# policies out|in|fwd: how many gwA has between the two networks.
policies() {
	in_ns gwA ip xfrm policy list dir "$1" | grep -cE '^src (10\.|fd0)' || :
}

# watching: until the sub-test ends, SAs that come get CPUs.
watching() {
	start watcher gwA sh -c 'echo READY; exec xfrm-pcpu attach "$0" 0-3 --watch' "$reqid"
}

# rekey us|peer: every Child SA, until none of before is left.
rekey() {
	spis >"$tmp/before"
	if [ "$1" = us ]; then
		rekey_ours "${alikes[@]}"
	elif [ "$PEER" = strongswan ]; then
		run_cmd swan gwB --rekey --child net
	else
		GW=gwB rekey_ours "${alikes[@]}"
	fi
	busywait 60000 renewed || fail "before: $(cat "$tmp/before"), now: $(facts; said)"
}

renewed() {
	[ "$(spis | wc -l)" = 5 ] && [ -z "$(spis | comm -12 - "$tmp/before")" ]
}

# carried COUNT: so many packets from each CPU, all received.
carried() {
	losses hostA gwA gwB hostB >"$tmp/losses"
	send_start hostA --cpus 0-3 --count "$1" --rate 100
	send_wait hostA
	[ "$SENT" = "$RECEIVED" ] || fail "sent $SENT, received $RECEIVED: $(
		cat "$tmp/recv-hostB"
		losses hostA gwA gwB hostB | diff "$tmp/losses" - || :
		facts
		said)"
}

packets_of_cpu() {
	sas out | awk -v cpu="$1" '$1 == cpu { print $3 }'
}

# each_own COUNT: so many packets from each CPU, each by its own SA.
each_own() {
	local cpu before=()

	for cpu in 0 1 2 3; do
		before+=("$(packets_of_cpu "$cpu")")
	done
	carried "$1"
	for cpu in 0 1 2 3; do
		[ "$(packets_of_cpu "$cpu")" = "$((before[cpu] + $1))" ] ||
			fail "CPU $cpu had ${before[cpu]}, wanted $1 more: $(sas out)"
	done
}

# facts: what there is, as comments.
facts() {
	echo "# outbound: $(sas out | paste -sd,)"
	echo "# inbound:  $(sas in | paste -sd,)"
	in_ns gwA ip xfrm policy | grep -A 1 '^src [12f]' | grep -v '^--' | paste - - | sed 's/^/# /'
}
