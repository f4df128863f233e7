# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# This machine and a peer, which is a network namespace with the same programs and a /run
# and configuration of its own:
#
#	  this machine                          namespace peer
#	+---------------------+               +---------------------+
#	| lo  10.1.0.1        |               |        10.2.0.1  lo |
#	|      veth 192.0.2.1 +===============+ 192.0.2.2 veth      |
#	| strongswan.service  |               | charon-systemd      |
#	| xfrm-pcpud.service  |               | xfrm-pcpud          |
#	+---------------------+               +---------------------+
#	                   10.1.0.0/24 === 10.2.0.0/24

peer_dir=/tmp/peer

# at SIDE COMMAND...: there; the peer's is "peer".
at() {
	if [ "$1" = peer ]; then
		nsenter --target "$(cat "$peer_dir/pid")" --mount --net "${@:2}"
	else
		"${@:2}"
	fi
}

# connection LOCAL REMOTE NET PEERS-NET: for swanctl.conf.
connection() {
	cat <<-END
		connections {
			gw {
				version = 2
				local_addrs = $1
				remote_addrs = $2
				local {
					auth = psk
				}
				remote {
					auth = psk
				}
				children {
					net {
						local_ts = $3
						remote_ts = $4
						esp_proposals = aes128gcm16
						replay_window = 4096
						start_action = trap
					}
				}
			}
		}
		secrets {
			ike {
				secret = per-cpu
			}
		}
	END
}

net_up() {
	sysctl -qw net.core.netdev_max_backlog=100000
	ip netns add peer
	ip link add outer type veth peer name outer netns peer
	ip addr add 192.0.2.1/24 dev outer
	ip addr add 10.1.0.1/32 dev lo
	ip link set outer up
	ip -n peer addr add 192.0.2.2/24 dev outer
	ip -n peer addr add 10.2.0.1/32 dev lo
	ip -n peer link set lo up
	ip -n peer link set outer up
	ip route add 10.2.0.0/24 via 192.0.2.2 src 10.1.0.1
	ip -n peer route add 10.1.0.0/24 via 192.0.2.1 src 10.2.0.1
}

# peer_up: not a child of this shell, so that a check's end does not end it.
peer_up() {
	mkdir -p "$peer_dir/swanctl"
	connection 192.0.2.2 192.0.2.1 10.2.0.0/24 10.1.0.0/24 >"$peer_dir/swanctl/gw.conf"
	{
		cat /etc/strongswan.conf
		echo "charon { filelog { log { path = /run/charon.log"
		echo "flush_line = yes"
		echo "} } }"
	} >"$peer_dir/strongswan.conf"
	# shellcheck disable=SC2016 # $1, $! and $$ are the inner shell's
	(
		ip netns exec peer sh -c '
			mount --bind "$1/strongswan.conf" /etc/strongswan.conf &&
			mount --bind "$1/swanctl" /etc/swanctl/conf.d &&
			mount -t tmpfs -o mode=755 run /run &&
			{ xfrm-pcpud & } &&
			echo $! >"$1/helper" && echo $$ >"$1/pid" &&
			exec charon-systemd' sh "$peer_dir" >"$peer_dir/output" 2>&1 &
	)
	become test -s "$peer_dir/pid"
	become at peer test -S /run/charon.vici
	at peer swanctl --load-all
	become at peer grep "the helper is there, with the module" /run/charon.log
}

peer_down() {
	kill "$(cat "$peer_dir/pid")" "$(cat "$peer_dir/helper")"
}

# ----------------------------------------------------------------------- the SAs

# cpus SIDE: those that have an SA of their own to send on.
cpus() {
	local from=192.0.2.1

	[ "$1" != peer ] || from=192.0.2.2
	at "$1" xfrm-pcpu status | awk -v from="src $from " '
		/^inet/ { ours = index($0, from) }
		ours && $1 == "spi" && $4 != "fallback" && /state valid/ { print $4 }' |
		sort -u | xargs
}

each_cpu_has_one() {
	[ "$(cpus self)" = "0 1" ] && [ "$(cpus peer)" = "0 1" ]
}

# pcpu_stat SIDE NAME
pcpu_stat() {
	at "$1" awk -v name="$2" '$1 == name { print $2 }' /proc/net/xfrm_pcpu_stat
}

# own_only: both send on CPUs' own SAs alone.
own_only() {
	local side own fallback

	for side in self peer; do
		own=$(pcpu_stat "$side" XfrmPcpuOwn)
		fallback=$(pcpu_stat "$side" XfrmPcpuFallback)
		burst "$side" 100
		[ "$(pcpu_stat "$side" XfrmPcpuOwn)" -ge $((own + 200)) ] || return 1
		[ "$(pcpu_stat "$side" XfrmPcpuFallback)" = "$fallback" ] || return 1
	done
}

# sender SIDE: xsend's arguments, from both CPUs to the other side.
sender() {
	if [ "$1" = peer ]; then
		echo --source 10.2.0.1 --dst 10.1.0.1 --cpus 0-1
	else
		echo --source 10.1.0.1 --dst 10.2.0.1 --cpus 0-1
	fi
}

# burst SIDE COUNT: from each CPU.
burst() {
	# shellcheck disable=SC2046 # words
	at "$1" /selftests/xsend $(sender "$1") --rate 100 --count "$2"
}

# tunnel_up: the first packets bring it up, and then each CPU its SA.
tunnel_up() {
	local try

	for try in $(seq 60); do
		burst self 20
		burst peer 20
		! each_cpu_has_one || break
	done
	become own_only
}
