# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Two gateways with a host behind each, as four network namespaces. Include
# lib/lib.sh first.
#
#	     hostA              gwA                  gwB              hostB
#	+------------+   +---------------+   +---------------+   +------------+
#	| 10.1.0.1   |   | 10.1.0.254    |   |    10.2.0.254 |   |   10.2.0.1 |
#	|       eth0 +---+ inner   outer +===+ outer   inner +---+ eth0       |
#	|            |   |     192.0.2.1 |   | 192.0.2.2     |   |            |
#	|   xsend    |   |    charon     |   |    charon     |   |   xsend    |
#	|   xrecv    |   |               |   |               |   |   xrecv    |
#	+------------+   +---------------+   +---------------+   +------------+
#	                        10.1.0.0/24 === 10.2.0.0/24
#
# All links are veth, which hands a packet over on the CPU that sent it: what a
# thread on CPU n of hostA sends is forwarded, and looked up, on CPU n of gwA.
#
# Each gateway runs an unmodified charon-systemd in its network namespace and in
# a mount namespace with a /run of its own, so that both have the usual paths.

gateways_dir=/tmp/gateways

declare -A inner_net=([gwA]=10.1.0.0/24 [gwB]=10.2.0.0/24)
declare -A outer=([gwA]=192.0.2.1 [gwB]=192.0.2.2)
declare -A peer=([gwA]=gwB [gwB]=gwA)
declare -A address=([hostA]=10.1.0.1 [hostB]=10.2.0.1)

# ------------------------------------------------------------------- topology

namespaces_up() {
	side_up gwA hostA 10.1.0
	side_up gwB hostB 10.2.0
	veth gwA outer 192.0.2.1/24 gwB outer 192.0.2.2/24
	way_up gwA 10.2.0.0/24 192.0.2.2
	way_up gwB 10.1.0.0/24 192.0.2.1
}

# side_up GATEWAY HOST NET: with all but the gateway's outer device.
side_up() {
	local netns

	# A thread that was late sends what is due at once.
	run_cmd sysctl -qw net.core.netdev_max_backlog=100000
	for netns in "$1" "$2"; do
		run_cmd ip netns add "$netns"
		# No neighbour discovery among the packets that are counted.
		run_cmd in_ns "$netns" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1
		run_cmd ip -n "$netns" link set lo up
	done
	veth "$2" eth0 "$3.1/24" "$1" inner "$3.254/24"
	run_cmd in_ns "$1" sysctl -qw net.ipv4.ip_forward=1
	run_cmd ip -n "$2" route add default via "$3.254"
}

# way_up GATEWAY NET ADDRESS: to the other side's net.
way_up() {
	run_cmd ip -n "$1" route add "$2" via "$3"
}

# veth NAMESPACE DEVICE ADDRESS NAMESPACE DEVICE ADDRESS
veth() {
	veth_add "$1" "$2" "$4" "$5"
	run_cmd ip -n "$1" addr add "$3" dev "$2"
	run_cmd ip -n "$4" addr add "$6" dev "$5"
	run_cmd ip -n "$1" link set "$2" up
	run_cmd ip -n "$4" link set "$5" up
	veth_settled "$1" "$2" "$4" "$5"
}

# neighbours NAMESPACE DEVICE ADDRESS NAMESPACE DEVICE ADDRESS: they know each other.
# What waits for a neighbour is sent by the CPU that hears of it.
neighbours() {
	run_cmd ip -n "$1" neigh replace "$6" dev "$2" lladdr "$(mac "$4" "$5")"
	run_cmd ip -n "$4" neigh replace "$3" dev "$5" lladdr "$(mac "$1" "$2")"
}

mac() {
	ip -n "$1" -o link show "$2" | sed 's/.*link.ether \([0-9a-f:]*\).*/\1/'
}

gateways_up() {
	namespaces_up
	daemon_start gwA
	daemon_start gwB
	connection_load gwB
	connection_load gwA
}

gateways_down() {
	local netns

	daemon_stop gwA
	daemon_stop gwB
	for netns in hostA gwA gwB hostB; do
		ip netns del "$netns" 2>/dev/null || :
	done
	rm -rf "$gateways_dir"
}

# -------------------------------------------------------------------- daemons

# daemon_config GATEWAY: only what differs from Debian's configuration: a log,
# and few plugins, which start sooner.
#
# All CPUs share the fallback SA, and one may be late by more than 32 packets,
# the more so if it is emulated: the replay window has to be larger than that.
daemon_config() {
	cat >"$gateways_dir/$1/strongswan.conf" <<-END
		charon-systemd {
			load = random nonce openssl kdf kernel-netlink socket-default vici
			install_routes = no
			filelog {
				log {
					path = $gateways_dir/$1/log
					time_format = %T
					time_add_ms = yes
					flush_line = yes
					default = 1
					chd = 2
					knl = 2
				}
			}
		}
	END
	cat >"$gateways_dir/$1/swanctl.conf" <<-END
		connections {
			gw {
				version = 2
				local_addrs = ${outer[$1]}
				remote_addrs = ${outer[${peer[$1]}]}
				proposals = aes128gcm16-prfsha256-x25519
				local {
					auth = psk
					id = $1
				}
				remote {
					auth = psk
					id = ${peer[$1]}
				}
				children {
					net {
						local_ts = ${inner_net[$1]}
						remote_ts = ${inner_net[${peer[$1]}]}
						esp_proposals = aes128gcm16
						per_cpu_sas = yes
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

# daemon_start GATEWAY: not a child of this shell, so that a sub-test's end does
# not end it.
daemon_start() {
	local dir=$gateways_dir/$1

	mkdir -p "$dir"
	daemon_config "$1"
	# shellcheck disable=SC2016 # $1 and $$ are the inner shell's
	(
		ip netns exec "$1" sh -c '
			mount -t tmpfs run /run &&
			mount --bind "$1/strongswan.conf" /etc/strongswan.conf &&
			mount --bind "$1/swanctl.conf" /etc/swanctl/swanctl.conf &&
			echo $$ >"$1/pid" && exec charon-systemd' sh "$dir" \
			>"$dir/output" 2>&1 &
	)
	busywait 30000 daemon_listens "$1" ||
		fail "charon of $1 did not start: $(cat "$dir/output" "$dir/log")"
}

daemon_listens() {
	[ -s "$gateways_dir/$1/pid" ] && [ -S "/proc/$(daemon_pid "$1")/root/run/charon.vici" ]
}

daemon_pid() {
	cat "$gateways_dir/$1/pid"
}

# daemon_signal GATEWAY SIGNAL
daemon_signal() {
	kill -"$2" "$(daemon_pid "$1")"
}

daemon_stop() {
	local pid

	pid=$(daemon_pid "$1" 2>/dev/null) || return 0
	kill -CONT "$pid" 2>/dev/null || :
	kill "$pid" 2>/dev/null || :
	busywait 10000 not kill -0 "$pid" || kill -9 "$pid"
}

# swan GATEWAY ARGUMENT...: swanctl, as on that gateway.
swan() {
	nsenter --target "$(daemon_pid "$1")" --mount --net swanctl "${@:2}"
}

connection_load() {
	run_cmd swan "$1" --load-all
}

# children GATEWAY: its Child SAs in use, a line each:
#	UNIQUE-ID CPU SPI-IN SPI-OUT		CPU "-": the fallback
children() {
	swan "$1" --list-sas --raw | grep -o 'net-[0-9]* {[^}]*}' | awk '{
		delete of
		of["cpu"] = "-"
		for (i = 1; i <= NF; i++) {
			split($i, pair, "=")
			of[pair[1]] = pair[2]
		}
		if (of["state"] == "INSTALLED")
			print of["uniqueid"], of["cpu"], of["spi-in"], of["spi-out"]
	}' | sort -k 2
}

# -------------------------------------------------------------------- counters

# outbound GATEWAY: the kernel's outbound SAs, a line each:
#	CPU SPI PACKETS BYTES			CPU "-": the fallback
outbound() {
	in_ns "$1" xreq dumpsa | awk -v source="src=${outer[$1]}" '
		$1 == "NEWSA" && $2 == source {
			cpu = "-"
			for (i = 3; i <= NF; i++) {
				split($i, pair, "=")
				of[pair[1]] = pair[2]
			}
			if (match($0, /SA_PCPU=[0-9]+/))
				cpu = substr($0, RSTART + 8, RLENGTH - 8)
			if (of["spi"] != "0x0" && of["spi"] != "0x00000000")
				print cpu, substr(of["spi"], 3), of["packets"], of["bytes"]
		}' | sort
}

# xfrm_stat GATEWAY NAME...: sum of these counters of the kernel's own.
xfrm_stat() {
	local netns=$1

	shift
	in_ns "$netns" awk -v names=" $* " 'index(names, " " $1 " ") { sum += $2 }
		END { print sum + 0 }' /proc/net/xfrm_stat
}

# table GATEWAY: what its SAs have sent.
table() {
	{
		children "$1" | sed 's/^/child /'
		outbound "$1" | sed 's/^/sa /'
	} | awk -v gateway="$1" '
		$1 == "child" { spi_in[$5] = $4 }
		$1 == "sa" {
			cpu[++n] = $2; spi[n] = $3; packets[n] = $4; bytes[n] = $5
			total += $4
			if ($2 == "-")
				fallback += $4
		}
		END {
			format = "  %-9s %-10s %-10s %9s %11s %7s\n"
			printf "%s\n" format, gateway, "CPU", "SPI out", "SPI in",
				"packets", "bytes", "share"
			for (i = 1; i <= n; i++)
				printf format, cpu[i] == "-" ? "fallback" : cpu[i], spi[i],
					spi[i] in spi_in ? spi_in[spi[i]] : "-", packets[i],
					bytes[i], sprintf("%.1f %%", total ? 100 * packets[i] / total : 0)
			printf "  share of the fallback: %.2f %%\n",
				total ? 100 * fallback / total : 0
		}'
}

# --------------------------------------------------------------------- traffic

# send_start HOST OPTION...: to the other host, in the background.
send_start() {
	local from=$1 to

	to=$(other_host "$from")
	shift
	start "recv-$to" "$to" xrecv
	sender_start "$from" --dst "${address[$to]}" "$@"
}

other_host() {
	[ "$1" = hostB ] && echo hostA || echo hostB
}

# send_end HOST: now. send_wait HOST: when it is done. Both set SENT and RECEIVED.
send_end() {
	sender_end "$1"
	send_wait "$1"
}

send_wait() {
	local from=$1 to

	to=$(other_host "$from")
	sender_wait "$from" || fail "xsend: $(cat "$tmp/send-$from")"
	# What is under way is there when two looks see the same.
	busywait 30000 quiet || :
	stop "recv-$to"
	SENT=$(sum_of sent "$tmp/send-$from")
	RECEIVED=$(sum_of received "$tmp/recv-$to")
}

# sender_start HOST OPTION...: not in_ns, so that the process is xsend itself, and
# nice, so that a machine that is too slow sends less, and no queue grows.
sender_start() {
	nice -n 19 xns exec "$1" xsend "${@:2}" >"$tmp/send-$1" 2>&1 &
	echo $! >"$tmp/send-$1.pid"
}

sender_end() {
	kill "$(cat "$tmp/send-$1.pid")"
}

sender_wait() {
	wait "$(cat "$tmp/send-$1.pid")"
}

# quiet: no packet waits in a queue of a CPU.
quiet() {
	local before

	before=$(delivered_packets)
	sleep 0.2
	[ "$before" = "$(delivered_packets)" ]
}

delivered_packets() {
	in_ns hostA cat /proc/net/dev /proc/net/snmp
	in_ns hostB cat /proc/net/dev /proc/net/snmp
}
