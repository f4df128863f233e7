# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The gateways of demo/gateways.sh, with libreswan on gwA. Its peer on gwB is a
# strongSwan that does not use RFC 9611, or a second libreswan. A libreswan runs in
# its own root, the image that libreswan/root made: disk $SUITE of this guest.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../lib/root.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../demo/gateways.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../demo/ipv6.sh"

reqid=77
PEER=strongswan # or libreswan
GW=gwA          # whose libreswan is meant

# ------------------------------------------------------------------- libreswan

# swan_root: of the libreswan of $GW.
swan_root() {
	echo "/libreswan/$GW/root"
}

pluto_log() {
	echo "$gateways_dir/$GW/log"
}

swan_root_up() {
	local root

	root=$(swan_root)
	suite_root_up "${root%/root}"
	mkdir "$root/run/pluto"
	run_cmd chroot "$root" ipsec initnss
}

# pluto_config: connections alike but for their names. What makes them work side by
# side: reqid= is the same for all, overlapip=yes lets them have the same policy,
# which lone-0 and lone-1 do without. The script is gwA's.
pluto_config() {
	local root other=${peer[$GW]}

	root=$(swan_root)
	cat >"$root/etc/ipsec.conf" <<-END
		config setup
		 logfile=$(pluto_log)
		 uniqueids=no
		conn %default
		 ikev2=insist
		 left=${outer[$GW]}
		 leftid=@$GW
		 leftsubnet=${inner_net[$GW]}
		 right=${outer[$other]}
		 rightid=@$other
		 rightsubnet=${inner_net[$other]}
		 authby=secret
		 ike=aes_gcm128-sha2_256-dh31
		 esp=aes_gcm128
		 replay-window=4096
		 reqid=$reqid
		 overlapip=yes
	END
	[ "$GW" != gwA ] || echo " leftupdown=/selftests/libreswan/updown" >>"$root/etc/ipsec.conf"
	printf 'conn net-%s\n auto=ignore\n' 0 1 2 3 4 >>"$root/etc/ipsec.conf"
	printf 'conn lone-%s\n auto=ignore\n overlapip=no\n' 0 1 >>"$root/etc/ipsec.conf"
	echo '@gwA @gwB : PSK "per-cpu"' >"$root/etc/ipsec.secrets"
}

# pluto COMMAND...: of the programs of $GW's libreswan.
pluto() {
	PATH=/selftests:$PATH in_ns "$GW" chroot "$(swan_root)" "$@"
}

# pluto_start: not a child of this shell, as in daemon_start.
pluto_start() {
	local dir=$gateways_dir/$GW

	mkdir -p "$dir"
	pluto_config
	(
		PATH=/selftests:$PATH xns exec "$GW" chroot "$(swan_root)" \
			/usr/libexec/ipsec/pluto --nofork --config /etc/ipsec.conf \
			>"$dir/output" 2>&1 &
		echo $! >"$dir/pid"
	)
	busywait 30000 pluto ipsec whack --status ||
		fail "pluto of $GW did not start: $(cat "$dir/output" "$(pluto_log)")"
}

# said: the last that pluto said, without what it says to itself.
said() {
	grep -v '[0-9: ]*|' "$(pluto_log)" | tail -n 30
}

pluto_version() {
	pluto ipsec --version | grep -oE '[0-9]+\.[0-9]+' | head -n 1
}

# connection add|up|down|delete NAME...
connection() {
	local command=$1 name
	shift

	for name; do
		run_cmd pluto timeout "$((30 * slow))" ipsec auto --"$command" "$name" ||
			fail "$name $command: $(said) $(tail -n 5 "$gateways_dir/$GW/output")"
	done
}

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

# rekey_ours CONNECTION...: 5.2 calls it rekey-child, 4.10 rekey-ipsec.
rekey_ours() {
	local name how=child

	[ "$(pluto_version)" != 4.10 ] || how=ipsec
	for name; do
		run_cmd pluto ipsec whack --rekey-"$how" --name "$name"
	done
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
