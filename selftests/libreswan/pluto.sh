# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# libreswan on $GW, one of the gateways of demo/gateways.sh, in a root of its own: the
# image that libreswan/root made, disk $LIBRESWAN of this guest. Include lib/root.sh first.
LIBRESWAN=${LIBRESWAN-$SUITE}
reqid=77

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
	SUITE=$LIBRESWAN suite_root_up "${root%/root}"
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

# rekey_ours CONNECTION...: 5.2 calls it rekey-child, 4.10 rekey-ipsec.
rekey_ours() {
	local name how=child

	[ "$(pluto_version)" != 4.10 ] || how=ipsec
	for name; do
		run_cmd pluto ipsec whack --rekey-"$how" --name "$name"
	done
}
