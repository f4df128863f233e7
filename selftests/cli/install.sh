#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# xfrm-pcpu install: whole SAs with keys. Needs 2 CPUs.
. "$(dirname "$0")/lib.sh"

subtests=(
	"carries|SAs of both ends carry the traffic of their CPUs"
	"options|all that an SA can have is what the kernel then has"
	"esn|extended sequence numbers, in and out"
	"update|an SA of ALLOCSPI is filled"
	"from_fd|keys come from another descriptor"
	"refused|what cannot be installed is refused, and nothing is there"
	"json|the result as JSON"
)

carries() {
	topology 4 tunnel
	install_pair 0x1000
	install_pair 0x1001 cpu 1
	expect_cpu "$A" 0x1001 1
	expect_cpu "$A" 0x1000 none
	receive
	send 0,1 5
	delivered
	expect_packets 0x1000 5
	expect_packets 0x1001 5
	pcpu "$A" status >/dev/null
	pcpu "$A" save >/dev/null
	pcpu "$A" status --json >/dev/null
	no_keys
}

options() {
	addresses 6 transport
	setup_ns A
	install "$A" 0x1001 dir out cpu 0 seq 7 if_id 9 mark 0x11/0xff set-mark 5 \
		hard-packets 1000 soft-seconds 100 hard-seconds 200 encap-sport 4500 encap-dport 4501
	ip -n "$A" xfrm state >"$tmp/state"
	grep -q "proto esp spi 0x00001001 reqid 1 mode transport" "$tmp/state"
	grep -q "mark 0x11/0xff" "$tmp/state"
	grep -q "output-mark 0x5/0xffffffff" "$tmp/state"
	grep -q "if_id 0x9" "$tmp/state"
	grep -q "encap type espinudp sport 4500 dport 4501" "$tmp/state"
	ip -n "$A" -s xfrm state >"$tmp/state"
	grep -q "expire add: soft 100(sec), hard 200(sec)" "$tmp/state"
	grep -q "hard 1000(packets)" "$tmp/state"
	[ "$(sa_cpu "$A" 0x1001 mark=0x11/0xff)" = 0 ]
}

esn() {
	topology 4 tunnel
	install "$B" 0x1000 dir in esn replay-window 128
	install "$A" 0x1000 dir out esn
	receive
	send 0 5
	delivered
	ip -n "$B" xfrm state | grep -q "replay_window 128"
	ip -n "$A" xfrm state | grep -q esn
}

update() {
	topology 4 tunnel
	# shellcheck disable=SC2086 # words
	x "$A" allocspi $SA spi=0x1001 dir=out
	install "$A" 0x1001 dir out cpu 1 update
	expect_cpu "$A" 0x1001 1
	denied 1 "0x00001002: " "$A" install src "$OUT_SRC" dst "$OUT_DST" spi 0x1002 update \
		auth digest_null enc "ecb(cipher_null)" dir out </dev/null
}

from_fd() {
	topology 4 tunnel
	pcpu "$A" install --fd 7 reqid 1 7<<-END </dev/null
		src=$OUT_SRC
		dst=$OUT_DST
		spi=0x1001
		cpu=1
		dir=out
		aead=rfc4106(gcm(aes))
		aead-icv=128
		aead-key=0x$key

		what follows an empty line is not read
	END
	expect_cpu "$A" 0x1001 1
}

refused() {
	local sa

	topology 4 tunnel
	sa="src $OUT_SRC dst $OUT_DST spi 0x1001 dir out"
	# shellcheck disable=SC2086 # words
	{
		denied 1 "pCPU number too big" "$A" install $sa cpu 5000 auth digest_null \
			enc "ecb(cipher_null)" </dev/null
		denied 1 "0x00001001: " "$A" install $sa enc frob auth digest_null </dev/null
		# 5.10 has an errno for it, and no words.
		grep -q "not found\|Function not implemented" "$tmp/err"
		denied 2 "aead-key: arguments can be seen" "$A" install $sa \
			aead "rfc4106(gcm(aes))" aead-icv 128 aead-key "$key" </dev/null
		denied 2 "line 1: aead-key: expected hexadecimal digits" "$A" install $sa \
			aead "rfc4106(gcm(aes))" aead-icv 128 <<<"aead-key=${key}x"
		denied 2 "line 1: expected NAME=VALUE" "$A" install $sa <<<"$key"
		denied 2 "an algorithm must be given" "$A" install $sa </dev/null
		denied 2 "spi: expected a number" "$A" install spi frob </dev/null
	}
	no_keys
	[ -z "$(dump "$A")" ] || fail "there is an SA: $(dump "$A")"
	install "$A" 0x1001 dir out
	denied 1 "0x00001001: " "$A" install src "$OUT_SRC" dst "$OUT_DST" spi 0x1001 dir out \
		auth digest_null enc "ecb(cipher_null)" </dev/null
}

json() {
	topology 4 tunnel
	install "$A" 0x1001 dir out cpu 1 --json >"$tmp/json"
	[ "$(jq -r '.command + .spi' "$tmp/json")" = install0x00001001 ]
	[ "$(jq .cpu "$tmp/json")" = 1 ]
	no_keys
}

run_subtests
