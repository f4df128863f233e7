# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of xfrm-pcpu(8)

_xfrm_pcpu()
{
	local word=${COMP_WORDS[COMP_CWORD]}
	local before=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]}
	local fixed=0 words=""

	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		words="info status bind move unbind expect install attach save"
		words+=" restore check monitor --help"
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
		return
	fi

	case $command in
	info | status | restore | check) words="--json --help" ;;
	save) words="--help" ;;
	monitor) words="--json --count --acquires --help" ;;
	bind | move) fixed=4 words="proto mark --json" ;;
	expect) fixed=4 words="proto mark timeout --json" ;;
	unbind) fixed=3 words="proto mark --json" ;;
	attach) fixed=3 words="dst proto --no-fallback --json" ;;
	install)
		# The names whose values are not keys; a name every other word.
		words="src dst spi proto mode reqid if_id cpu dir seq mark set-mark"
		words+=" replay-window esn encap-sport encap-dport soft-bytes"
		words+=" hard-bytes soft-packets hard-packets soft-seconds"
		words+=" hard-seconds aead aead-icv enc auth auth-trunc update"
		words+=" --fd --json --help"
		;;
	*) return ;;
	esac

	if ((fixed && COMP_CWORD <= fixed)); then
		# DST, SPI and CPU come first; keywords follow them.
		words=""
		((COMP_CWORD == 2)) && words="--help"
	elif ((fixed && (COMP_CWORD - fixed) % 2 == 0)); then
		words=""
		[[ $before == proto ]] && words="esp ah comp"
	elif [[ $before == --count || $before == --fd ]]; then
		words=""
	elif [[ $command == install ]]; then
		case $before in
		proto) words="esp ah" ;;
		mode) words="transport tunnel beet" ;;
		dir) words="in out" ;;
		esn | update | --json | install) ;;
		*) [[ " $words " == *" $before "* ]] && words="" ;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _xfrm_pcpu xfrm-pcpu
