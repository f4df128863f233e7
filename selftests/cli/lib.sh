# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of the command line have in common.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"

# 20 bytes, so that no part of it is in an address or a number by chance.
key=5ec4e7005ec4e7015ec4e7025ec4e7035ec4e704

# pcpu NAMESPACE ARGUMENT...: what it says is kept, for no_keys.
pcpu() {
	local netns=$1 status=0

	shift
	in_ns "$netns" xfrm-pcpu "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
	cat "$tmp/out" "$tmp/err" >>"$tmp/said"
	cat "$tmp/out"
	cat "$tmp/err" >&2
	return "$status"
}

# denied STATUS TEXT NAMESPACE ARGUMENT...: it has to fail so, and say that.
denied() {
	local want=$1 text=$2 status=0
	shift 2

	pcpu "$@" >/dev/null 2>&1 || status=$?
	[ "$status" = "$want" ] || fail "$*: wanted status $want, got $status: $(cat "$tmp/err")"
	grep -qF -- "$text" "$tmp/err" || fail "$*: wanted \"$text\", said: $(cat "$tmp/err")"
	[ ! -s "$tmp/out" ] || fail "$*: output beside an error: $(cat "$tmp/out")"
}

# has_key FILE: a part of the key is in it, in hex, whatever its bytes are grouped by.
has_key() {
	sed 's/0[xX]//g' "$1" | tr -cd '[:alnum:]' | tr '[:upper:]' '[:lower:]' | grep -qE '5ec4e70[0-4]'
}

# no_keys: nothing that xfrm-pcpu said has a part of the key.
no_keys() {
	[ -s "$tmp/said" ] || fail "it said nothing at all"
	not has_key "$tmp/said" || fail "a key: $(cat "$tmp/said")"
}

# install NAMESPACE SPI WORD...: between the addresses of the drawing.
install() {
	local netns=$1 spi=$2
	shift 2

	echo "aead-key=$key" | pcpu "$netns" install src "$OUT_SRC" dst "$OUT_DST" spi "$spi" \
		reqid 1 mode "$MODE" aead "rfc4106(gcm(aes))" aead-icv 128 "$@"
}

# install_pair SPI WORD...: in $B and, with the words, in $A.
install_pair() {
	local spi=$1
	shift

	install "$B" "$spi" dir in replay-window 32
	install "$A" "$spi" dir out "$@"
}
