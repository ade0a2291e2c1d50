# shellcheck shell=bash
# Completion for bash of nursery(1) called as parallel or sem: what its --help shows.

_nursery_parallel()
{
	local cur=${COMP_WORDS[COMP_CWORD]} i kind='command'

	# The first word that is no option is the command.
	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} == -* ]] || kind='file'
	done
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$("$1" --plain --help |
			grep -oE -e '(^| )--?[A-Za-z0-9][a-z-]*')" -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen -A "$kind" -- "$cur")
	fi
}

complete -F _nursery_parallel parallel sem
