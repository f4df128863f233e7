#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Documentation/strongswan.rst, as it says: Debian's own configuration, with the
# plugin's file beside it. What does not fit is refused. The sub-tests build upon each
# other. Needs 4 CPUs, and the disk $SUITE.
stock=gwA
. "$(dirname "$0")/lib.sh"

subtests=(
	"documented|with Debian's configuration and the documented file, each CPU gets its SA"
	"another|a plugin for another version, or another configuration, does not load, and charon says why"
)

# documented_file: the indented block of the document that begins with "xfrm-pcpu {".
documented_file() {
	awk '/^    xfrm-pcpu \{/ { on = 1 } on && /^[^ ]/ { exit } on' "$stage_dir/interop/strongswan.rst"
}

# Debian's strongswan.conf reads all of strongswan.d. Only the log is ours.
debian_config() {
	eval "$(declare -f daemon_config | sed '1s/daemon_config/our_config/')"
	daemon_config() {
		our_config "$1"
		[ "$1" = gwA ] || return 0
		{
			cat "$(root_of gwA)/etc/strongswan.conf"
			sed '/load =/d; /^charon-systemd { plugins/,$d' "$gateways_dir/gwA/strongswan.conf"
		} >"$gateways_dir/gwA/conf"
		mv "$gateways_dir/gwA/conf" "$gateways_dir/gwA/strongswan.conf"
	}
}

documented() {
	namespaces_up
	helper_up gwA
	documented_file >"$(root_of gwA)/etc/strongswan.d/charon/xfrm-pcpu.conf"
	grep -q 'enable = yes' "$(root_of gwA)/etc/strongswan.d/charon/xfrm-pcpu.conf"
	debian_config
	charons_up
	fallback_only
	setup_own
	must "one outbound SA for each CPU" same_layout gwA
}

# refused TEXT: charon starts, without it.
refuses() {
	daemon_stop gwA
	rm -f "$gateways_dir/gwA"/{log,pid}
	daemon_start gwA
	must "charon says: $1" has_said gwA "$1"
	must "it is not loaded" not has_said gwA "loaded plugins:.* xfrm-pcpu"
	must "the helper has nobody" not has_said gwA "the helper is there"
}

another() {
	local so

	so=$(root_of gwA)/usr/lib/ipsec/plugins/$plugin_so
	cp "$stage_dir/plugin/other-layout/$plugin_so" "$so"
	refuses "was configured in another way: not used"
	cp "$stage_dir/plugin/other-version/$plugin_so" "$so"
	refuses "is of another version: not used"
}

trap 'interop_down; stock_plugin gwA' EXIT
run_subtests
