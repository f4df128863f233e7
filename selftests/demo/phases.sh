# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the gateways are put through. Each phase is a function that says what it
# sees and fails at the first thing that is not as it has to be. Include
# lib/lib.sh and gateways.sh first; $tmp is a directory of the phase's own.
#
#	phase_first	the first packet makes the fallback SA
#	phase_own	each CPU gets its SA, and its packets use only that
#	phase_rekey	rekeys from both sides, of both kinds, keep that
#	phase_seen	what the administrator of gwA sees of it
#	phase_stall MS	a peer that does not answer for 5 s, under load; MS is
#			the module's hold_ms

# CPUs that send; packets per second of each while SAs are made, under the
# stalled peer (from hostA, from hostB), and how many of each are counted.
cpus=4
all_cpus=0-$((cpus - 1))
setup_rate=50
# How long that may take.
setup_ms=15000
load_rate=${LOAD_RATE:-1000}
back_rate=${BACK_RATE:-250}
counted=${COUNTED:-1000}
count_rate=200

stall_ms=5000
# How long the peer may take for all SAs when it answers again.
answer_ms=30000

# The gateways whose kernel is ours. Another one may do what mainline does: drop while
# an SA is being made, and use one that the peer cannot take yet.
ours="gwA gwB"

# JUDGE=no: say what is wrong and go on, as for a kernel that is not ours.
JUDGE=${JUDGE-yes}

# see WORD...: the observations.
see() {
	echo "${SEE_PREFIX-# }  $*"
}

phase() {
	echo "${SEE_PREFIX-# }$*"
}

# must WHAT COMMAND...: the command has to succeed.
must() {
	local what=$1

	shift
	"$@" && return
	[ "$JUDGE" = yes ] && fail "$what: no: $*"
	see "NOT: $what"
}

# same A B, at_least A B
same() {
	[ "$1" = "$2" ]
}

at_least() {
	[ "$1" -ge "$2" ]
}

# has_sas GATEWAY CPU...: an outbound SA for each ("-": the fallback).
has_sas() {
	local have cpu

	have=$(outbound "$1" | cut -d' ' -f1)
	shift
	for cpu; do
		grep -qx -e "$cpu" <<<"$have" || return 1
	done
}

# each_cpu: the CPUs, a word each.
each_cpu() {
	seq 0 $((cpus - 1))
}

# ------------------------------------------------------------ 1. the fallback

phase_first() {
	local dropped

	phase "1. the first packet, from CPU 0, makes the fallback SA"
	dropped=$(xfrm_stat gwA XfrmOutNoStates)
	send_start hostA --cpus 0 --rate 50 --time 900000
	busywait 30000 has_sas gwA - || fail "no fallback SA: $(tail "$gateways_dir/gwA/log")"
	sleep 2
	send_end hostA
	dropped=$(($(xfrm_stat gwA XfrmOutNoStates) - dropped))
	see "sent $SENT, received $RECEIVED: $dropped lost until the fallback SA was up"
	must "the fallback SA comes while the host sends" at_least "$RECEIVED" 1
	must "only packets before the fallback SA are lost" same "$((SENT - RECEIVED))" "$dropped"
	must "nothing is lost afterwards" only_first_lost 0 "$dropped"
	must "gwB has the fallback SA" has_sas gwB -
}

# only_first_lost CPU COUNT: the receiver misses just the first COUNT packets.
only_first_lost() {
	local gaps

	gaps=$(sed -n "s/^cpu=$1 .*gaps=//p" "$tmp/recv-hostB")
	[ "$gaps" = "$([ "$2" = 0 ] || echo "0-$(($2 - 1))")" ]
}

# --------------------------------------------------------- 2. an SA for a CPU

# setup_own: traffic from A until both sides have all SAs. B does not send, or
# both might ask for the same CPU's SA at once and get two.
setup_own() {
	snapshot before
	send_start hostA --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	busywait "$setup_ms" own_everywhere || :
	send_end hostA
	snapshot after
	see "while the SAs were made:"
	account "$SENT" "$RECEIVED"
}

own_everywhere() {
	# shellcheck disable=SC2046 # words
	has_sas gwA - $(each_cpu) && has_sas gwB - $(each_cpu)
}

phase_own() {
	local gateway

	phase "2. traffic from each CPU makes its SA"
	setup_own
	for gateway in gwA gwB; do
		must "$gateway: one outbound SA for each CPU" same_layout "$gateway"
	done
	see "gwA and gwB: an outbound SA for each of $cpus CPUs, and the fallback"
	own_only
}

# own_only: $counted packets from each CPU, both ways: each uses its own CPU's
# SA, the fallback none, and all arrive.
own_only() {
	local gateway cpu got seen

	for gateway in gwA gwB; do
		outbound "$gateway" >"$tmp/before-$gateway"
	done
	send_start hostA --cpus "$all_cpus" --rate "$count_rate" --count "$counted"
	send_start hostB --cpus "$all_cpus" --rate "$count_rate" --count "$counted"
	send_wait hostA
	must "all packets of hostA arrive" same "$RECEIVED" "$SENT"
	send_wait hostB
	must "all packets of hostB arrive" same "$RECEIVED" "$SENT"
	for gateway in gwA gwB; do
		outbound "$gateway" >"$tmp/after-$gateway"
		seen=
		for cpu in - $(each_cpu); do
			got=$(($(packets_of "$cpu" <"$tmp/after-$gateway") -
				$(packets_of "$cpu" <"$tmp/before-$gateway")))
			seen+=" $cpu:$got"
			if [ "$cpu" = - ]; then
				must "$gateway: nothing uses the fallback" same "$got" 0
			else
				must "$gateway: CPU $cpu uses its own SA only" same "$got" "$counted"
			fi
		done
		see "$gateway: $counted packets from each CPU; its SAs carried (-: fallback)$seen"
	done
}

# packets_of CPU: in the lines of outbound.
packets_of() {
	awk -v cpu="$1" '$1 == cpu { sum += $3 } END { print sum + 0 }'
}

# ------------------------------------------------------------------ 3. rekeys

# traffic_both: on all CPUs of both hosts, until traffic_ends, which knows why anything
# was lost.
traffic_both() {
	snapshot before
	send_start hostA --cpus "$all_cpus" --rate "$setup_rate" --time 900000
	send_start hostB --cpus "$all_cpus" --rate "$setup_rate" --time 900000
}

traffic_ends() {
	local sent received

	send_end hostA
	sent=$SENT received=$RECEIVED
	send_end hostB
	snapshot after
	account $((sent + SENT)) $((received + RECEIVED))
}

phase_rekey() {
	phase "3. rekeys under traffic, from both sides, of a CPU's SA and of the fallback"
	traffic_both
	rekey gwA 1
	rekey gwA -
	rekey gwB 2
	rekey gwB -
	traffic_ends
	must "no packet comes before its SA is valid" same "$(grew after refused)" 0
	own_only
}

# rekey GATEWAY CPU: that SA gets a successor of the same CPU on both sides, and
# no other SA changes.
rekey() {
	rekey_begins "$1" "$2"
	run_cmd swan "$1" --rekey --child-id "$rekeyed_id"
	busywait 30000 replaced "$1" "$2" "$rekeyed_spi" || fail "$1: CPU $2: not rekeyed"
	# The responder begins to use its new SA when the old one is deleted.
	busywait 30000 same_layout "$1" "${peer[$1]}" || fail "$1: CPU $2: old SAs remain"
	rekey_ends "$1" "$2"
}

# rekey_begins GATEWAY CPU: what rekey_ends compares. Sets rekeyed_id and rekeyed_spi,
# number and outbound SPI, and peer_cpu, its CPU on the other side.
rekey_begins() {
	local other=${peer[$1]}

	look "$1" "$other"
	read -r rekeyed_id rekeyed_spi <<<"$(newest_of "$2" <"$tmp/children-$1")"
	[ -n "$rekeyed_id" ] || fail "$1: no SA of CPU $2"
	peer_cpu=$(cpu_of_inbound "$rekeyed_spi" <"$tmp/children-$other")
	others "$1" "$2" "$other" "$peer_cpu" >"$tmp/others"
}

# rekey_ends GATEWAY CPU
rekey_ends() {
	local other=${peer[$1]} new what

	look "$1" "$other"
	new=$(newest_of "$2" <"$tmp/children-$1" | cut -d' ' -f2)
	must "rekeying changes no other SA" \
		same "$(others "$1" "$2" "$other" "$peer_cpu")" "$(<"$tmp/others")"
	must "the new SA has the CPU of the old one on $other too" \
		same "$(cpu_of_inbound "$new" <"$tmp/children-$other")" "$peer_cpu"
	what="CPU $2 (CPU $peer_cpu of $other)"
	[ "$2" != - ] || what="the fallback"
	see "$1 rekeyed $what: SPI $rekeyed_spi -> $new, nothing else changed"
}

# look GATEWAY...: keep what children says; swanctl is slow to ask.
look() {
	local gateway

	for gateway; do
		children "$gateway" >"$tmp/children-$gateway"
	done
}

# newest_of CPU: unique id and outbound SPI, in the lines of children.
newest_of() {
	awk -v cpu="$1" '$2 == cpu && $1 + 0 >= id { id = $1 + 0; spi = $4 }
		END { if (id) print id, spi }'
}

cpu_of_inbound() {
	awk -v spi="$1" '$3 == spi { print $2 }'
}

# others GATEWAY CPU GATEWAY CPU: all SAs but those of this CPU.
others() {
	awk -v cpu="$2" '$2 != cpu { print $2, $4 }' "$tmp/children-$1"
	awk -v cpu="$4" '$2 != cpu { print $2, $4 }' "$tmp/children-$3"
}

# replaced GATEWAY CPU SPI: the kernel has another SA for that CPU.
replaced() {
	outbound "$1" | awk -v cpu="$2" -v spi="$3" '$1 == cpu && $2 != spi { found = 1 }
		END { exit !found }'
}

# same_layout GATEWAY...: one outbound SA per CPU again.
same_layout() {
	local gateway

	for gateway; do
		[ "$(outbound "$gateway" | cut -d' ' -f1 | paste -sd' ')" = "- $(each_cpu | paste -sd' ')" ] ||
			return 1
	done
}

# -------------------------------------------------------- 4. a peer that stalls

phase_stall() {
	local hold=$1 sent received

	phase "4. a peer that stalls for $((stall_ms / 1000)) s under load, hold_ms=$hold"
	set_hold "$hold"
	fallback_only
	snapshot before
	start acquires gwA xmon acquire
	daemon_signal gwB STOP
	send_start hostA --cpus "$all_cpus" --rate "$load_rate" --time 900000
	send_start hostB --cpus "$all_cpus" --rate "$back_rate" --time 900000
	sleep "$((stall_ms / 1000))"
	snapshot stalled
	daemon_signal gwB CONT

	see "while it stalled: gwA sent $(grew stalled fallback) packets on the fallback," \
		"$(grew stalled own) on CPUs' SAs, dropped $(grew stalled dropped)"
	must "the fallback carries packets" at_least "$(grew stalled fallback)" 1
	must "there is no CPU's SA yet" same "$(grew stalled own)" 0
	must "gwA drops nothing" same "$(grew stalled dropped)" 0
	acquires

	busywait "$answer_ms" own_everywhere || :
	sleep "$((hold / 1000 + 2))"
	send_end hostA
	sent=$SENT received=$RECEIVED
	see "hostA: sent $SENT, received $RECEIVED, lost $((SENT - RECEIVED))"
	send_end hostB
	see "hostB: sent $SENT, received $RECEIVED, lost $((SENT - RECEIVED))"
	stop acquires
	snapshot after

	must "gwA drops nothing" same "$(grew after dropped)" 0
	must "each packet of hostA leaves gwA" within "$sent" \
		"$(($(grew after fallback) + $(grew after own)))" "$(grew after routes)"
	must "all CPUs have their SAs in the end" own_everywhere
	must "and use them" at_least "$(grew after own)" 1
	see "in all: $(grew after fallback) packets on gwA's fallback, $(grew after own) on its CPUs' SAs"
	account $((sent + SENT)) $((received + RECEIVED))
	[ "$hold" = 0 ] || must "with the hold nothing comes too early" same "$(grew after early)" 0
}

percent() {
	awk -v part="$1" -v whole="$2" 'BEGIN { printf "%.3f %%", whole ? 100 * part / whole : 0 }'
}

# within A B N: B is A, or up to N less.
within() {
	[ "$2" -le "$1" ] && [ $(($1 - $2)) -le "$3" ]
}

set_hold() {
	local parameter=/sys/module/xfrm_pcpu/parameters/hold_ms

	[ ! -e "$parameter" ] || echo "$1" >"$parameter"
}

# fallback_only: a new IKE SA with nothing but the fallback. One packet makes it;
# a second would ask for a CPU's SA.
fallback_only() {
	# An error if there is none.
	swan gwA --terminate --ike gw >/dev/null 2>&1 || :
	busywait 10000 no_sas || fail "SAs remain: $(outbound gwA; outbound gwB)"
	send_start hostA --cpus 0 --count 1
	busywait 60000 has_sas gwA - || fail "no fallback SA: $(tail "$gateways_dir/gwA/log")"
	busywait 20000 has_sas gwB - || fail "no fallback SA on gwB"
	send_wait hostA
	must "there is only the fallback SA" same "$(children gwA | cut -d' ' -f2)" -
}

no_sas() {
	[ -z "$(outbound gwA)$(outbound gwB)" ]
}

# account SENT RECEIVED: between the snapshots "before" and "after", nothing was
# lost but for the reasons that the snapshots know.
account() {
	local lost=$(($1 - $2)) known

	see "lost end to end: $lost of $1 ($(percent "$lost" "$1"));" \
		"before the peer's SA was valid: $(grew after refused);" \
		"to the route cache: $(grew after routes);" \
		"their SA was deleted meanwhile: $(grew after gone)$(
			[ "$ours" != gwA ] || echo "; dropped by gwB's kernel: $(grew after theirs)"
		)"
	known=$(($(grew after refused) + $(grew after routes) + $(grew after gone) +
		$(grew after theirs)))
	same "$lost" "$known" || losses hostA gwA gwB hostB | sed 's/^/# /'
	must "each loss is accounted for" same "$lost" "$known"
}

# snapshot NAME: of what a phase compares.
#	fallback, own	packets of gwA's outbound SAs
#	dropped		by gwA for want of an SA
#	theirs		likewise by gwB if its kernel is not ours
#	refused		by either gateway: the SA is not valid yet
#	early		likewise, of what gateways of ours sent
#	routes		by either gateway: the packet's route is gone. Each change
#			of a policy, and so each new Child SA, renews all cached
#			routes; a packet that has an old one on another CPU may
#			be dropped where XFRM takes a reference to it. Stock
#			kernels do so (6.1 without the module: 1 of 71,000
#			packets under 900 changes).
#	gone		by gateways of ours: XFRM had the packet and its SA when the SA
#			was deleted, after a rekey (6.1 without the module: 5 of 20,817
#			packets under 840 rekeys).
snapshot() {
	local sas

	sas=$(outbound gwA)
	{
		echo "fallback=$(awk '$1 == "-" { n += $3 } END { print n + 0 }' <<<"$sas")"
		echo "own=$(awk '$1 != "-" { n += $3 } END { print n + 0 }' <<<"$sas")"
		echo "dropped=$(out_dropped gwA)"
		echo "theirs=$(theirs)"
		echo "refused=$(both_stat "${not_valid[@]}")"
		echo "early=$(early)"
		echo "routes=$(both_stat XfrmFwdHdrError XfrmInError XfrmOutError)"
		echo "gone=$(gone_under)"
	} >"$tmp/snapshot-$1"
}

not_valid=(XfrmInNoStates XfrmAcquireError XfrmInStateInvalid)

# out_dropped GATEWAY: what it had no SA for.
out_dropped() {
	in_ns "$1" awk '/^XfrmOut/ && !/^XfrmOutError/ { n += $2 } END { print n + 0 }' /proc/net/xfrm_stat
}

theirs() {
	if [ "$ours" = gwA ]; then
		out_dropped gwB
	else
		echo 0
	fi
}

gone_under() {
	if [ "$ours" = gwA ]; then
		xfrm_stat gwA XfrmOutStateInvalid
	else
		both_stat XfrmOutStateInvalid
	fi
}

early() {
	if [ "$ours" = gwA ]; then
		xfrm_stat gwB "${not_valid[@]}"
	else
		both_stat "${not_valid[@]}"
	fi
}

both_stat() {
	echo $(($(xfrm_stat gwA "$@") + $(xfrm_stat gwB "$@")))
}

# grew SNAPSHOT NAME: since the one called before.
grew() {
	echo $(($(sed -n "s/^$2=//p" "$tmp/snapshot-$1") -
		$(sed -n "s/^$2=//p" "$tmp/snapshot-before")))
}

# acquires: all CPUs' went out at once.
acquires() {
	local seen

	seen=$(sed -n 's/^\([0-9]*\) ACQUIRE .*SA_PCPU=\([0-9]*\).*/\1 \2/p' "$tmp/acquires")
	see "ACQUIREs of gwA, CPU (ms after the first):$(awk '
		NR == 1 { first = $1 } { printf " %d (%d)", $2, $1 - first }' <<<"$seen")"
	must "each CPU asked once" \
		same "$(cut -d' ' -f2 <<<"$seen" | sort | paste -sd' ')" "$(each_cpu | paste -sd' ')"
}

# -------------------------------------------------------------- 5. to look at it

# phase_seen: under traffic on all CPUs, with an SA for each. The README has it.
phase_seen() {
	local cpu

	phase "5. what is to be seen of that on gwA"
	send_start hostA --cpus "$all_cpus" --rate "$count_rate" --time 900000
	in_ns gwA xfrm-pcpu top --interval 2 --count 1 >"$tmp/top"
	send_end hostA
	in_ns gwA xfrm-pcpu status >"$tmp/status"
	for cpu in fallback $(each_cpu); do
		must "status has CPU $cpu" grep -qE "^ +spi 0x[0-9a-f]+ cpu $cpu " "$tmp/status"
	done
	for cpu in $(each_cpu); do
		must "top has packets of CPU $cpu" grep -qE "^ +$cpu +[1-9] +[1-9]" "$tmp/top"
	done
	printf '\ngwA# xfrm-pcpu %s\n' status | cat - "$tmp/status"
	printf '\ngwA# xfrm-pcpu %s\n' top | cat - "$tmp/top"
}
