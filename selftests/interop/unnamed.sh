#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Children that xfrm-pcpu's configuration does not name are what they are without the
# plugin, with a peer that offers RFC 9611. Needs the disk $SUITE.
stock=gwA served=
. "$(dirname "$0")/lib.sh"

subtests=(
	"same|the same messages, SAs and policies as without the plugin"
)

# what_happens NAME: SAs from both sides, rekeys from both sides, a Delete; what was
# said and what there is goes to $tmp/NAME.
what_happens() {
	local gateway

	charons_up
	run_cmd swan gwA --initiate --child net
	run_cmd swan gwA --rekey --child net
	busywait 20000 settled
	busywait 20000 run_cmd swan gwB --rekey --child net
	busywait 20000 eval "[ \"\$(logged gwA 'parsed CREATE_CHILD_SA request')\" -ge 1 ]"
	busywait 20000 settled
	facts >"$tmp/$1"
	run_cmd swan gwA --terminate --ike gw
	run_cmd swan gwB --initiate --child net
	busywait 20000 settled
	facts >>"$tmp/$1"
	log_of gwA '\[ENC\]' | sed -E 's/.*\[ENC\] //; s/(request|response) [0-9]+/\1/' >>"$tmp/$1"
	for gateway in gwA gwB; do
		daemon_stop "$gateway"
		in_ns "$gateway" ip xfrm state flush
		rm -f "$gateways_dir/$gateway"/{log,pid}
	done
}

# settled: one Child SA, and of those that it replaced nothing is left.
settled() {
	[ "$(children gwA | wc -l)" = 1 ] && [ "$(in_ns gwA xreq dumpsa | grep -c '^NEWSA')" = 2 ]
}

# facts: of the kernel in gwA, without numbers that are new each time.
facts() {
	in_ns gwA ip xfrm policy | sed -E 's/spi 0x[0-9a-f]+/spi X/; /^socket/d'
	in_ns gwA ip xfrm state | sed -E 's/spi 0x[0-9a-f]+/spi X/; s/0x[0-9a-f]{20,}/K/;
		/anti-replay|seq 0x|lastused|^\s*[0-9a-f]{8} /d' | sort
}

same() {
	namespaces_up
	helper_up gwA
	what_happens with
	(
		stock='' plain=gwA
		what_happens without
	)
	diff -u "$tmp/without" "$tmp/with" >&2 || fail "with the plugin (+) it is not what it is without (-)"
	grep -q 'N((16444))' "$tmp/with" || fail "the peer did not offer: $(cat "$tmp/with")"
	sed 's/^/# /' "$tmp/with" | grep -E 'generating|parsed' | sort | uniq -c
}

trap interop_down EXIT
run_subtests
