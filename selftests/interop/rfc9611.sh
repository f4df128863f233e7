#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What RFC 9611 leaves to the IKE daemon, by what the peer's log says of our messages,
# and by the kernel's SAs: Debian's strongSwan with our plugin and the helper on gwA, a
# strongSwan that knows the RFC on gwB. Needs 4 CPUs, and the disk $SUITE.
stock=gwA
. "$(dirname "$0")/lib.sh"

subtests=(
	"further|R4: a further SA is asked for with SA_RESOURCE_INFO and without REKEY_SA"
	"packet|R15: the packet of the CPU that asks comes first in TSi and TSr"
	"keys_differ|R7: each SA has its own keys, and those that rekeys made"
	"narrowed|R16: a rekey asks for no less than the peer left of our selectors, and has it"
)

counted=50
parsed='parsed CREATE_CHILD_SA request'

# setup [OUR-NET-AT-THE-PEER]: from nothing to the fallback; the peer says what it is
# asked for.
setup() {
	local net=${1-10.1.0.0/24}

	configure() {
		[ "$1" = gwB ] || return 0
		sed -i 's/chd = 2/&\nenc = 3/' "$2/strongswan.conf"
		sed -i "s,remote_ts = .*,remote_ts = $net," "$2/swanctl.conf"
	}
	interop_up
	fallback_only
}

# asks CPU [OPTION]...: packets of that CPU make its SA.
asks() {
	snapshot before
	send_start hostA --cpus "$1" --rate "$setup_rate" --time 900000 "${@:2}"
	busywait 30000 has_sas gwA "$1" || fail "CPU $1 has no SA: $(outbound gwA)"
	send_end hostA
	snapshot after
	account "$SENT" "$RECEIVED"
	must "nothing comes too early" same "$(grew after early)" 0
}

# requests [REGEX]: payloads of the CREATE_CHILD_SA that have come to gwB.
requests() {
	log_of gwB "$parsed" | sed 's/.*request [0-9]* //' | grep -E -e "${1-.}" || :
}

further() {
	local id

	setup
	must "nothing but the fallback yet" same "$(requests)" ""
	asks 0
	asks 1
	requests | sed 's/^/# /'
	must "a request for each" same "$(requests | wc -l)" 2
	must "with SA_RESOURCE_INFO, SA, nonce and selectors, without REKEY_SA" \
		same "$(requests '^\[ SA No (KE )?TSi TSr N\(RES_INFO\) \]$' | wc -l)" 2
	read -r id _ <<<"$(children gwA | newest_of 1)"
	run_cmd swan gwA --rekey --child-id "$id"
	busywait 30000 rekeyed_with_notify || fail "a rekey has not both: $(requests)"
}

# rekeyed_with_notify: REKEY_SA would be seen.
rekeyed_with_notify() {
	[ "$(requests 'N\(REKEY_SA\).*N\(RES_INFO\)' | wc -l)" = 1 ]
}

# asked: TSi and TSr of the last request, as gwB has decrypted it, a line each:
#	TSi 17 40000-40000 10.1.0.102-10.1.0.102
asked() {
	local side bytes

	log_of gwB '\[ENC\]' | awk '
		/parsing TS_INITIATOR payload,/ { side = "TSi" }
		/parsing TS_RESPONDER payload,/ { side = "TSr" }
		/parsing TRAFFIC_SELECTOR_SUBSTRUCTURE payload,/ { one = 1 }
		one && / 0: ([0-9A-F][0-9A-F] )+/ {
			sub(/.* 0: /, "")
			found = found side " " substr($0, 1, 47) "\n"
			one = 0
		}
		/parsed CREATE_CHILD_SA request/ { last = found }
		/parsed a .* header/ { found = "" }
		END { printf "%s", last }' |
		while read -r side bytes; do
			# shellcheck disable=SC2046 # a number each
			printf "$side %d %d-%d %d.%d.%d.%d-%d.%d.%d.%d\n" $(numbers "$bytes")
		done
}

# numbers BYTES: of a selector of IPv4: protocol, ports, addresses.
numbers() {
	local b

	read -ra b <<<"${1// / 0x}"
	echo "${b[1]}" "${b[4]}${b[5]#0x}" "${b[6]}${b[7]#0x}" "${b[@]:8:8}"
}

# selectors GATEWAY: of its Child SAs, its own and the peer's, each pair once.
selectors() {
	swan "$1" --list-sas | awk '
		$1 == "local" && NF == 2 { ours = $2 }
		$1 == "remote" && NF == 2 { print ours, $2 }' | sort -u
}

# asked_as TSi|TSr N REGEX: the N-th of them.
asked_as() {
	asked | grep "^$1" | sed -n "$2p" | grep -qxE "$1 $3"
}

packet() {
	local cpu

	for cpu in 2 3; do
		run_cmd ip -n hostA addr add "10.1.0.10$cpu/24" dev eth0
		asks "$cpu" --source "10.1.0.10$cpu"
		asked | sed "s/^/#   CPU $cpu: /"
		must "two selectors of each side" same "$(asked | cut -d' ' -f1 | paste -sd' ')" "TSi TSi TSr TSr"
		must "its source" asked_as TSi 1 "17 [0-9]+-[0-9]+ 10.1.0.10$cpu-10.1.0.10$cpu"
		must "our net" asked_as TSi 2 "0 0-65535 10.1.0.0-10.1.0.255"
		must "its destination" asked_as TSr 1 "17 9611-9611 10.2.0.1-10.2.0.1"
		must "the peer's net" asked_as TSr 2 "0 0-65535 10.2.0.0-10.2.0.255"
	done
	must "all have the nets" same "$(selectors gwA)" "10.1.0.0/24 10.2.0.0/24"
	own_only
}

# keys GATEWAY: a line for each SA of now: destination, SPI, key.
keys() {
	in_ns "$1" ip xfrm state | awk '
		$1 == "src" { dst = $4 }
		$1 == "proto" { spi = $4 }
		$1 == "aead" { print dst, spi, $3 }' | sort
}

keys_differ() {
	local cpu

	busywait 20000 eval '[ "$(keys gwA | wc -l)" = 10 ]' || fail "gwA has $(keys gwA)"
	keys gwA >"$tmp/keys"
	must "both sides have the same SAs and keys" same "$(keys gwB)" "$(<"$tmp/keys")"
	for cpu in 1 -; do
		rekey gwA "$cpu"
		keys gwA >>"$tmp/keys"
		rekey gwB "$cpu"
		keys gwA >>"$tmp/keys"
	done
	sort -u "$tmp/keys" >"$tmp/sas"
	must "those of 5 pairs, and of 4 rekeys" same "$(wc -l <"$tmp/sas")" 18
	must "each has its own key" \
		same "$(cut -d' ' -f3 "$tmp/sas" | sort -u | wc -l)" "$(wc -l <"$tmp/sas")"
	see "$(wc -l <"$tmp/sas") SAs, $(cut -d' ' -f3 "$tmp/sas" | sort -u | wc -l) keys"
}

# rekeys GATEWAY CPU: what was negotiated is there afterwards.
rekeys() {
	rekey "$1" "$2"
	must "it has what there was" same "$(selectors gwA)" "$narrow"
	must "on the other side too" same "$(selectors gwB)" "${narrow#* } ${narrow% *}"
}

narrowed() {
	interop_down
	setup 10.1.0.0/25
	narrow="10.1.0.0/25 10.2.0.0/24"
	# The peer's first: they join a fallback that our trap policy, which is wider, made.
	snapshot before
	send_start hostB --cpus 0-1 --rate "$setup_rate" --time 900000
	busywait 30000 has_sas gwB 0 1 || fail "the peer's CPUs have no SAs: $(outbound gwB)"
	send_end hostB
	snapshot after
	account "$SENT" "$RECEIVED"
	must "nothing comes too early" same "$(grew after early)" 0
	setup_own
	must "all have one reqid" same "$(in_ns gwA ip xfrm state | grep -o 'reqid [0-9]*' | sort -u | wc -l)" 1
	must "the peer has narrowed them" same "$(selectors gwA)" "$narrow"
	rekeys gwA 1
	asked | sed "s/^/#   CPU 1: /"
	must "for no less than we had" asked_as TSi 1 "0 0-65535 10.1.0.0-10.1.0.(127|255)"
	rekeys gwA -
	asked | sed "s/^/#   the fallback: /"
	must "for no less than we had" asked_as TSi 1 "0 0-65535 10.1.0.0-10.1.0.(127|255)"
	must "of the peer's net too" asked_as TSr 1 "0 0-65535 10.2.0.0-10.2.0.255"
	rekeys gwB 2
	rekeys gwB -
	own_only
}

trap interop_down EXIT
run_subtests
