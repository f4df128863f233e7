#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What requests may say about an SA's CPU and direction, and how the kernel
# refuses the rest. The texts are mainline's.
# shellcheck disable=SC2086 # SA, TMPL and the like are lists of words
. "$(dirname "$0")/../lib/lib.sh"

subtests=(
	"newsa_keeps|NEWSA: CPU and direction are read back by GETSA"
	"newsa_cpu0|NEWSA: CPU 0 is a CPU"
	"newsa_none|NEWSA without attributes: none are read back"
	"newsa_last|NEWSA: the last possible CPU is accepted"
	"updsa_larval|UPDSA: its CPU wins over ALLOCSPI's, absent clears it"
	"updsa_dir|UPDSA of a larval SA sets the direction"
	"allocspi_keeps|ALLOCSPI: the CPU is in the reply and in GETSA, without SA_DIR"
	"allocspi_dir|ALLOCSPI: the direction is kept"
	"too_big|a CPU that is not possible is refused"
	"too_big_complete|a refused request leaves nothing behind"
	"pcpu_size|SA_PCPU of a wrong size is refused"
	"dir_size|SA_DIR of a wrong size is refused"
	"dir_value|SA_DIR that is neither in nor out is refused"
	"pcpu_elsewhere|SA_PCPU in other requests is refused"
	"dir_elsewhere|SA_DIR in other requests is refused"
	"in_dumps|attributes in a dump request do not matter"
	"acquire_range|XFRM_MSG_ACQUIRE: the CPU's range is checked"
	"exists|NEWSA of an existing SA: EEXIST, the old one's CPU stays"
	"enosys|NEWSA with an unknown cipher: the kernel's own errno"
	"families|all is the same with IPv6"
	"alone|SA_PCPU without SA_DIR is accepted"
	"not_privileged|without CAP_NET_ADMIN nothing is accepted"
)

possible=$(($(sed 's/.*-//' /sys/devices/system/cpu/possible) + 1))

setup() {
	addresses 4 tunnel
	setup_ns A
}

newsa_keeps() {
	setup
	add_sa 0x100 1
	[[ "$(show "$A" 0x100)" =~ ,SA_PCPU=1,SA_DIR=2$ ]]
	x "$A" newsa $SA spi=0x101 dir=in
	[[ "$(show "$A" 0x101)" =~ ,SA_DIR=1$ ]]
	expect_cpu "$A" 0x101 none
}

newsa_cpu0() {
	setup
	add_sa 0x100 0
	expect_cpu "$A" 0x100 0
}

newsa_none() {
	setup
	x "$A" newsa $SA spi=0x100
	not grep -E "SA_PCPU|SA_DIR" <<<"$(show "$A" 0x100)"
}

newsa_last() {
	setup
	add_sa 0x100 $((possible - 1))
	expect_cpu "$A" 0x100 $((possible - 1))
}

updsa_larval() {
	setup
	x "$A" allocspi $SA spi=0x100 dir=out pcpu=1
	x "$A" updsa $SA spi=0x100 dir=out pcpu=0
	expect_cpu "$A" 0x100 0
	x "$A" allocspi $SA spi=0x101 dir=out pcpu=1
	x "$A" updsa $SA spi=0x101 dir=out
	expect_cpu "$A" 0x101 none
}

updsa_dir() {
	differs 1
	setup
	x "$A" allocspi $SA spi=0x100
	x "$A" updsa $SA spi=0x100 dir=in
	[[ "$(show "$A" 0x100)" =~ SA_DIR=1$ ]]
}

allocspi_keeps() {
	setup
	in_ns "$A" xreq allocspi $SA spi=0x100 pcpu=1 >"$tmp/reply"
	grep -q '^NEWSA .*spi=0x100 .*SA_PCPU=1$' "$tmp/reply"
	expect_cpu "$A" 0x100 1
}

allocspi_dir() {
	setup
	in_ns "$A" xreq allocspi $SA spi=0x100 dir=in >"$tmp/reply"
	grep -q '^NEWSA .*SA_DIR=1$' "$tmp/reply"
	[[ "$(show "$A" 0x100)" =~ SA_DIR=1$ ]]
}

too_big() {
	local cpu

	setup
	for cpu in "$possible" 0x7fffffff 0xffffffff; do
		refused "$A" ERANGE "pCPU number too big" newsa $SA spi=0x100 dir=out pcpu="$cpu"
		refused "$A" EINVAL "pCPU number too big" allocspi $SA spi=0x100 pcpu="$cpu"
	done
	x "$A" allocspi $SA spi=0x100
	refused "$A" ERANGE "pCPU number too big" \
		updsa $SA spi=0x100 dir=out pcpu="$possible"
}

too_big_complete() {
	setup
	refused "$A" ERANGE "pCPU number too big" newsa $SA spi=0x100 dir=out pcpu="$possible"
	refused "$A" EINVAL "pCPU number too big" allocspi $SA spi=0x101 pcpu="$possible"
	refused "$A" EINVAL "Invalid attribute SA_PCPU" \
		expire $SA spi=0x102 hard=1 pcpu=0
	[ -z "$(dump "$A")" ] || fail "left behind: $(dump "$A")"
}

pcpu_size() {
	local hex

	setup
	for hex in "" 01 0100 010000 0100000000 0100000001000000; do
		refused "$A" EINVAL "invalid attribute length" newsa $SA spi=0x100 dir=out raw=35:"$hex"
		refused "$A" EINVAL "invalid attribute length" allocspi $SA spi=0x100 raw=35:"$hex"
	done
	[ -z "$(dump "$A")" ]
}

dir_size() {
	local hex

	setup
	for hex in "" 0100 01000000; do
		refused "$A" EINVAL "invalid attribute length" newsa $SA spi=0x100 raw=33:"$hex"
		refused "$A" EINVAL "invalid attribute length" allocspi $SA spi=0x100 raw=33:"$hex"
	done
	[ -z "$(dump "$A")" ]
}

dir_value() {
	setup
	refused "$A" ERANGE "integer out of range" newsa $SA spi=0x100 dir=0
	refused "$A" ERANGE "integer out of range" newsa $SA spi=0x100 dir=3
	refused "$A" ERANGE "integer out of range" newsa $SA spi=0x100 dir=255
	[ -z "$(dump "$A")" ]
}

# each_other ATTRIBUTE TEXT: every request but those that make an SA.
each_other() {
	local id="dst=$OUT_DST spi=0x100" policy="sel=$SEL pdir=out"

	add_sa 0x100 -
	x "$A" newpolicy $policy tmpl="$TMPL"
	refused "$A" EINVAL "$2" getsa $id "$1"
	refused "$A" EINVAL "$2" delsa $id "$1"
	refused "$A" EINVAL "$2" flushsa "$1"
	refused "$A" EINVAL "$2" getae $id "$1"
	refused "$A" EINVAL "$2" newae $id "$1"
	refused "$A" EINVAL "$2" expire $SA spi=0x100 hard=1 "$1"
	refused "$A" EINVAL "$2" newpolicy sel=10.9.0.1,10.9.0.2 pdir=out tmpl="$TMPL" "$1"
	refused "$A" EINVAL "$2" updpolicy $policy tmpl="$TMPL" "$1"
	refused "$A" EINVAL "$2" getpolicy $policy "$1"
	refused "$A" EINVAL "$2" delpolicy $policy "$1"
	refused "$A" EINVAL "$2" flushpolicy "$1"
	refused "$A" EINVAL "$2" migrate $policy mode=tunnel reqid=1 \
		migrate=10.0.0.1/10.0.0.2/10.0.0.1/10.0.0.3 "$1"
	show "$A" 0x100 >/dev/null
	x "$A" getpolicy $policy
}

pcpu_elsewhere() {
	setup
	each_other pcpu=0 "Invalid attribute SA_PCPU"
}

dir_elsewhere() {
	setup
	each_other dir=out "Invalid attribute SA_DIR"
}

in_dumps() {
	setup
	add_sa 0x100 0
	x "$A" dumpsa pcpu=0
	x "$A" dumpsa dir=out
	x "$A" dumppolicy pcpu=0
}

acquire_range() {
	setup
	listen acquire
	refused "$A" EINVAL "pCPU number too big" acquire $SA sel="$SEL" pdir=out \
		tmpl="$TMPL" pcpu="$possible"
	refused "$A" EINVAL "pCPU number too big" acquire $SA sel="$SEL" pdir=out \
		tmpl="$TMPL" pcpu=0xffffffff
	x "$A" acquire $SA sel="$SEL" pdir=out tmpl="$TMPL" pcpu=0
	heard 1 ACQUIRE
}

exists() {
	setup
	add_sa 0x100 1
	refused "$A" EEXIST "" newsa $SA spi=0x100 dir=out pcpu=0
	expect_cpu "$A" 0x100 1
}

# Mainline looks for the algorithm first, and so do older kernels, which have
# fewer words for it.
enosys() {
	local bad answer

	setup
	bad="newsa $SA spi=0x100 dir=out cipher=none raw=1:"
	bad+=$(printf 'nonesuch' | od -An -tx1 | tr -d ' \n')$(printf '00%.0s' {1..60})
	answer=$(in_ns "$A" xreq $bad 2>&1) || :
	[[ "$answer" =~ errno=ENOSYS\ extack=\"(.*)\" ]] || fail "without a CPU: $answer"
	refused "$A" ENOSYS "${BASH_REMATCH[1]}" $bad pcpu="$possible"
}

families() {
	addresses 6 transport
	setup_ns A
	add_sa 0x100 1
	expect_cpu "$A" 0x100 1
	x "$A" allocspi $SA spi=0x101 pcpu=0
	expect_cpu "$A" 0x101 0
	refused "$A" ERANGE "pCPU number too big" newsa $SA spi=0x102 dir=out pcpu="$possible"
}

alone() {
	differs 1
	setup
	x "$A" newsa $SA spi=0x100 pcpu=1
	expect_cpu "$A" 0x100 1
	not grep SA_DIR <<<"$(show "$A" 0x100)"
}

not_privileged() {
	setup
	not in_ns "$A" setpriv --bounding-set -net_admin --inh-caps -net_admin \
		xreq newsa $SA spi=0x100 dir=out pcpu=1 >"$tmp/reply"
	grep -q "errno=EPERM" "$tmp/reply"
	[ -z "$(dump "$A")" ]
}

run_subtests
