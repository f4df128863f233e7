# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of xfrm-pcpu(8)

_xfrm_pcpu()
{
	local word=${COMP_WORDS[COMP_CWORD]}
	local before=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]}
	local fixed=0 words="" valued="" protocols="esp ah comp"

	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		words="info status bind move unbind expect install attach save"
		words+=" restore check top metrics report monitor --help --version"
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
		return
	fi

	# How many words come first, what may follow them, what of it has a value.
	case $command in
	info | status | restore | check) words="--json" ;;
	save) ;;
	top) valued="--interval --count" ;;
	metrics) valued="--output" ;;
	report) words="--anonymous" ;;
	monitor) words="--json --acquires" valued="--count" ;;
	bind | move) fixed=3 words="--json" valued="proto mark" ;;
	expect) fixed=3 words="--json" valued="proto mark timeout" ;;
	unbind) fixed=2 words="--json" valued="proto mark" ;;
	attach) fixed=2 words="--no-fallback --watch --json" valued="dst proto" ;;
	install)
		# The names whose values are not keys.
		words="esn update --json" protocols="esp ah"
		valued="src dst spi proto mode reqid if_id cpu dir seq mark"
		valued+=" set-mark replay-window encap-sport encap-dport"
		valued+=" soft-bytes hard-bytes soft-packets hard-packets"
		valued+=" soft-seconds hard-seconds aead aead-icv enc auth"
		valued+=" auth-trunc --fd"
		;;
	*) return ;;
	esac

	if ((COMP_CWORD == 2 && fixed)); then
		words="--help"
	elif ((COMP_CWORD < fixed + 2)); then
		words=""
	elif ((COMP_CWORD > fixed + 2)) && [[ " $valued " == *" $before "* ]]; then
		case $before in
		proto) words=$protocols ;;
		mode) words="transport tunnel beet" ;;
		dir) words="in out" ;;
		*) words="" ;;
		esac
	else
		words+=" $valued --help"
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _xfrm_pcpu xfrm-pcpu
