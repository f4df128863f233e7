#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# PF_KEY beside netlink: it hears ACQUIREs, and its SAs, which cannot have a CPU,
# are fallbacks. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"hears|a PF_KEY listener alone hears each CPU's acquire once"
	"hears_both|PF_KEY and netlink hear the same acquires"
	"hears_any|the acquire without a CPU, too"
	"nobody|one that registers in another namespace does not count"
	"added|an SA of PF_KEY is a fallback"
	"added_6|an SA of PF_KEY is a fallback: IPv6, transport"
	"answers|PF_KEY answers an acquire with a fallback, netlink one for the CPU"
	"updated|UPDATE of a CPU's SA leaves its CPU"
	"larval|GETSPI and UPDATE make a fallback"
	"deleted|DELETE of a CPU's SA"
	"got|GET and DUMP tell of CPUs' SAs as of others"
	"flushed|FLUSH takes all"
)

# PF_KEY asks for each algorithm that it knows each time, also for those that no
# module has. So that this does not take seconds, none is looked for.
need_pf_key() {
	run_cmd modprobe -a af_key esp4 esp6 crypto_null authenc
	echo >/proc/sys/kernel/modprobe
}

modprobe=$(cat /proc/sys/kernel/modprobe)
trap 'echo "$modprobe" >/proc/sys/kernel/modprobe' EXIT

# setup FAMILY MODE [POLICY WORD]...
setup() {
	topology "$@"
	need_pf_key
	KEY="src=$OUT_SRC dst=$OUT_DST mode=$MODE reqid=1"
}

# key WORD...: a request that has to succeed, what it says goes to $tmp/key.
key() {
	in_ns "$A" xkey "$@" >"$tmp/key" 2>&1 || fail "xkey $*: $(cat "$tmp/key")"
}

# key_listen [NAMESPACE]
key_listen() {
	start pfkey "${1-$A}" xkey listen
}

# key_heard COUNT REGEX: ACQUIREs like this.
key_heard() {
	busywait 5000 eval "[ \$(grep -cE '^ACQUIRE .*${2-}' '$tmp/pfkey') -ge $1 ]" || :
	[ "$(grep -cE "^ACQUIRE .*${2-}" "$tmp/pfkey")" = "$1" ] ||
		fail "wanted $1 ACQUIRE ${2-}, PF_KEY heard: $(cat "$tmp/pfkey")"
}

hears() {
	differs 2
	setup 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	key_listen
	receive
	send 0-3 20
	delivered
	key_heard 3 "src=10.0.0.1 dst=10.0.0.2"
	expect_packets 0x1000 60
	expect_packets 0x1001 20
	native || [ "$(in_ns "$A" xfrm-pcpu status | grep -c 'acquire\b')" = 3 ] ||
		fail "$(in_ns "$A" xfrm-pcpu status)"
	send 0-3 5
	key_heard 3
}

hears_both() {
	setup 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	listen acquire
	key_listen
	send 1 1
	heard 1 ACQUIRE SA_PCPU=1
	heard 1 ACQUIRE
	key_heard 1
}

# One CPU after the other: two at once each ask, here as on mainline.
hears_any() {
	setup 4 tunnel
	add_sa_pair 0x1001 0
	key_listen
	try_send 1 5
	try_send 2 5
	key_heard 1
	expect_packets 0x1001 0
	dump "$A" | grep -q "spi=0x0 "
}

nobody() {
	setup 4 tunnel pflags=4
	add_sa_pair 0x1000 -
	key_listen "$B"
	send 1 5
	key_heard 0
	native || in_ns "$A" grep -q 'XfrmPcpuAcquireNoListener[[:space:]]*1$' /proc/net/xfrm_pcpu_stat ||
		fail "$(in_ns "$A" cat /proc/net/xfrm_pcpu_stat)"
	stop pfkey
	key_listen
	sleep 1.1
	send 1 1
	key_heard 1
}

add_fallback() {
	add_sa_pair 0x1001 0
	x "$B" newsa $SA spi=0x1000 dir=in
	key add $KEY spi=0x1000
	expect_cpu "$A" 0x1000 none
	add_sa_pair 0x1002 1
	receive
	send 0-3 10
	delivered
	expect_packets 0x1000 20
	expect_packets 0x1001 10
	expect_packets 0x1002 10
}

added() {
	setup 4 tunnel
	add_fallback
}

added_6() {
	setup 6 transport
	add_fallback
}

answers() {
	setup 4 tunnel pflags=4
	key_listen
	try_send 1 1
	key_heard 1
	x "$B" newsa $SA spi=0x1000 dir=in
	key add $KEY spi=0x1000
	receive
	send 1 1
	delivered
	expect_packets 0x1000 1
	key_heard 2
	add_sa_pair 0x1001 1
	receive
	send 1 10
	delivered
	expect_packets 0x1001 10
	expect_packets 0x1000 1
	key_heard 2
}

# PF_KEY knows no direction either, and mainline wants it repeated.
updated() {
	differs 1
	setup 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	key update $KEY spi=0x1001
	expect_cpu "$A" 0x1001 0
	receive
	send 0,1 10
	delivered
	expect_packets 0x1001 10
	expect_packets 0x1000 10
}

larval() {
	setup 4 tunnel
	add_sa_pair 0x1001 0
	x "$B" newsa $SA spi=0x1000 dir=in
	key getspi $KEY spi=0x1000
	listen acquire
	[[ "$(show "$A" 0x1000)" != *ALG_CRYPT* ]]
	native || in_ns "$A" xfrm-pcpu status |
		grep -q "spi 0x00001000 cpu fallback .*state acquire"
	# It is on its way: nobody is asked for another, and another CPU's is not used.
	try_send 1 5
	heard 0 ACQUIRE
	expect_packets 0x1001 0
	key update $KEY spi=0x1000
	expect_cpu "$A" 0x1000 none
	native || in_ns "$A" xfrm-pcpu status |
		grep -q "spi 0x00001000 cpu fallback .*state valid"
	receive
	send 0,1 10
	delivered
	expect_packets 0x1000 10
	expect_packets 0x1001 10
}

deleted() {
	setup 4 tunnel pflags=4
	listen acquire sa
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	key delete $KEY spi=0x1001
	not show "$A" 0x1001
	heard 1 DELSA SA_PCPU=0
	receive
	send 0 1
	delivered
	expect_packets 0x1000 1
	heard 1 ACQUIRE SA_PCPU=0
}

got() {
	setup 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	add_sa_pair 0x1002 1
	send 0 5
	key get $KEY spi=0x1001
	grep -q "^GET .* spi=0x1001 state=1 .*packets=5 .*reqid=1 errno=0" "$tmp/key" ||
		fail "$(cat "$tmp/key")"
	key dump
	[ "$(grep -cE '^DUMP .* spi=0x100[012] .*errno=0$' "$tmp/key")" = 3 ] ||
		fail "$(cat "$tmp/key")"
}

flushed() {
	setup 4 tunnel
	add_sa_pair 0x1000 -
	add_sa_pair 0x1001 0
	key flush
	[ -z "$(dump "$A")" ]
	native || [ -z "$(in_ns "$A" xfrm-pcpu status)" ] ||
		fail "$(in_ns "$A" xfrm-pcpu status)"
	try_send 0 5
	not show "$A" 0x1001
}

run_subtests
