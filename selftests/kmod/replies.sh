#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Which messages carry an SA's CPU and direction, and where in them: at the
# end, "... [MARK] [IF_ID] SA_PCPU SA_DIR" as mainline puts them.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"getsa|GETSA: the attributes are the last, in mainline's order"
	"getsa_all|GETSA: after mark, if_id and encapsulation too"
	"getsa_larval|GETSA of a larval SA"
	"dump_one|dump of one SA"
	"dump_many|dump of 500 SAs over many buffers: each once, with its own CPU"
	"dump_other_netns|dump of another namespace: nothing of this one"
	"getae|GETAE: the reply carries them"
	"event_newsa|NEWSA event"
	"event_updsa|UPDSA event"
	"event_delsa|DELSA event"
	"event_expire_soft|EXPIRE event, soft, by packets"
	"event_expire_hard|EXPIRE event, hard, by packets: the SA is gone by then"
	"event_expire_time|EXPIRE events of the timer, soft and hard"
	"event_expire_update|EXPIRE event in the middle of an UPDSA: the SA's own CPU"
	"event_expire_asked|EXPIRE event that a request asked for"
	"event_newae|NEWAE event"
	"event_flush|FLUSHSA event carries neither"
	"event_migrate|MIGRATE event carries neither"
	"event_acquire|XFRM_MSG_ACQUIRE: its echo carries the CPU"
	"not_others|SAs without a CPU carry none, in no message"
)

setup() {
	addresses 4 tunnel
	setup_ns A
}

# ends_with REGEX LINE: the list of attributes does.
ends_with() {
	[[ $2 =~ [=,]$1$ ]] || fail "does not end with $1: ${2:-nothing}"
}

getsa() {
	setup
	add_sa 0x100 1
	ends_with "SA_PCPU=1,SA_DIR=2" "$(show "$A" 0x100)"
}

getsa_all() {
	setup
	x "$A" newsa $SA spi=0x100 dir=out pcpu=1 encap=4500:4500 mark=0x10/0xf0 \
		if_id=5
	ends_with "IF_ID=5,SA_PCPU=1,SA_DIR=2" "$(show "$A" 0x100 mark=0x10/0xf0)"
	[[ "$(show "$A" 0x100 mark=0x10/0xf0)" =~ MARK=0x10/0xf0 ]]
}

getsa_larval() {
	setup
	x "$A" allocspi $SA spi=0x100 pcpu=1
	ends_with "SA_PCPU=1" "$(show "$A" 0x100)"
}

dump_one() {
	setup
	add_sa 0x100 1
	ends_with "SA_PCPU=1,SA_DIR=2" "$(dump "$A")"
}

# Every third SA has no CPU. Buffers of 4096 bytes hold a dozen SAs or so.
dump_many() {
	local i word

	setup
	for ((i = 0; i < 500; i++)); do
		word=
		[ $((i % 3)) = 0 ] || word="pcpu=$((i % 2))"
		printf 'newsa %s spi=0x%x dir=out %s\n' "$SA" $((0x1000 + i)) "$word"
		printf 'spi=0x%x %s\n' $((0x1000 + i)) "$word" >>"$tmp/want"
	done >"$tmp/batch"
	run_cmd in_ns "$A" xreq - <"$tmp/batch"

	for word in "" bufsize=4096 bufsize=8192; do
		dump "$A" $word | sed -n \
			-e 's/.* \(spi=[^ ]*\) .*SA_PCPU=\([0-9]*\),SA_DIR=2$/\1 pcpu=\2/p; t' \
			-e 's/.* \(spi=[^ ]*\) .*[^,]*,SA_DIR=2$/\1 /p' | sort >"$tmp/got"
		diff <(sort "$tmp/want") "$tmp/got" >"$tmp/diff" ||
			fail "bufsize \"$word\": $(head -5 "$tmp/diff")"
	done
}

dump_other_netns() {
	setup
	setup_ns B
	add_sa 0x100 1
	x "$B" newsa $SA spi=0x100 dir=out
	not grep SA_PCPU <<<"$(dump "$B")"
	ends_with "SA_PCPU=1,SA_DIR=2" "$(dump "$A")"
}

getae() {
	setup
	add_sa 0x100 1
	in_ns "$A" xreq getae dst="$OUT_DST" spi=0x100 >"$tmp/reply"
	ends_with "SA_PCPU=1,SA_DIR=2" "$(grep ^NEWAE "$tmp/reply")"
}

event_newsa() {
	setup
	listen sa
	add_sa 0x100 1
	heard 1 NEWSA
	ends_with "SA_PCPU=1,SA_DIR=2" "$(events NEWSA)"
}

event_updsa() {
	setup
	x "$A" allocspi $SA spi=0x100 dir=out
	listen sa
	x "$A" updsa $SA spi=0x100 dir=out pcpu=1
	heard 1 UPDSA
	ends_with "SA_PCPU=1,SA_DIR=2" "$(events UPDSA)"
}

event_delsa() {
	setup
	add_sa 0x100 1
	listen sa
	delete_sa 0x100
	heard 1 DELSA
	ends_with "SA_PCPU=1,SA_DIR=2" "$(events DELSA)"
}

event_expire_soft() {
	topology 4 tunnel
	add_sa 0x100 0 soft_packets=2
	listen expire
	send 0 5
	heard 1 EXPIRE
	ends_with "SA_PCPU=0,SA_DIR=2" "$(events EXPIRE)"
	[[ "$(events EXPIRE)" =~ hard=0 ]]
}

event_expire_hard() {
	topology 4 tunnel
	add_sa 0x100 0 hard_packets=2
	listen expire
	try_send 0 5
	heard 1 EXPIRE
	ends_with "SA_PCPU=0,SA_DIR=2" "$(events EXPIRE)"
	[[ "$(events EXPIRE)" =~ hard=1 ]]
	not show "$A" 0x100
}

event_expire_time() {
	setup
	listen expire
	# If the timer comes after both, only the hard one is told.
	add_sa 0x100 1 soft_seconds=1 hard_seconds=$((1 + slow))
	heard 2 EXPIRE
	ends_with "SA_PCPU=1,SA_DIR=2" "$(events EXPIRE | grep hard=0)"
	ends_with "SA_PCPU=1,SA_DIR=2" "$(events EXPIRE | grep hard=1)"
}

event_expire_update() {
	topology 4 tunnel
	add_sa 0x100 0
	send 0 5
	listen expire
	x "$A" updsa $SA spi=0x100 dir=out soft_packets=2
	heard 1 EXPIRE
	ends_with "SA_PCPU=0,SA_DIR=2" "$(events EXPIRE)"
}

event_expire_asked() {
	setup
	add_sa 0x100 1
	listen expire
	x "$A" expire $SA spi=0x100 hard=1
	heard 1 EXPIRE
	ends_with "SA_PCPU=1,SA_DIR=2" "$(events EXPIRE)"
}

event_newae() {
	setup
	add_sa 0x100 1
	listen aevents
	x "$A" newae src="$OUT_SRC" dst="$OUT_DST" spi=0x100 reqid=1
	heard 1 NEWAE
	ends_with "SA_PCPU=1,SA_DIR=2" "$(events NEWAE)"
}

event_flush() {
	setup
	add_sa 0x100 1
	listen sa
	x "$A" flushsa
	heard 1 FLUSHSA
	not grep -E "SA_PCPU|SA_DIR" <<<"$(events)"
	[ -z "$(dump "$A")" ]
}

event_migrate() {
	setup
	add_sa 0x100 1
	x "$A" newpolicy sel="$SEL" pdir=out tmpl="$TMPL"
	listen migrate
	x "$A" migrate sel="$SEL" pdir=out mode=tunnel reqid=1 \
		migrate="$OUT_SRC/$OUT_DST/$OUT_SRC/10.0.0.3"
	heard 1 MIGRATE
	not grep -E "SA_PCPU|SA_DIR" <<<"$(events MIGRATE)"
}

event_acquire() {
	setup
	listen acquire
	x "$A" acquire $SA sel="$SEL" pdir=out tmpl="$TMPL" pcpu=1
	x "$A" acquire $SA sel="$SEL" pdir=out tmpl="$TMPL"
	heard 2 ACQUIRE
	ends_with "POLICY_TYPE,SA_PCPU=1" "$(events ACQUIRE | head -n 1)"
	not grep SA_PCPU <<<"$(events ACQUIRE | tail -n 1)"
}

not_others() {
	setup
	add_sa 0x100 1
	listen
	x "$A" newsa $SA spi=0x200
	x "$A" getsa dst="$OUT_DST" spi=0x200
	x "$A" newae src="$OUT_SRC" dst="$OUT_DST" spi=0x200 reqid=1
	x "$A" expire $SA spi=0x200 hard=0
	delete_sa 0x200
	heard 4 "[A-Z]*" "spi=0x200"
	not grep -E "SA_PCPU|SA_DIR" <<<"$(events)"
}

run_subtests
