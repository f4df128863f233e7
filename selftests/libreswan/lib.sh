# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The gateways of demo/gateways.sh, with libreswan on gwA and a strongSwan that
# does not use RFC 9611 on gwB. libreswan runs in its own root, the image that
# libreswan/root made: disk $SUITE of this guest.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../demo/gateways.sh"

swan_root=/libreswan
reqid=77
pluto_log=$gateways_dir/gwA/log

# ------------------------------------------------------------------- libreswan

# The disk whose serial number is $SUITE.
swan_disk() {
	local block

	for block in /sys/block/vd*; do
		[ "$(cat "$block/serial")" != "$SUITE" ] || echo "/dev/${block##*/}"
	done
}

swan_root_up() {
	local dir

	mkdir -p "$swan_root"/{ro,rw,root}
	run_cmd mount -t squashfs -o ro "$(swan_disk)" "$swan_root/ro"
	run_cmd mount -t tmpfs rw "$swan_root/rw"
	mkdir "$swan_root"/rw/{upper,work}
	run_cmd mount -t overlay -o \
		"lowerdir=$swan_root/ro,upperdir=$swan_root/rw/upper,workdir=$swan_root/rw/work" \
		overlay "$swan_root/root"
	mkdir -p "$swan_root/root/selftests"
	for dir in proc sys dev selftests tmp; do
		run_cmd mount --rbind "/$dir" "$swan_root/root/$dir"
	done
	run_cmd mount -t tmpfs run "$swan_root/root/run"
	mkdir "$swan_root/root/run/pluto"
}

# pluto_config: connections alike but for their names. What makes them work side by
# side: reqid= is the same for all, overlapip=yes lets them have the same policy,
# which lone-0 and lone-1 do without.
pluto_config() {
	cat >"$swan_root/root/etc/ipsec.conf" <<-END
		config setup
		 logfile=$pluto_log
		 uniqueids=no
		conn %default
		 ikev2=insist
		 left=${outer[gwA]}
		 leftid=@gwA
		 leftsubnet=${inner_net[gwA]}
		 leftupdown=/selftests/libreswan/updown
		 right=${outer[gwB]}
		 rightid=@gwB
		 rightsubnet=${inner_net[gwB]}
		 authby=secret
		 ike=aes_gcm128-sha2_256-dh31
		 esp=aes_gcm128
		 replay-window=4096
		 reqid=$reqid
		 overlapip=yes
	END
	printf 'conn net-%s\n auto=ignore\n' 0 1 2 3 4 >>"$swan_root/root/etc/ipsec.conf"
	printf 'conn lone-%s\n auto=ignore\n overlapip=no\n' 0 1 >>"$swan_root/root/etc/ipsec.conf"
	echo '@gwA @gwB : PSK "per-cpu"' >"$swan_root/root/etc/ipsec.secrets"
}

# pluto COMMAND...: of libreswan's programs, on gwA.
pluto() {
	PATH=/selftests:$PATH in_ns gwA chroot "$swan_root/root" "$@"
}

# pluto_start: not a child of this shell, as in daemon_start.
pluto_start() {
	mkdir -p "$gateways_dir/gwA"
	pluto_config
	run_cmd pluto ipsec initnss
	(
		PATH=/selftests:$PATH xns exec gwA chroot "$swan_root/root" \
			/usr/libexec/ipsec/pluto --nofork --config /etc/ipsec.conf \
			>"$gateways_dir/gwA/output" 2>&1 &
		echo $! >"$gateways_dir/gwA/pid"
	)
	busywait 30000 pluto ipsec whack --status ||
		fail "pluto did not start: $(cat "$gateways_dir/gwA/output" "$pluto_log")"
}

# said: the last that pluto said, without what it says to itself.
said() {
	grep -v '[0-9: ]*|' "$pluto_log" | tail -n 30
}

pluto_version() {
	pluto ipsec --version | grep -oE '[0-9]+\.[0-9]+' | head -n 1
}

# connection add|up|down|delete NAME...
connection() {
	local command=$1 name
	shift

	for name; do
		run_cmd pluto timeout "$((30 * slow))" ipsec auto --"$command" "$name"
	done
}

# --------------------------------------------------------------------- the peer

# Its child must not have an SA per CPU of its own, nor start any, and libreswan
# wants perfect forward secrecy.
peer_start() {
	eval "$(declare -f daemon_config | sed '1s/daemon_config/gateway_config/')"
	daemon_config() {
		gateway_config "$1"
		sed -i '/per_cpu_sas\|start_action/d; /esp_proposals/s/$/-x25519/' "$gateways_dir/$1/swanctl.conf"
	}
	daemon_start gwB
	connection_load gwB
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
	in_ns gwA ip xfrm policy list dir "$1" | grep -c '^src 10\.' || :
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
	if [ "$1" = peer ]; then
		run_cmd swan gwB --rekey --child net
	else
		rekey_ours "${alikes[@]}"
	fi
	busywait 60000 renewed || fail "before: $(cat "$tmp/before"), now: $(facts; said)"
}

renewed() {
	[ "$(spis | wc -l)" = 5 ] && [ -z "$(spis | comm -12 - "$tmp/before")" ]
}

# carried COUNT: so many packets from each CPU, all received.
carried() {
	send_start hostA --cpus 0-3 --count "$1" --rate 100
	send_wait hostA
	[ "$SENT" = "$RECEIVED" ] || fail "sent $SENT, received $RECEIVED"
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
	in_ns gwA ip xfrm policy | grep -A 1 '^src 1' | grep -v '^--' | paste - - | sed 's/^/# /'
}
