#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The helper is killed at random moments while this script, its daemon, makes,
# rekeys, moves and deletes Child SAs, under traffic from all CPUs. After each kill
# the daemon does what helper-protocol.rst says of silence; then, with nobody there,
# all that was sent has arrived, and the kernel has all SAs of the daemon's books.
# The next helper is told what there is, shows just that, and is killed: one in three
# while it starts, the others later, so that something happens before.
#
#	KILLS  how often (30; on a debug kernel 10)
#	SEED   of the moments and of what the daemon does (printed)
#
# Needs 4 CPUs.
# shellcheck disable=SC2086,SC2046 # SA and the like are lists of words
. "$(dirname "$0")/lib.sh"

subtests=(
	"kills|killed at any moment: no packet and no SA is lost, the next one goes on"
)

kills=${KILLS:-$((slow > 1 ? 10 : 30))}
seed=${SEED:-$(date +%s)}
rate=50
longest_ms=1000 # that a helper lives, from its start or after it was told all

# What the daemon has:
declare -A out=()     # outbound SPI by inbound SPI: Child SAs that are up
declare -A job=()     # by job=N or question=N: words of what is under way
declare -A waiting=() # inbound SPI: its outbound SA is not there yet
declare -A old=()     # inbound SPI: the one that it replaces
fallback=0x20000      # its inbound SPI
last=0 questions=0    # SPIs, questions
gone=()               # outbound SPIs that $B still has
dead=''
made=0 by_helper=0 rekeys=0 moves=0 sent=0

# ------------------------------------------------------------ the conversation

# say: as tell, also to one that was killed.
say() {
	[ -n "$dead" ] || tell "$@" 2>/dev/null || dead=1
}

# take SECONDS: the next message; its lines are in got. False if none comes. One
# that has begun is waited for, and so is a line: read gives what it has of it when
# the time is over.
take() {
	local line part='' status seconds=$1

	unset got
	declare -gA got=()
	[ -z "$dead" ] || return 1
	while :; do
		status=0
		read -r -t "$seconds" -u "$from" line || status=$?
		if [ "$status" -gt 128 ]; then
			[ -n "$line" ] || return 1
			part+=$line
			seconds=$((10 * slow))
			continue
		elif [ "$status" != 0 ]; then
			dead=1
			return 1
		fi
		line=$part$line
		part=''
		[ -n "$line" ] || return 0
		got["${line%%=*}"]=${line#*=}
		seconds=$((10 * slow))
	done
}

# ------------------------------------------------------------------- the kernel

# add [exists] WORD...: an SA in $A, which with that word may be there already.
add() {
	local answer may=-

	[ "$1" != exists ] || { may=EEXIST && shift; }
	answer=$(in_ns "$A" xreq newsa mode=$MODE reqid=1 "$@" 2>&1) || :
	[[ "$answer" =~ errno=(0|$may)( |$) ]] || fail "newsa $*: $answer"
}

# quietly COMMAND...: while nobody sends. An SA that is deleted takes the packet
# with it that has just chosen it.
quietly() {
	kill -STOP "$sender"
	until stopped; do :; done
	"$@"
	kill -CONT "$sender"
}

# stopped: no thread of the sender is in the kernel.
stopped() {
	local task state

	for task in /proc/"$sender"/task/*/stat; do
		read -r state <"$task"
		[[ "$state" = *") T "* ]] || return 1
	done
}

# delete IN: both SAs; what is on the way to $B gets there.
delete() {
	x "$A" delsa dst=$OUT_DST spi="${out[$1]}"
	x "$A" delsa dst=$OUT_SRC spi="$1"
	gone+=("${out[$1]}")
	unset "out[$1]" "waiting[$1]"
}

# remove IN: a Child SA that is up.
remove() {
	quietly delete "$1"
	say child-down ike=7 spi-in="$1" by=us
}

# ------------------------------------------------------------------- the daemon

# begin REF [REPLACES]: SPIs are known, and $B has its inbound SA.
begin() {
	local by='' hold='' in spi

	last=$((last + 1))
	in=$(printf '0x%x' $((0x20000 + last))) spi=$(printf '0x%x' $((0x10000 + last)))
	x "$B" newsa $SA spi="$spi" dir=in
	if ((RANDOM % 2)); then
		by="by=helper auth=digest_null enc=ecb(cipher_null)"
	fi
	((RANDOM % 2)) || hold=can-hold=yes
	job[$1]="$in $spi ${2--} ${got[cpu-in]--} ${got[cpu-out]--}"
	say install "$1" ike=7 reqid=1 spi-in="$in" spi-out="$spi" $by $hold
}

# up IN OUT REPLACES REF: all is there that is not in waiting.
up() {
	out[$1]=$2
	made=$((made + 1))
	if [ "$3" = - ]; then
		say child-up "$4" ike=7 reqid=1 spi-in="$1" spi-out="$2" $offer
	else
		say child-up "$4" ike=7 reqid=1 spi-in="$1" spi-out="$2" replaces="$3"
		old[$1]=$3
	fi
	[ -n "${waiting[$1]-}" ] || whole "$1"
}

# whole IN: both SAs are there: the one that was replaced goes.
whole() {
	local replaced=${old[$1]-}

	unset "waiting[$1]" "old[$1]"
	[ -n "$replaced" ] && [ -n "${out[$replaced]-}" ] || return 0
	[ "$replaced" != "$fallback" ] || fallback=$1
	rekeys=$((rekeys + 1))
	remove "$replaced"
}

# pcpu CPU: the word for a kernel that gives SAs their CPUs upon installation.
pcpu() {
	! native || [ "$1" = - ] || echo pcpu="$1"
}

# go REF: the helper says so; with nobody there, by itself.
go() {
	local in spi replaces cpu_in cpu_out exists=''

	read -r in spi replaces cpu_in cpu_out <<<"${job[$1]}"
	unset "job[$1]"
	[ -z "$dead" ] || exists=exists
	if [ "${got[installed]-yes}" = no ]; then
		fail "not installed: ${got[text]}"
	elif [ -n "${got[installed]-}" ]; then
		by_helper=$((by_helper + 1))
	else
		add $exists src=$OUT_DST dst=$OUT_SRC spi="$in" dir=in $(pcpu "$cpu_in")
	fi
	if [ "${got[hold]-no}" = yes ]; then
		waiting[$in]=$cpu_out
	elif [ -z "${got[installed]-}" ]; then
		add $exists src=$OUT_SRC dst=$OUT_DST spi="$spi" dir=out $(pcpu "$cpu_out")
	fi
	up "$in" "$spi" "$replaces" "$1"
}

# release IN: likewise.
release() {
	[ "${got[installed]-yes}" = yes ] || fail "not installed: ${got[text]}"
	[ -n "${waiting[$1]-}" ] || return 0
	[ -n "${got[installed]-}" ] ||
		add ${dead:+exists} src=$OUT_SRC dst=$OUT_DST spi="${out[$1]}" dir=out \
			$(pcpu "${waiting[$1]}")
	whole "$1"
}

# an SPI as the helper writes it, as we do.
spi() {
	printf '0x%x' "$1"
}

# heard: do what it says.
heard() {
	local ref

	ref=${got[job]+job=${got[job]}}${got[question]+question=${got[question]}}
	case ${got[message]} in
	negotiate) begin "$ref" ;;
	rekey) begin "$ref" "$(spi "${got[spi-in]}")" ;;
	answer)
		[ "${got[verdict]}" != accept ] || begin "$ref" ${asked[$ref]}
		unset "asked[$ref]"
		;;
	go) go "$ref" ;;
	release) release "$(spi "${got[spi-in]}")" ;;
	delete) remove "$(spi "${got[spi-in]}")" ;;
	moved)
		[ "${got[error]}" != 0 ] || moves=$((moves + 1))
		unset "asked[move]"
		;;
	*) fail "it says ${got[message]} ${got[text]-}" ;;
	esac
}

# any: inbound SPI of a Child SA that is whole and that nobody is about to replace, in
# chosen.
any() {
	local all=() in

	for in in "${!out[@]}"; do
		[[ " ${!waiting[*]} ${job[*]} ${old[*]} ${asked[*]} " = *" $in "* ]] ||
			all+=("$in")
	done
	[ "${#all[@]}" != 0 ] || return 1
	chosen=${all[RANDOM % ${#all[@]}]}
}

# something: what a daemon does by itself, or is told by an operator.
something() {
	any || return 0
	questions=$((questions + 1))
	case $((RANDOM % 8)) in
	0 | 1)
		asked[question=$questions]=$chosen
		say ask question=$questions ike=7 reqid=1 by=us replaces="$chosen"
		;;
	2)
		asked[question=$questions]=$chosen
		say ask question=$questions ike=7 reqid=1 by=peer replaces="$chosen" $offer
		;;
	3)
		asked[question=$questions]=''
		say ask question=$questions ike=7 reqid=1 by=peer $offer
		;;
	4) [ "$chosen" = "$fallback" ] || remove "$chosen" ;;
	5)
		[ -z "${asked[move]-}" ] || return 0
		asked[move]=$chosen
		say move ike=7 spi-in="$chosen" cpu=$((RANDOM % 4))
		;;
	esac
}

# tell_all: what there is, the fallback first.
tell_all() {
	local in

	say ike-up ike=7 local=$OUT_SRC peer=$OUT_DST
	say child-up ike=7 reqid=1 spi-in=$fallback spi-out="${out[$fallback]}" again=yes
	for in in "${!out[@]}"; do
		[ "$in" = "$fallback" ] ||
			say child-up ike=7 reqid=1 spi-in="$in" spi-out="${out[$in]}" again=yes
	done
}

# silence: the helper was killed. What it was asked for is done without it.
silence() {
	local ref in

	unset got
	declare -gA got=()
	for ref in "${!job[@]}"; do
		go "$ref"
	done
	for in in "${!waiting[@]}"; do
		release "$in"
	done
	asked=()
}

# ------------------------------------------------------------------- what holds

# books: SPIs of all SAs that there should be.
books() {
	printf '%s\n' "${!out[@]}" "${out[@]}" | sort
}

kernel_has() {
	dump "$A" | grep -o ' spi=0x[0-9a-f]*' | cut -d= -f2 | grep -vx 0x0 | sort
}

all_there() {
	[ "$(books)" = "$(kernel_has)" ] ||
		fail "round $round: $(diff <(books) <(kernel_has) | grep '[<>]' | paste -sd' ')"
}

# shown: the helper's status; 1 if it is killed meanwhile. What it says besides is
# done afterwards: the books do not change under it.
shown() {
	local known='' later=() message

	say status
	while take $((10 * slow)) && [ "${got[message]}" != end ]; do
		if [ "${got[message]}" = child ]; then
			known+="$(spi "${got[spi-in]}") $(spi "${got[spi-out]}") "
		else
			later+=("$(declare -p got)")
		fi
	done
	[ -z "$dead" ] || return 1
	[ "$(tr ' ' '\n' <<<"$known" | grep . | sort)" = "$(books)" ] ||
		fail "round $round: it knows $known, not $(books | paste -sd' ')"
	for message in "${later[@]}"; do
		eval "${message/declare -A/declare -gA}"
		heard
	done
}

traffic() {
	xns exec "$A" xsend --dst "$TARGET" --cpus 0-3 --rate "$rate" \
		--time 600000 >"$tmp/traffic" &
	sender=$!
	busywait 5000 grep -qx xsend "/proc/$sender/comm"
}

# arrived: it ends; each packet was accepted, and has arrived.
arrived() {
	kill "$sender"
	wait "$sender" || :
	[ "$(grep -c ' sent=[1-9][0-9]*$' "$tmp/traffic")" = 4 ] ||
		fail "round $round: refused: $(cat "$tmp/traffic" <(losses))"
	sent=$((sent + $(sed 's/.* sent=\([0-9]*\).*/\1/' "$tmp/traffic" | paste -sd+ | total)))
	busywait 5000 receiver_has "$sent" ||
		fail "round $round: sent $sent, received $(cat "$tmp/receiver" <(losses))"
}

# peer_cleans: what $B has of SAs that are gone.
peer_cleans() {
	local one

	[ "${#gone[@]}" = 0 ] || for one in "${gone[@]}"; do
		echo "delsa dst=$OUT_DST spi=$one"
	done | in_ns "$B" xreq - >/dev/null
	gone=()
}

# --------------------------------------------------------------------- the kills

helper_runs() {
	dead=''
	coproc HELPER { exec xns exec "$A" xfrm-pcpud --stdio 2>>"$tmp/log"; }
	helper=$HELPER_PID
	exec {from}<&"${HELPER[0]}" {to}>&"${HELPER[1]}"
}

# greeted: it says hello, and is told all; 1 if it is killed meanwhile.
greeted() {
	say hello version=1 rekeys=yes
	if ! take $((10 * slow)); then
		[ -n "$dead" ] || fail "round $round: it is silent"
		return 1
	fi
	[ "${got[message]}" = hello ] || fail "round $round: it says ${got[message]}"
	tell_all
}

# buried: it was killed, and did not end by itself.
buried() {
	local status=0

	wait "$helper" 2>/dev/null || status=$?
	[ "$status" = 137 ] || fail "round $round: it ended, status $status: $(cat "$tmp/log")"
	wait "$killer" || :
	exec {from}<&- {to}>&-
}

# kill_later: at a random moment.
kill_later() {
	local delay=$((RANDOM % (longest_ms * slow)))

	{ sleep "$((delay / 1000)).$(printf %03d $((delay % 1000)))" && kill -9 "$helper"; } &
	killer=$!
}

one_kill() {
	traffic
	helper_runs
	[ $((round % 3)) != 0 ] || kill_later
	if greeted; then
		shown || :
	fi
	[ $((round % 3)) = 0 ] || kill_later
	while [ -z "$dead" ]; do
		if take 0.05; then
			heard
		else
			something
		fi
	done
	buried
	silence
	sleep 0.2
	arrived
	all_there
	peer_cleans
}

# own: each CPU has its own SA now, and uses it. Mainline takes the one that comes last in
# its list where the fallback is the younger one, as after its rekey (difference 4 of
# uapi.rst): there it is enough that each has one.
own() {
	local before cpu sas

	if native; then
		sas=$(dump "$A" dst=$OUT_DST)
		for cpu in 0 1 2 3; do
			[[ $sas = *SA_PCPU=$cpu,* ]] || return
		done
		return
	fi
	before=$(fallback_packets)
	sleep 1
	[ "$before" = "$(fallback_packets)" ]
}

# fallback_packets: of all SAs without a CPU.
fallback_packets() {
	dump "$A" dst=$OUT_DST | grep -v SA_PCPU | sed -n 's/.* packets=\([0-9]*\).*/\1/p' |
		paste -sd+ | total
}

# goes_on: nobody kills it; it serves all CPUs.
goes_on() {
	local end=$((SECONDS + 60 * slow))

	traffic
	helper_runs
	greeted
	shown
	until own; do
		[ "$SECONDS" -lt "$end" ] || fail "not all CPUs have their SAs: $(dump "$A")"
		while take 0.2; do
			heard
		done
		[ -z "$dead" ] || fail "it has ended: $(cat "$tmp/log")"
	done
	shown
	[ "$(policy_flags)" = "$(native && echo 0 || echo 4)" ]
	arrived
	all_there
}

kills() {
	local round

	declare -gA asked=()
	trap '' PIPE
	echo "# SEED=$seed"
	RANDOM=$((seed % 32768))
	topology 4 tunnel
	run_cmd in_ns "$A" sysctl -qw net.core.xfrm_acq_expires=2
	receive
	add_inbound $fallback
	add_sa_pair 0x10000 -
	out[$fallback]=0x10000
	for ((round = 1; round <= kills; round++)); do
		one_kill
	done
	goes_on
	[ $((made * (by_helper + rekeys))) != 0 ] || fail "too little has happened: $made Child SAs," \
		"$by_helper installed by the helper, $rekeys rekeys"
	echo "# $kills kills survived: $made Child SAs, $by_helper installed by the helper," \
		"$rekeys rekeys, $moves moves, $sent packets"
}

run_subtests
