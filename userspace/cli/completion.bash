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
		words="info status bind move unbind expect monitor --help"
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
		return
	fi

	case $command in
	info | status) words="--json --help" ;;
	monitor) words="--json --count --help" ;;
	bind | move) fixed=4 words="proto mark" ;;
	expect) fixed=4 words="proto mark timeout" ;;
	unbind) fixed=3 words="proto mark" ;;
	*) return ;;
	esac

	if ((fixed && COMP_CWORD <= fixed)); then
		# DST, SPI and CPU come first; keywords follow them.
		words=""
		((COMP_CWORD == 2)) && words="--help"
	elif ((fixed && (COMP_CWORD - fixed) % 2 == 0)); then
		words=""
		[[ $before == proto ]] && words="esp ah comp"
	elif [[ $before == --count ]]; then
		words=""
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _xfrm_pcpu xfrm-pcpu
