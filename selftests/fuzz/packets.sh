#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ESP that is almost valid (xinject), PACKETS of it for each sub-test, from SEED, all on
# one CPU, from which steering takes it; meanwhile valid packets come, steering is
# switched, SAs go from CPU to CPU. What is wrong the kernel says on its console. After
# it every packet is accounted for, and new SAs serve. Needs 4 CPUs.
# shellcheck disable=SC2086 # SA and the like are lists of words
. "$(dirname "$0")/../steer/lib.sh"

subtests=(
	"esp_4|ESP"
	"esp_6|ESP over IPv6"
	"udp_4|ESP in UDP"
	"udp_6|ESP in UDP over IPv6"
)

COUNT=20
# So many parts at least, and until so many changes were made: a busy host may leave
# steering in one mode for as long as many packets take.
PARTS=10
ROUNDS=24

# changes: of steering and of the SAs' CPUs, until it is ended.
changes() {
	local n

	for ((n = 0; ; n++)); do
		in_ns "$B" sysctl -qw "net.xfrm_pcpu.steer=$((n % 8 == 7 ? 0 : 1 + n % 2))" \
			"net.xfrm_pcpu.steer_spread=$((n % 2))"
		in_ns "$B" xfrm-pcpu move "$OUT_DST" "0x100$((1 + n % 3))" "$((n % 4))" ||
			in_ns "$B" xfrm-pcpu bind "$OUT_DST" "0x100$((1 + n % 3))" "$((n % 4))"
		[ $((n % 5)) != 4 ] || in_ns "$B" xfrm-pcpu unbind "$OUT_DST" "0x100$((1 + n % 3))"
		echo "$n" >"$tmp/round"
	done >/dev/null 2>&1
}

# rounds: so many changes were made; 0 while that is being written.
rounds() {
	local n=0

	read -r n <"$tmp/round" || n=0
	echo "$n"
}

# new_sas: without a replay window, which wrong packets would have moved on, there are
# others instead.
new_sas() {
	local cpu

	x "$A" flushsa proto=esp
	x "$B" flushsa proto=esp
	for cpu in 0 1 2 3; do
		sa_pair "0x200$cpu" "$cpu" "$cpu"
	done
}

# inject: what is sent and taken is told; enough of it came as far as steering.
inject() {
	local packets=${PACKETS:-5000} seed=${SEED:-$RANDOM} part=0 sent changer reached

	echo 0 >"$tmp/round"
	arrive_on 0
	steer 1
	IN_SA='' four_sas
	traffic 0-3 --rate 50
	changes &
	changer=$!
	echo "# SEED=$seed PACKETS=$packets"
	while [ "$part" -lt "$PARTS" ] || [ "$(rounds)" -lt "$ROUNDS" ]; do
		in_ns "$A" xinject --packets $((packets / PARTS)) --seed $((seed + part)) veth0
		part=$((part + 1))
	done >"$tmp/tally"
	kill "$changer"
	wait "$changer" || :
	stop_traffic
	steer 1
	reached=$(($(stat SteerOut) + $(stat SteerHome) + $(stat SteerLeft)))
	sent=$(sum_of sent "$tmp/tally")
	echo "# sent=$sent, $reached for an SA, $(stat SteerOut) handed over, $(rounds) changes"
	[ "$sent" -ge "$packets" ]
	[ "$reached" -gt $((sent / 10)) ]
	[ "$(stat SteerOut)" -gt $((sent / 50)) ]
	busywait 10000 accounted || fail "$(in_ns "$B" grep Steer /proc/net/xfrm_pcpu_stat)"

	new_sas
	receive
	send 0-3 "$COUNT" --rate "$RATE"
	busywait 60000 receiver_has $((4 * COUNT)) || :
	delivered
	in_order
}

esp() {
	topology "$1" tunnel
	inject
}

udp() {
	topology "$1" tunnel
	start encap "$B" xencap udp "$OUT_DST" 4500
	SA="$SA encap=4500:4500"
	inject
}

esp_4() { esp 4; }
esp_6() { esp 6; }
udp_4() { udp 4; }
udp_6() { udp 6; }

run_subtests
