# shellcheck shell=bash
# Completion of nursery(1) for bash.

_nursery()
{
	local cur=${COMP_WORDS[COMP_CWORD]} option='' value=0 i word
	local takes_value=' -j -P --jobs -d --delimiter --shell --stdin --halt --timeout
		--fail-after --move-on-after --job-timeout --idle-timeout
		--signal --kill-after --orphans --buffer --show --sections -a
		--arg-file -E --trim
		-C --colsep --header -n --max-args -N --max-replace-args
		--block --block-timeout --recstart --recend --shard --bin --group-by
		-L --max-lines -s --max-chars -I --replace --tagstring
		--service --procfile --env-file --ready --ready-timeout
		--restart --shield --finally --adopt
		--name --names --color --progress --events --results
		--retries --retry-delay --ok-codes --delay --load --memfree --limit
		--memory-max --pids-max --cpu-max --contain
		--hosts --hostfile --carrier --agent-path --machine-timeout
		--joblog --order --history --junit --summary --timeline --trace '
	takes_value=${takes_value//[$'\n\t']/ }

	# After ::: and its kin come arguments, most often files.
	local behind=''
	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} != :::* ]] || behind=1
	done

	# Walk to the word under the cursor: is it an option's value, or does
	# it stand behind the first operand?
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ $word == '=' ]]; then
			continue # --option = value, as bash splits it
		elif ((value)); then
			value=0
		elif [[ $word == -- || $word != -* ]]; then
			option='operand'
			break
		elif [[ $takes_value == *" $word "* ]]; then
			option=$word
			value=1
		fi
	done
	[[ $cur != '=' ]] || cur=''

	COMPREPLY=()
	if [[ $behind ]]; then
		mapfile -t COMPREPLY < <(compgen -A file -- "$cur")
	elif [[ $option == operand ]]; then
		mapfile -t COMPREPLY < <(compgen -A command -- "$cur")
	elif ((value)); then
		_nursery_value "$option" "$cur"
	elif [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W '-j --jobs -P --jobserver -0 --null
			-d --delimiter --shell --stdin --halt -K --keep-going --race
			--timeout --fail-after --move-on-after --job-timeout
			--idle-timeout --signal --kill-after --die-with-parent
			--orphans
			--memory-max --pids-max --cpu-max
			--contain --doctor
			--hosts --hostfile --slurm --carrier --agent-path --machine-timeout
			--onall --nonall
			-k --keep-order --group --lb --line-buffer
			-u --ungroup --show --sections --pty --buffer -v --verbose
			--progress --results --quiet --dry-run
			--spawn --wait
			--service --procfile --env-file --ready
			--ready-timeout --restart --shield --finally
			--adopt --name --names -a --arg-file --link --shuf
			-r --no-run-if-empty -E --trim -C --colsep --csv --header
			-n --max-args -N --max-replace-args -L --max-lines
			-X -m -s --max-chars -I --replace --plus -q --quote
			--pipe --block --block-timeout --recstart --recend --regexp
			--remove-rec-sep --round-robin --tee --shard --bin
			--group-by --pipe-part --cat --fifo
			--argv --tag --tagstring --timestamps --color --retries --retry-delay
			--show-attempts --ok-codes
			--joblog --resume --resume-failed --retry-failed
			--order --history
			--delay --load --memfree --limit
			--events --junit --summary --timings --timeline --trace
			-h --help --version' -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen -A command -- "$cur")
	fi
}

# _nursery_value OPTION CUR: the values that OPTION may have.
_nursery_value()
{
	local words=''

	case $1 in
	-j | -P | --jobs) words='0 1 2 4 8 16 50% 100% 200% +1 -1' ;;
	-d | --delimiter) words='\\n \\t \\0 , ;' ;;
	--hosts)
		mapfile -t COMPREPLY < <(compgen -A hostname -- "$2")
		return
		;;
	--shell | -a | --arg-file | --procfile | --env-file | --hostfile | --agent-path | --events | --joblog | --history | --junit | --summary | --timeline | --trace | --results)
		mapfile -t COMPREPLY < <(compgen -A file -- "$2")
		return
		;;
	--halt)
		words='never now,fail=1 now,success=1 now,done=1 now,fail=10%
			soon,fail=1 soon,success=1 soon,done=1 soon,fail=10%'
		;;
	--load) words='100% 80% 1 2 4 8' ;;
	--memfree | --memory-max) words='512M 1G 2G 4G' ;;
	--pids-max) words='10 100 1000' ;;
	--cpu-max) words='50% 100% 200%' ;;
	--retries) words='1 2 3 5 10' ;;
	--ok-codes) words='1 2 1,2 0-255' ;;
	--orphans) words='kill wait fail leave' ;;
	--contain) words='auto strict pidns' ;;
	--signal) words='TERM INT HUP QUIT KILL USR1 USR2 ALRM WINCH' ;;
	--trim) words='n l r lr rl' ;;
	--header) words=': 1 2' ;;
	-C | --colsep) words='\\t , ; :' ;;
	-n | --max-args | -N | --max-replace-args | -L | --max-lines)
		words='1 2 3 4 10 100 1000'
		;;
	-s | --max-chars) words='1000 4000 100K' ;;
	-I | --replace | --tagstring) words='{}' ;;
	--color) words='auto always never' ;;
	-E) ;;
	--block) words='100K 1M 10M 100M -1 -10' ;;
	--recstart | --recend) words='\\n \\n\\n > @' ;;
	--shard | --bin | --group-by) words='1 2 3 4' ;;
	--order) words='longest given' ;;
	--progress) words='auto always never' ;;
	--stdin) words='null open first each' ;;
	--show) words='all failed none' ;;
	--sections) words='auto none github gitlab plain' ;;
	--buffer) words='0 1M 16M 64M 256M 1G' ;;
	--kill-after) words='0 1s 5s 10s 30s 1m' ;;
	--ready) words='notify fd:3 tcp: unix: file: log: exec: http://localhost:' ;;
	--restart) words='never on-failure always on-failure=5 always=5' ;;
	--service | --shield | --finally | --carrier)
		mapfile -t COMPREPLY < <(compgen -A command -- "$2")
		return
		;;
	--adopt)
		words=$(ps -o pid= -u "$UID" 2>/dev/null)
		;;
	*) words='1s 10s 30s 1m 5m 10m 30m 1h' ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$2")
}

complete -F _nursery nursery
