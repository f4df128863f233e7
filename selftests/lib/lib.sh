# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For the tests in the guest. A test file names its sub-tests in a table and
# ends with run_subtests; each sub-test is a function that runs in a shell of
# its own, with its own namespaces, and fails at the first command that fails.
#
#	. "$(dirname "$0")/../lib/lib.sh"
#	subtests=(
#		"own_sa|a CPU's own SA is used"
#	)
#	own_sa() { topology 4 tunnel; ...; }
#	run_subtests
#
# The topology that most use (topology FAMILY MODE):
#
#	 namespace $A                             namespace $B
#	+-----------------------+               +-----------------------+
#	| lo                    |               |                    lo |
#	|   10.1.0.1  fd01::1   |               |   10.2.0.1  fd02::1   |
#	|                 veth0 +---------------+ veth0                 |
#	|   10.0.0.1  fd00::1   |               |   10.0.0.2  fd00::2   |
#	+-----------------------+               +-----------------------+
#
# Tunnel mode protects UDP from 10.1.0.1 to 10.2.0.1 between 10.0.0.1 and
# 10.0.0.2, transport mode UDP from 10.0.0.1 to 10.0.0.2; IPv6 likewise. Only
# UDP, so that neighbour discovery does not need what it is needed for. $A
# sends, $B receives. A veth pair hands a packet over on the CPU that sent it.

ksft_pass=0
ksft_fail=1
ksft_skip=4

lib_dir=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
stage_dir=$(dirname "$lib_dir")
module=$stage_dir/xfrm_pcpu.ko
tracing=/sys/kernel/tracing
PATH=$stage_dir:$PATH
# BITS=32: requests come from 32-bit programs, and they listen.
if [ "${BITS-64}" != 64 ]; then
	PATH=$stage_dir/$BITS:$PATH
	modprobe xfrm_compat
fi

# A debug kernel is slower: deadlines are SLOW times as long, and tests that can
# do less do less.
slow=${SLOW:-1}
if [ "$slow" -gt 1 ]; then
	: "${RATE:=100}" "${LOAD_RATE:=100}" "${BACK_RATE:=25}" "${CYCLES:=5}" "${NETNS_CYCLES:=5}"
	export RATE LOAD_RATE BACK_RATE CYCLES NETNS_CYCLES
fi

# ---------------------------------------------------------------- the kernel

# native: does the kernel know per-CPU SAs without the module? 6.13 does, and 6.12
# from its 13th stable release on.
native() {
	local release version

	release=$(uname -r)
	IFS=. read -ra version <<<"${release%%[!0-9.]*}"
	[ "$(printf '%d%03d%03d' "${version[@]:0:3}")" -ge 6012013 ]
}

module_loaded() {
	[ -d /sys/module/xfrm_pcpu ]
}

# module_load [PARAMETER=VALUE]...: and those in PARAMETERS.
module_load() {
	# shellcheck disable=SC2086 # words
	insmod "$module" ${PARAMETERS-} "$@"
}

module_unload() {
	rmmod xfrm_pcpu
}

# need_pcpu: have per-CPU SAs, from the kernel or from the module.
# WITHOUT_MODULE=1 goes on without, to see the tests fail.
need_pcpu() {
	native || module_loaded || [ -n "${WITHOUT_MODULE-}" ] || module_load || {
		echo "Bail out! No per-CPU SAs: the module did not load"
		exit "$ksft_fail"
	}
}

# ------------------------------------------------------------------ sub-tests

fail() {
	printf '# %s\n' "$*" >&2
	exit "$ksft_fail"
}

skip() {
	echo "$*" >"$tmp/skip"
	exit "$ksft_skip"
}

# differs N: the rest is our behaviour, not mainline's (intended difference N
# of Documentation/uapi.rst): on a native kernel it has to fail. DIFFERS=1 runs only
# these.
differs() {
	echo "$1" >"$tmp/differs"
}

# differs_in FUNCTION: does it say so, or what all sub-tests of its file begin with?
differs_in() {
	[[ "$(declare -f "$1" setup)" =~ [[:space:]]differs\ [0-9] ]]
}

# Where mainline's answer depends on chance, or the module itself is asked.
skip_native() {
	! native || skip "$*"
}

# not COMMAND...: bash does not count a command after "!" as one that failed.
not() {
	! "$@"
}

# run_cmd COMMAND...: quiet, unless it fails.
run_cmd() {
	local status=0 output

	output=$("$@" 2>&1) || status=$?
	[ "$status" = 0 ] || printf '# status %s: %s\n%s\n' "$status" "$*" "$output" |
		sed '2,$s/^/#   /' >&2
	return "$status"
}

# busywait MILLISECONDS COMMAND...: until it succeeds.
busywait() {
	local now end

	now=${EPOCHREALTIME/./}
	end=$((now + $1 * 1000 * slow))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
		sleep 0.05
	done
}

# run_subtest FUNCTION: with its own temporary directory, ended with all that
# it started.
run_subtest() (
	set -eEuo pipefail
	trap 'printf "# %s:%s: status %s: %s\n" "${FUNCNAME[0]-}" "$LINENO" "$?" "$BASH_COMMAND" >&2' ERR
	trap cleanup EXIT
	"$1"
)

run_subtests() {
	local entry number=0 failed=0 status name directive tmp

	need_pcpu
	echo "TAP version 13"
	echo "1..${#subtests[@]}"
	for entry in "${subtests[@]}"; do
		[[ "${entry%%|*}" =~ ${ONLY-} ]] || continue
		[ -z "${DIFFERS-}" ] || differs_in "${entry%%|*}" || continue
		name=${entry#*|} directive='' status=0
		number=$((number + 1))
		tmp=$(mktemp -d)
		export tmp

		run_subtest "${entry%%|*}"
		status=$?
		if [ "$status" = "$ksft_skip" ] && [ -s "$tmp/skip" ]; then
			directive=" # SKIP $(cat "$tmp/skip")" status=0
		elif [ -s "$tmp/differs" ] && native; then
			directive=" # intended difference $(cat "$tmp/differs")"
			status=$((status == 0))
		fi
		[ "$status" = 0 ] || failed=$((failed + 1))
		echo "$([ "$status" = 0 ] || echo "not ")ok $number - $name$directive"
		rm -rf "$tmp"
	done
	[ "$failed" = 0 ] || exit "$ksft_fail"
	exit "$ksft_pass"
}

# ---------------------------------------------------------------- namespaces

# setup_ns VARIABLE...: a namespace each, whose name the variable gets.
setup_ns() {
	local variable names=()

	for variable; do
		eval "$variable=$variable-\${tmp##*/}"
		names+=("${!variable}")
	done
	run_cmd xns add "${names[@]}"
	printf '%s\n' "${names[@]}" >>"$tmp/netns"
}

cleanup() {
	local children

	children=$(jobs -p)
	# shellcheck disable=SC2086 # one word each
	[ -z "$children" ] || kill $children 2>/dev/null || :
	wait
	# Some are gone already.
	# shellcheck disable=SC2046 # one word each
	[ ! -s "$tmp/netns" ] || xns del $(<"$tmp/netns") 2>/dev/null || :
}

# in_ns NAMESPACE COMMAND...
in_ns() {
	xns exec "$@"
}

# connect_ns A B: the link and the addresses of the drawing. Each knows the other's
# link address: on a busy machine one that has to be asked for first may take so
# long that packets which wait for it are dropped.
connect_ns() {
	local a=02:00:00:00:00:01 b=02:00:00:00:00:02

	veth_add "$1" veth0 "$2" veth0 "address $a" "address $b"
	run_cmd ip -n "$1" -b - <<-END
		link set veth0 up
		addr add 10.0.0.1/24 dev veth0
		addr add fd00::1/64 dev veth0 nodad
		addr add 10.1.0.1/32 dev lo
		addr add fd01::1/128 dev lo nodad
		route add 10.2.0.0/16 via 10.0.0.2 src 10.1.0.1
		route add fd02::/64 via fd00::2 src fd01::1
		neigh add 10.0.0.2 lladdr $b dev veth0
		neigh add fd00::2 lladdr $b dev veth0
	END
	run_cmd ip -n "$2" -b - <<-END
		link set veth0 up
		addr add 10.0.0.2/24 dev veth0
		addr add fd00::2/64 dev veth0 nodad
		addr add 10.2.0.1/32 dev lo
		addr add fd02::1/128 dev lo nodad
		route add 10.1.0.0/16 via 10.0.0.1 src 10.2.0.1
		route add fd01::/64 via fd00::1 src fd02::1
		neigh add 10.0.0.1 lladdr $a dev veth0
		neigh add fd00::1 lladdr $a dev veth0
	END
	veth_settled "$1" veth0 "$2" veth0
}

# veth_add NAMESPACE DEVICE NAMESPACE DEVICE [WORDS WORDS]: a link; words that ip
# knows, for each end. The ends have different numbers: with the same one the kernel
# takes neither for the end of a link, and tells itself up to a second late that the
# second one is there.
veth_index=10
veth_add() {
	run_cmd ip -b - <<-END
		link add $2 index $veth_index ${5-} netns $1 type veth peer $4 index $((veth_index + 1)) ${6-} netns $3
	END
	veth_index=$((veth_index + 2))
}

# veth_settled NAMESPACE DEVICE NAMESPACE DEVICE: both ends are up, and the kernel has
# told itself so, which it does when a worker runs. Routes that it has cached are void
# then, and a packet that is just being received by one of them is lost (XfrmInError).
veth_settled() {
	busywait 5000 link_settled "$1" "$2" || fail "$2 of $1 does not come up"
	busywait 5000 link_settled "$3" "$4" || fail "$4 of $3 does not come up"
}

# link_settled NAMESPACE DEVICE
link_settled() {
	[[ "$(ip -n "$1" link show "$2")" = *" state UP "* ]]
}

# addresses FAMILY MODE: what the drawing calls them.
#	OUT_SRC OUT_DST	of the SAs
#	TARGET		to send to
#	SEL TMPL	of the policy, as xreq reads them
#	SA		words that all outbound SAs have
addresses() {
	local in_src

	FAMILY=$1 MODE=$2
	if [ "$FAMILY" = 4 ]; then
		OUT_SRC=10.0.0.1 OUT_DST=10.0.0.2 in_src=10.1.0.1 TARGET=10.2.0.1
	else
		OUT_SRC=fd00::1 OUT_DST=fd00::2 in_src=fd01::1 TARGET=fd02::1
	fi
	if [ "$MODE" = transport ]; then
		in_src=$OUT_SRC TARGET=$OUT_DST
	fi
	SEL=$in_src,$TARGET,udp
	TMPL=$OUT_SRC/$OUT_DST/esp/$MODE/1
	SA="src=$OUT_SRC dst=$OUT_DST mode=$MODE reqid=1"
}

# topology FAMILY MODE [POLICY WORD]...: two namespaces, and policies; pflags=4
# among the words asks for ACQUIREs of each CPU.
topology() {
	addresses "$1" "$2"
	shift 2
	setup_ns A B
	connect_ns "$A" "$B"
	x "$A" newpolicy pdir=out sel="$SEL" tmpl="$TMPL" "$@"
	x "$B" newpolicy pdir=in sel="$SEL" tmpl="$TMPL"
}

# ------------------------------------------------------------------- requests

# x NAMESPACE WORD...: a request of xreq that has to succeed.
x() {
	local netns=$1

	shift
	run_cmd in_ns "$netns" xreq "$@"
}

# refused NAMESPACE ERRNO TEXT WORD...: a request that has to be refused so.
refused() {
	local netns=$1 want="errno=$2 extack=\"$3\"" output

	shift 3
	output=$(in_ns "$netns" xreq "$@" 2>&1) || :
	[ "${output##*"${1} "}" = "$want" ] || fail "$*: wanted $want, got $output"
}

# show NAMESPACE SPI [WORD]...: GETSA's line of an outbound SA.
show() {
	local netns=$1 spi=$2 line found=1

	shift 2
	while read -r line; do
		[[ "$line" != NEWSA* ]] || { echo "$line" && found=0; }
	done < <(in_ns "$netns" xreq getsa dst="$OUT_DST" spi="$spi" "$@")
	return "$found"
}

dump() {
	in_ns "$1" xreq dumpsa "${@:2}" | grep -v '^dumpsa' || :
}

# field NAME: of a line that xreq or xmon printed.
field() {
	local line

	read -r line
	[[ " $line " =~ " $1="([^ ]*)" " ]] && echo "${BASH_REMATCH[1]}"
}

# sa_cpu NAMESPACE SPI: its CPU, "none" if it has none.
sa_cpu() {
	local line

	line=$(show "$@")
	[[ "$line" =~ SA_PCPU=([^, ]*) ]] && echo "${BASH_REMATCH[1]}" || echo none
}

expect_cpu() {
	local got

	got=$(sa_cpu "$1" "$2" "${@:4}")
	[ "$got" = "$3" ] || fail "SA $2: wanted CPU $3, has $got"
}

# add_sa SPI CPU|- [WORD]...: an outbound SA in $A.
add_sa() {
	local spi=$1 cpu=$2

	shift 2
	[ "$cpu" = - ] || set -- "$@" pcpu="$cpu"
	# shellcheck disable=SC2086 # words
	x "$A" newsa $SA spi="$spi" dir=out "$@"
}

# add_sa_pair SPI CPU|- [WORD]...: and the inbound one in $B, first.
add_sa_pair() {
	# shellcheck disable=SC2086 # words
	x "$B" newsa $SA spi="$1" dir=in
	add_sa "$@"
}

delete_sa() {
	x "$A" delsa dst="$OUT_DST" spi="$1" "${@:2}"
}

# -------------------------------------------------------------------- traffic

# send CPUS COUNT [OPTION]...: COUNT packets from each CPU, all accepted.
send() {
	local cpus=$1 count=$2 line

	shift 2
	in_ns "$A" xsend --dst "$TARGET" --cpus "$cpus" --count "$count" --rate 200 "$@" \
		>"$tmp/sent"
	[ -s "$tmp/sent" ]
	while read -r line; do
		[[ "$line" = *" sent=$count" ]] ||
			fail "not all packets were accepted: $(<"$tmp/sent")"
	done <"$tmp/sent"
}

# try_send: the same, where the kernel may refuse them.
try_send() {
	in_ns "$A" xsend --dst "$TARGET" --cpus "$1" --count "$2" --rate 200 "${@:3}" \
		>"$tmp/sent"
}

# traffic CPUS [OPTION]...: in the background, until stop_traffic. $B knows its route
# before: when the first packets of several CPUs make it at once, one replaces the
# other's, and XFRM drops a packet that has that.
traffic() {
	local cpus=$1

	shift
	run_cmd ip -n "$B" route get 10.0.0.2 from 10.0.0.1 iif veth0
	xns exec "$A" xsend --dst "$TARGET" --cpus "$cpus" --rate 200 \
		--time 3600000 "$@" >"$tmp/sent" &
	echo $! >"$tmp/traffic.pid"
}

stop_traffic() {
	local pid

	pid=$(<"$tmp/traffic.pid")
	kill "$pid"
	wait "$pid"
}

# start NAME NAMESPACE COMMAND...: in the background, output to $tmp/NAME, until
# it says READY. stop NAME ends it. xns becomes the command: the process is its.
# The background may be late to empty the file, and the READY of the one before it,
# of that name, must not be taken for its own.
start() {
	local name=$1

	shift
	: >"$tmp/$name"
	xns exec "$@" >"$tmp/$name" 2>&1 &
	echo $! >"$tmp/$name.pid"
	busywait 10000 grep -q READY "$tmp/$name" || fail "$*: not ready: $(cat "$tmp/$name")"
}

stop() {
	local pid

	pid=$(<"$tmp/$1.pid")
	kill "$pid" 2>/dev/null || :
	wait "$pid" || :
}

receive() {
	start receiver "$B" xrecv
}

# receiver_has TOTAL: it tells by its next line, so that this has to be asked again.
receiver_has() {
	local seen

	kill -USR1 "$(<"$tmp/receiver.pid")"
	seen=$(<"$tmp/receiver")
	[ "${seen##*total=}" = "$1" ]
}

# stop_receiver TOTAL: when it has them, or none can be on its way any more: what
# a CPU has in its backlog comes when the host lets that CPU run.
stop_receiver() {
	busywait 3000 receiver_has "$1" || :
	stop receiver
}

# delivered: all that the last send sent has arrived.
delivered() {
	local sent received

	sent=$(sum_of sent "$tmp/sent")
	stop_receiver "$sent"
	received=$(sum_of received "$tmp/receiver")
	[ "$sent" = "$received" ] ||
		fail "sent $sent, received $received: $(cat "$tmp/receiver" <(losses))"
}

# losses [NAMESPACE]...: where the kernel says that packets went; of $A and $B if
# none is named.
losses() {
	local ns

	[ $# -gt 0 ] || set -- "$A" "$B"
	for ns; do
		in_ns "$ns" awk -v ns="$ns" '
			FILENAME ~ /xfrm_stat/ && $2 { print ns, $1, $2 }
			/^Udp: In/ { split($0, names) }
			/^Udp: [0-9]/ {
				for (i = 2; i <= NF; i++)
					if (names[i] ~ /Err|NoPorts/ && $i)
						print ns, "Udp" names[i], $i
			}' /proc/net/xfrm_stat /proc/net/snmp
		in_ns "$ns" ip -s link show type veth | grep -A 1 -E '^[0-9]+:|[RT]X:' |
			sed "s/^/$ns /"
	done
	awk '$2 !~ /^0+$/ { print "backlog of CPU " NR - 1 " full: 0x" $2 }' \
		/proc/net/softnet_stat
}

# total: the sum that it reads, 0 if it reads nothing.
total() {
	local sum

	read -r sum || sum=0
	echo $((sum))
}

# sum_of NAME FILE: over the lines of xsend or xrecv.
sum_of() {
	local line sum=0

	while read -r line; do
		[[ ! " $line" =~ " $1="([0-9]+) ]] || sum=$((sum + BASH_REMATCH[1]))
	done <"$2"
	echo "$sum"
}

# packets SPI [WORD]...: that this outbound SA has sent.
packets() {
	local line

	line=$(show "$A" "$@") && field packets <<<"$line"
}

# expect_packets SPI COUNT [WORD]...
expect_packets() {
	local got

	got=$(packets "$1" "${@:3}")
	[ "$got" = "$2" ] || fail "SA $1: wanted $2 packets, sent $got"
}

# --------------------------------------------------------------------- events

# listen [XMON ARGUMENT]...: to events of $A.
listen() {
	start events "$A" xmon "$@"
}

# listens PID: does that process of $A hear multicasts? Fourth column: the groups.
listens() {
	in_ns "$A" awk -v pid="$1" '
		$3 == pid && $4 != "00000000" { found = 1 } END { exit !found }' \
		/proc/net/netlink
}

# events [TYPE]: seen so far, without the time. count_events TYPE [REGEX].
events() {
	sed -n "s/^[0-9]* \(${1:-[A-Z]*} .*\)/\1/p" "$tmp/events"
}

count_events() {
	local type="^$1 " line count=0

	while read -r _ line; do
		[[ ! "$line" =~ $type || ! "$line" =~ ${2:-.} ]] || count=$((count + 1))
	done <"$tmp/events"
	echo "$count"
}

# drained: the listener has told of all that it had been sent when this was called.
drained() {
	local before pid

	pid=$(<"$tmp/events.pid")
	# One that has ended tells of no more.
	kill -0 "$pid" 2>/dev/null || return 0
	before=$(grep -c '^DRAINED' "$tmp/events" || :)
	kill -USR1 "$pid"
	busywait 10000 eval "[ \$(grep -c '^DRAINED' '$tmp/events') -gt $before ]" ||
		fail "the listener does not answer: $(<"$tmp/events")"
}

# heard COUNT TYPE [REGEX]: wait for it; no more than that came by now.
heard() {
	busywait 5000 eval "[ \$(count_events $2 '${3:-.}') -ge $1 ]" || :
	drained
	[ "$(count_events "$2" "${3-}")" = "$1" ] ||
		fail "wanted $1 $2 ${3-}, heard: $(events)"
}
