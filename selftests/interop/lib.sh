# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The gateways of demo/gateways.sh. Those in $stock have the strongSwan of the Debian
# suite $SUITE as it is, with our plugin and the helper; those in $plain the same
# without. They run in roots of their own, made of the image of interop/root: disk
# $SUITE of this guest. The others have the guest's strongSwan, which knows RFC 9611.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../lib/root.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../demo/gateways.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../demo/phases.sh"

stock=${stock-gwA}
plain=${plain-}
# What the plugin is told to serve, of the connections' children.
served=${served-net}
plugin_so=libstrongswan-xfrm-pcpu.so
# Which of strongSwan's two daemons a stock gateway has: also its part of strongswan.conf.
charon=${charon-charon-systemd}

# is_in GATEWAY LIST
is_in() {
	[[ " $2 " = *" $1 "* ]]
}

# ------------------------------------------------------------- the stock gateways

root_of() {
	echo "/stock/$1/root"
}

# stock_root_up GATEWAY
stock_root_up() {
	local root

	root=$(root_of "$1")
	if [ ! -d "$root" ]; then
		suite_root_up "${root%/root}"
		stock_plugin "$1"
	fi
	# The root is as an earlier file of this guest left it, which had the other daemon.
	[ "$charon" = charon-systemd ] ||
		run_cmd cp "$stage_dir/plugin/$SUITE/charon" "$root/usr/sbin/"
}

# stock_plugin GATEWAY [NAME]: the one that fits, ours or another one.
stock_plugin() {
	local root version

	root=$(root_of "$1")
	version=$(chroot "$root" dpkg-query -W -f '${Version}' charon-systemd)
	version=${version%%-*}
	echo "# $1: Debian's strongSwan $version in $SUITE"
	run_cmd cp "$stage_dir/plugin/$version/${2-$plugin_so}" "$root/usr/lib/ipsec/plugins/"
}

# The guest's configuration of a gateway, for a daemon that does not know
# per_cpu_sas, with the plugin's.
eval "$(declare -f daemon_config | sed '1s/daemon_config/native_config/')"
daemon_config() {
	native_config "$1"
	stock_config "$1"
	configure "$1" "$gateways_dir/$1"
}

# serve DIR WORDS: how the plugin serves the child, for configure.
serve() {
	sed -i "s/{ enable = yes }/{ enable = yes\n$2\n}/" "$1/strongswan.conf"
}

# configure GATEWAY DIR: a sub-test's own changes to DIR/swanctl.conf and
# DIR/strongswan.conf.
configure() {
	:
}

stock_config() {
	local child

	is_in "$1" "$stock $plain" || return 0
	sed -i '/per_cpu_sas/d' "$gateways_dir/$1/swanctl.conf"
	sed -i "s/charon-systemd {/$charon {/" "$gateways_dir/$1/strongswan.conf"
	is_in "$1" "$stock" || return 0
	sed -i '/load =/s/$/ xfrm-pcpu/' "$gateways_dir/$1/strongswan.conf"
	{
		echo "$charon { plugins { xfrm-pcpu { connections { gw {"
		for child in $served; do
			echo "$child { enable = yes }"
		done
		echo "} } } } }"
	} >>"$gateways_dir/$1/strongswan.conf"
}

eval "$(declare -f daemon_start | sed '1s/daemon_start/native_start/')"
daemon_start() {
	if is_in "$1" "$stock $plain"; then
		stock_start "$1"
	else
		native_start "$1"
	fi
}

# stock_start GATEWAY: not a child of this shell, as in daemon_start.
stock_start() {
	local dir=$gateways_dir/$1

	mkdir -p "$dir"
	stock_root_up "$1"
	rm -f "$(root_of "$1")"/run/charon.*
	daemon_config "$1"
	# shellcheck disable=SC2016 # $1 and $$ are the inner shell's
	(
		ip netns exec "$1" sh -c '
			mount --bind "$1/strongswan.conf" "$2/etc/strongswan.conf" &&
			mount --bind "$1/swanctl.conf" "$2/etc/swanctl/swanctl.conf" &&
			echo $$ >"$1/pid" && exec chroot "$2" "$3"' sh "$dir" "$(root_of "$1")" "$charon" \
			>"$dir/output" 2>&1 &
	)
	busywait 60000 daemon_listens "$1" ||
		fail "charon of $1 did not start: $(cat "$dir/output" "$dir/log")"
}

# swan GATEWAY ARGUMENT...: swanctl of that gateway.
swan() {
	nsenter --target "$(daemon_pid "$1")" --mount --net --root swanctl "${@:2}"
}

# children GATEWAY: as in gateways.sh. Which SA is which CPU's only the kernel knows
# where charon does not.
eval "$(declare -f children | sed '1s/children/native_children/')"
children() {
	if ! is_in "$1" "$stock $plain"; then
		native_children "$1"
		return
	fi
	{
		outbound "$1" | sed 's/^/sa /'
		native_children "$1" | sed 's/^/child /'
	} | awk '
		$1 == "sa" { cpu[$3] = $2 }
		$1 == "child" { print $2, ($5 in cpu ? cpu[$5] : "none"), $4, $5 }' | sort -k 2
}

# gone SPI GATEWAY...: no outbound SA of theirs has it.
gone() {
	local gateway

	for gateway in "${@:2}"; do
		[[ "$(outbound "$gateway")" != *"$1"* ]] || return 1
	done
}

# peers_child SPI: gwB's number of the Child SA with gwA's outbound SA, after look.
peers_child() {
	awk -v spi="$1" '$3 == spi { print $1 }' "$tmp/children-gwB"
}

# flags GATEWAY: of its outbound policy.
flags() {
	in_ns "$1" xreq dumppolicy | grep 'selsrc=10.* pdir=1 ' | field pflags
}

# log_of GATEWAY [REGEX]
log_of() {
	grep -E -e "${2:-.}" "$gateways_dir/$1/log"
}

has_said() {
	grep -q -E -e "$2" "$gateways_dir/$1/log"
}

# logged GATEWAY REGEX: how often it said that.
logged() {
	grep -c -E -e "$2" "$gateways_dir/$1/log" 2>/dev/null || :
}

# ------------------------------------------------------------------- the helpers

# helper_up GATEWAY [OPTION]...: and charon, if it runs, is connected.
helper_up() {
	local dir=$gateways_dir/$1 before

	mkdir -p "$dir"
	stock_root_up "$1"
	before=$(helper_seen "$1")
	before=${before:-0}
	rm -f "$(root_of "$1")/run/xfrm-pcpud.sock"
	(
		xns exec "$1" xfrm-pcpud --socket "$(root_of "$1")/run/xfrm-pcpud.sock" "${@:2}" \
			>>"$dir/helper" 2>&1 &
		echo $! >"$dir/helper.pid"
	)
	busywait 10000 test -S "$(root_of "$1")/run/xfrm-pcpud.sock" ||
		fail "the helper did not start: $(cat "$dir/helper")"
	[ ! -e "$dir/pid" ] || busywait 10000 more_seen "$1" "$before" ||
		fail "charon did not connect: $(log_of "$1" xfrm-pcpu)"
}

helper_seen() {
	logged "$1" "the helper is there, with "
}

more_seen() {
	[ "$(helper_seen "$1")" -gt "$2" ] 2>/dev/null
}

helper_pid() {
	cat "$gateways_dir/$1/helper.pid"
}

# helper_down GATEWAY [SIGNAL]
helper_down() {
	local pid

	pid=$(helper_pid "$1" 2>/dev/null) || return 0
	kill -CONT "$pid" 2>/dev/null || return 0
	kill -"${2:-TERM}" "$pid" 2>/dev/null || return 0
	busywait 10000 not kill -0 "$pid" || :
}

# ------------------------------------------------------------------- all together

# interop_up [OPTION]...: options of the helper.
interop_up() {
	local gateway

	namespaces_up
	for gateway in $stock; do
		helper_up "$gateway" "$@"
	done
	charons_up
}

charons_up() {
	local gateway

	daemon_start gwA
	daemon_start gwB
	for gateway in $stock; do
		busywait 10000 more_seen "$gateway" 0 ||
			fail "no helper: $(log_of "$gateway" xfrm-pcpu)"
	done
	connection_load gwB
	connection_load gwA
}

# SHOW=LINES: of the logs, at the end.
interop_down() {
	local gateway

	[ -z "${SHOW-}" ] || for gateway in gwA gwB; do
		log_of "$gateway" | tail -n "$SHOW" | sed "s/^/# $gateway: /"
	done
	for gateway in $stock; do
		[ -z "${SHOW-}" ] || sed 's/^/# helper: /' "$gateways_dir/$gateway/helper"
		helper_down "$gateway"
	done
	gateways_down
}

[ -z "${FAR-}" ] || . "$(dirname "${BASH_SOURCE[0]}")/far.sh"
