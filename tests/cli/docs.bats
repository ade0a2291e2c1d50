#!/usr/bin/env bats
# The manual, --help, the completions and README say the same as the program.

load ../helper

setup() {
	nursery_setup
	MAN=$REPO/man/nursery.1
	COMPLETIONS=$REPO/completions
}

# The options that the lists of the manual name, one a line: -j, --jobs and so on.
options_of_manual() {
	sed -n '/^\.Ss Options for/,/^\.Ss Messages/p' "$MAN" |
		grep '^\.It Fl' | grep -oE 'Fl [-A-Za-z0-9]+' |
		sed 's/^Fl /-/' | sort -u
}

long_options_of_help() {
	nursery -v --help | grep -oE -e '--[a-z][a-z-]+' | sort -u
}

# "Every option that ... has" is compared by the lists themselves.
same() {
	diff <(sort -u <<<"$2") <(sort -u <<<"$3") ||
		fail "$1: < is only in the first, > only in the second"
}

@test "the exit statuses of the manual are those of src/base/exits.h" {
	local header manual
	header=$(sed -nE 's/.*EXITS_[A-Z_]+ = ([0-9]+).*/\1/p' "$REPO/src/base/exits.h" |
		sed 's/^1$/1-255/; s/^128$/128+N/')
	manual=$(sed -n '/^\.Sh EXIT STATUS/,/^\.Sh EXAMPLES/p' "$MAN" |
		sed -nE 's/^\.It ([0-9]+(\+N|-255)?)$/\1/p')
	[ -n "$header" ]
	same 'exits.h and the manual' "$header" "$manual"
}

@test "every long option of -v --help is in the manual, and the other way round" {
	same '-v --help and the manual' "$(long_options_of_help)" \
		"$(options_of_manual | grep '^--')"
}

@test "every option of --help, a screen of it, is in -v --help" {
	local option all
	all=$(nursery -v --help)
	for option in $(nursery --help | grep -oE -e '(^|[ ;(])--?[A-Za-z0-9][a-z-]*' | tr -d ' ;(' | sort -u); do
		[ "$option" = -9 ] || grep -qE -e "(^|[ ,])$option([ ,[]|\$)" <<<"$all" || fail "-v --help lacks $option"
	done
}

@test "every short option of the manual is in -v --help, and the other way round" {
	local help option
	help=$(nursery -v --help)
	for option in $(options_of_manual | grep '^-[^-]'); do
		grep -qE -e "(^|[ ,])$option[ ,]" <<<"$help" || fail "-v --help lacks $option"
	done
	for option in $(grep -oE '(^| )-[A-Za-z0-9],' <<<"$help" | tr -d ' ,'); do
		options_of_manual | grep -qxe "$option" || fail "the manual lacks $option"
	done
}

@test "the bash completion offers exactly the options of the manual" {
	need bash
	local offered
	offered=$(bash -c 'source "$1"; COMP_WORDS=(nursery -) COMP_CWORD=1
		_nursery; printf "%s\n" "${COMPREPLY[@]}"' - "$COMPLETIONS/nursery.bash")
	same 'bash and the manual' "$offered" "$(options_of_manual)"
}

@test "the bash completion knows which options take a value" {
	need bash
	local option
	for option in $(options_of_manual); do
		takes_value "$option" || continue
		bash -c 'source "$1"; COMP_WORDS=(nursery "$2" "") COMP_CWORD=2
			_nursery_value() { echo value; }; _nursery' - \
			"$COMPLETIONS/nursery.bash" "$option" | grep -qx value ||
			fail "it does not know that $option takes a value"
	done
}

takes_value() {
	sed -n '/^\.Ss Options for/,/^\.Ss Messages/p' "$MAN" | grep '^\.It Fl' |
		grep -qE -e "Fl ${1#-} Ar"
}

@test "the zsh completion has exactly the options of the manual" {
	local offered
	offered=$(sed -n '/^_arguments/,$p' "$COMPLETIONS/_nursery" |
		sed -E "s/^[^']*'\([^)]*\)//; s/\[.*//" |
		grep -oE -e '--?[A-Za-z0-9][a-z-]*' | grep -vxE -e '-(S|A)')
	same 'zsh and the manual' "$offered" "$(options_of_manual)"
}

@test "the fish completion has exactly the options of the manual" {
	local offered
	offered=$(sed -n 's/^complete -c nursery//p' "$COMPLETIONS/nursery.fish" |
		sed "s/ -[ad] '.*//; s/ -a .*//" | grep -oE -e '-[sl] [A-Za-z0-9-]+' |
		sed 's/^-s /-/; s/^-l /--/')
	same 'fish and the manual' "$offered" "$(options_of_manual)"
}

@test "the completions are valid for their shells" {
	bash -n "$COMPLETIONS/nursery.bash"
	if command -v zsh >/dev/null; then
		zsh -n "$COMPLETIONS/_nursery"
		zsh -n "$COMPLETIONS/_parallel"
	fi
	if command -v fish >/dev/null; then
		fish --no-execute "$COMPLETIONS/nursery.fish"
		fish --no-execute "$COMPLETIONS/parallel.fish"
	fi
}

@test "called as parallel, nursery is completed with the options of that name" {
	need bash
	mkdir bin
	ln -s "$BINARY" bin/parallel
	local offered PATH=$PWD/bin:$PATH
	offered=$(bash -c 'source "$1"; COMP_WORDS=(parallel -) COMP_CWORD=1
		_nursery_parallel parallel; printf "%s\n" "${COMPREPLY[@]}"' - "$COMPLETIONS/parallel.bash")
	[[ $'\n'$offered$'\n' == *$'\n-j\n'*$'\n--lb\n'*$'\n--arg-sep\n'* ]]
	[[ $offered != *--race* ]]
	if command -v fish >/dev/null; then
		same 'fish and bash' "$offered" "$(fish --no-config -c 'source $argv[1]
			complete -C "parallel -"; complete -C "parallel --"' "$COMPLETIONS/parallel.fish" | sed 's/\t.*//')"
	fi
}

@test "the program accepts every option of the manual" {
	not_under valgrind # it has no pidfd_open(2)
	local option value
	for option in $(options_of_manual); do
		case $option in
		--help | --version) continue ;;
		-j | -P | --jobs) value=2 ;;
		-d | --delimiter) value=, ;;
		--shell) value=/bin/sh ;;
		--halt) value=never ;;
		--orphans) value=kill ;;
		--signal) value=TERM ;;
		--buffer) value=1M ;;
		--show | --sections) value=none ;;
		--trim) value=lr ;;
		-[nNLs] | --max-* | --retries | --ok-codes | --load) value=9 ;;
		--memfree | --memory-max) value=1M ;;
		--limit) value=class=1 ;;
		--pids-max) value=9 ;;
		--cpu-max) value=50% ;;
		--color) value=always ;;
		*) value=1s ;;
		esac
		case $option in
		-a | --arg-file)
			echo 'echo a' >args
			try 0 nursery "$option" args --dry-run
			;;
		--argv)
			try 0 nursery "$option" --dry-run 'echo a' :::
			continue
			;;
		--wait)
			try 0 nursery --spawn "$option" --dry-run 'echo a'
			;;
		--header)
			try 0 nursery "$option" : --dry-run ::: name 'echo a'
			;;
		--adopt)
			puppet sleep 3>&- &
			try 0 nursery "$option" $! --dry-run 'echo a'
			kill $!
			;;
		--resume | --resume-failed | --history)
			rm -f log
			[ "$option" != --history ] || : >log
			takes_value "$option" && set -- log --order longest || set --
			try 0 nursery "$option" "$@" --joblog log --dry-run 'echo a'
			;;
		--retry-failed)
			printf '1\t:\t1.000\t     0.001\t0\t0\t1\t0\techo a\n' >log
			try 0 nursery "$option" --joblog log --dry-run
			;;
		--order)
			try 0 nursery "$option" given --dry-run 'echo a'
			;;
		--hosts)
			try 0 nursery "$option" n1 --dry-run 'echo a'
			;;
		--hostfile)
			echo n1 >hosts
			try 0 nursery "$option" hosts --dry-run 'echo a'
			;;
		--machine-timeout)
			try 0 nursery --hosts n1 "$option" 10s --dry-run 'echo a'
			;;
		--carrier | --agent-path)
			try 0 nursery --hosts n1 "$option" 'x {host}' --dry-run 'echo a'
			;;
		--onall | --nonall)
			try 0 nursery --hosts n1 "$option" --dry-run 'echo a'
			;;
		--progress)
			try 0 nursery "$option" always --dry-run 'echo a'
			;;
		--stdin)
			try 0 nursery "$option" null --dry-run 'echo a'
			;;
		--contain)
			try 0 nursery "$option" strict --dry-run 'echo a'
			;;
		--doctor)
			try 0 nursery "$option" --dry-run 'echo a'
			;;
		--ready*)
			[ "$option" != --ready ] || value=notify
			try 0 nursery --service true "$option" "$value" --dry-run \
				'echo a'
			;;
		--restart)
			try 0 nursery --service true "$option" always --dry-run 'echo a'
			;;
		--procfile)
			try 0 nursery "$option" <(echo a: b) --dry-run 'echo a'
			;;
		--env-file)
			try 0 nursery "$option" /dev/null --dry-run 'echo a'
			;;
		--name)
			try 0 nursery --service true "$option" x --dry-run 'echo a'
			;;
		--recstart | --recend | --regexp | --remove-rec-sep | --round-robin | --pipe)
			takes_value "$option" && set -- x || set --
			try 0 nursery -j1 "$option" "$@" --pipe --dry-run 'echo a' <<<input
			;;
		--block | --block-timeout | --shard | --bin | --group-by)
			try 0 nursery -j1 "$option" 1 --pipe --dry-run 'echo a' <<<input
			;;
		--cat | --fifo)
			try 0 nursery "$option" --dry-run 'echo a; : {}' <<<input
			out 'echo a; : $NURSERY_INPUT'
			continue
			;;
		--tee)
			try 0 nursery "$option" --pipe --dry-run 'echo a' ::: b <<<input
			;;
		--pipe-part)
			echo input >args
			try 0 nursery "$option" -a args --dry-run 'echo a'
			;;
		*)
			is_of_templates "$option" && set -- ::: || set --
			if takes_value "$option"; then
				try 0 nursery "$option" "$value" --dry-run "$@" 'echo a'
			else
				try 0 nursery "$option" --dry-run "$@" 'echo a'
			fi
			;;
		esac
		[[ $option != -q && $option != --quote ]] || continue
		if [[ $option != -0 && $option != --null && $option != -d && $option != --delimiter ]]; then
			out 'echo a'
		fi
	done
}

is_of_templates() {
	sed -n '/^\.Ss Options for arguments/,/^\.Ss Options for stopping early/p' "$MAN" |
		grep '^\.It Fl' | grep -qE -e "Fl ${1#-}( |\$)"
}

@test "the version of --version is the one of NEWS.md" {
	local version
	version=$(nursery --version)
	grep -qF "${version#nursery }" "$REPO/NEWS.md" ||
		fail "NEWS.md does not know ${version#nursery }"
}

# The map has a row or more for a folder, which names its files without .c; opt_*
# stands for all of that kind.
@test "HACKING.md's map names every source file, and none that is not there" {
	local map file
	map=$(sed -n '/^## The map/,/^| beside src/p' "$REPO/HACKING.md" |
		awk -F'|' '/^\| *(`|\|)/ {
			if (match($2, /`[a-z]+`/))
				folder = substr($2, RSTART + 1, RLENGTH - 2)
			n = split($3, names, /[ `]+/)
			for (i = 1; i <= n; i++)
				if (names[i] ~ /^[a-z]/)
					print folder "/" names[i]
		}' | sort)
	[ -n "$map" ]
	cd "$REPO/src" || return
	same 'the map and src/' "$(sed 's/\.h$//' <<<"$map")" "$(
		for file in */*.[ch]; do
			file=${file%.[ch]}
			case $file in cli/opt_*) file='cli/opt_*' ;; esac
			echo "$file"
		done | sort -u
	)"
}
