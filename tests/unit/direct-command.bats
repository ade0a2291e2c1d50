#!/usr/bin/env bats
# Which commands run without a shell, and that nobody can tell.
#
# The programs of the rows are links to the driver "job", which prints its own
# argv under any other name.
#
# shellcheck disable=SC1003 # a backslash in quotes is one
# shellcheck disable=SC2016 # nor is anything else in them for this shell
# shellcheck disable=SC1001,SC1010,SC2054,SC2191 # words are words here

load driver

# Shells that may be installed; each is called as sh would be.
all_shells=(/bin/sh dash bash 'bash --posix' 'busybox sh' ksh93 mksh lksh
	'zsh --emulate sh' yash posh)

setup() {
	driver_setup
	JOB=$HELPERS/drivers/job
	bin=$BATS_TEST_TMPDIR/bin
	mkdir "$bin"
	shells=()
	local name shell
	for name in prog prog-2 prog.sh prog_x PROG 7 12ab a:b a@b a,b a+b a%b +x -x -c \
	    @x ,x _x trueish nottest Test é $'\xff\x80'; do
		ln -s "$JOB" "$bin/$name"
	done
	for shell in "${all_shells[@]}"; do
		! command -v "${shell%% *}" >/dev/null || shells+=("$shell")
	done
	PATH=$bin:$PATH
}

# classify STRING: prints "direct" or "shell"
classify() {
	"$JOB" classify "$1" | head -n 1
}

# is_direct STRING: it runs without a shell, and each shell does the same with it as
# exec(3)
is_direct() {
	local kind
	kind=$(classify "$1")
	[ "$kind" = direct ] || {
		printf 'not direct: %q\n' "$1"
		return 1
	}
	same_everywhere "$1"
}

# same_everywhere STRING: exec(3) and each shell give the same output and status
same_everywhere() {
	local want got shell dashes=()
	[[ $1 != [-+]* ]] || dashes=(--)
	want=$("$JOB" exec "$1" 2>/dev/null; echo "status $?")
	for shell in "${shells[@]}"; do
		# shellcheck disable=SC2086 # a shell and its options
		got=$($shell -c "${dashes[@]}" "$1" 2>/dev/null; echo "status $?")
		[ "$got" = "$want" ] || {
			printf '%q in %s: %s\nexec: %s\n' "$1" "$shell" "$got" \
				"$want"
			return 1
		}
	done
}

# is_shell STRING: it is left to the shell
is_shell() {
	[ "$(classify "$1")" = shell ] || {
		printf 'not for the shell: %q\n' "$1"
		return 1
	}
}

@test "plain words are executed as the shell would" {
	is_direct prog
	is_direct 'prog a'
	is_direct 'prog a b c'
	is_direct 'prog  a   b'
	is_direct ' prog a'
	is_direct 'prog a '
	is_direct $'\tprog\ta\t \tb\t'
	is_direct 'prog -n --long --key=value -xvf file'
	is_direct 'prog 1 2 3 007 1e3 -1 +1'
	is_direct 'prog - --'
	is_direct 'prog a.b a/b /a /a/b/ ./a ../a .'
	is_direct 'prog a:b a@b a,b a+b a%b a_b a-b'
	is_direct 'prog : , @ + % _ - . /'
	is_direct 'prog user@host:/path,x'
	is_direct 'prog http://example.com:80/x,y@z+w%20'
	is_direct 'prog A B_C'
	is_direct 'prog ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz 0123456789'
}

@test "an absent, unreadable or odd program ends as it does in the shell" {
	is_direct 'no-such-program-here a'
	is_direct '/no/such/program a'
	is_direct "$bin/prog a"
	is_direct 'prog-2 a'
	is_direct 'prog.sh a'
	is_direct 'prog_x a'
	is_direct 'PROG a'
	is_direct '7 a'
	is_direct '12ab a'
	is_direct 'a:b c'
	is_direct 'a@b c'
	is_direct 'a,b c'
	is_direct 'a+b c'
	is_direct 'a%b c'
	is_direct '@x a'
	is_direct ',x a'
	is_direct '_x a'
}

@test "a command that starts with a dash or a plus is no option of the shell" {
	is_direct '-x a'
	is_direct '+x a'
	is_direct '-c a'
	is_direct ' -x a'
	local text
	for text in '-x "a b"' '+x "a b"' '-c "a b"' ' -x "a b"' '-x;prog' '--; prog'; do
		local argv shell want=
		for shell in "${shells[@]}"; do
			case $shell in *' '*) continue ;; esac
			mapfile -t argv < <("$JOB" shell-argv "$text" "$shell")
			output=$("${argv[@]}" 2>/dev/null) || :
			want=${want:-$output}
			[ "$output" = "$want" ]
		done
	done
	[ "$("$JOB" shell-argv 'a b' sh | tr '\n' '|')" = 'sh|-c|a b|' ]
	[ "$("$JOB" shell-argv '-a b' sh | tr '\n' '|')" = 'sh|-c|--|-a b|' ]
	[ "$("$JOB" shell-argv '+a b' sh | tr '\n' '|')" = 'sh|-c|--|+a b|' ]
	[ "$("$JOB" shell-argv ' -a b' sh | tr '\n' '|')" = 'sh|-c| -a b|' ]
	[ "$("$JOB" shell-argv '' zsh | tr '\n' '|')" = 'zsh|-c||' ]
	[ "$("$JOB" shell-argv '-a b' bash -eo pipefail | tr '\n' '|')" = 'bash|-eo|pipefail|-c|--|-a b|' ]
}

@test "a builtin or reserved word matters only as the first word" {
	is_direct 'prog if then else fi do done case esac for in while until'
	is_direct 'prog time function select coproc namespace repeat end foreach'
	is_direct 'prog echo test true false cd exit exec eval : .'
	is_direct 'trueish'
	is_direct 'nottest a'
	is_direct 'Test a'
	is_direct 'prog prog prog'
	is_direct '/bin/true'
	is_direct '/bin/echo a b'
	is_direct 'env true'
	is_direct './true'
}

@test "an assignment is one only before the command" {
	is_direct 'prog a=b'
	is_direct 'prog A=b C=d'
	is_direct 'env A=b prog c'
	is_direct 'prog --a=b -Dx=y'
	is_direct 'prog a==b a=b=c'
	is_direct 'prog a+=b'
	is_direct 'dd if=/dev/null of=/dev/null'
	is_shell 'A=b prog'
	is_shell 'A=b'
	is_shell 'A='
	is_shell 'A+=b prog'
	is_shell 'a=b=c prog'
	is_shell '=prog'
	is_shell 'prog =prog'
	is_shell 'prog = b'
	is_shell 'prog =='
	is_shell '1=2'
	is_shell './a=b'
}

@test "bytes above 127 are part of a word" {
	local byte text=prog
	for ((byte = 128; byte < 256; byte++)); do
		text+=" $(printf '%b' "\\x$(printf %x "$byte")") a$(printf '%b' "\\x$(printf %x "$byte")")b"
	done
	is_direct "$text"
	LC_ALL=C.UTF-8 is_direct "$text"
	LC_ALL=C.UTF-8 is_direct 'prog é ü 日本語 ½'
	LC_ALL=C.UTF-8 is_direct $'prog a\xc2\xa0b a\xe2\x80\x83b a\xe3\x80\x80b a\xc2\x85b a\xef\xbb\xbfb'
	LC_ALL=C.UTF-8 is_direct 'é a'
	is_direct $'\xff\x80 a'
}

@test "each byte of the shell's own sends the command to the shell, wherever it stands" {
	local byte
	for byte in '!' '"' '#' '$' '&' "'" '(' ')' '*' ';' '<' '>' '?' '[' '\' ']' '^' '`' \
	    '{' '|' '}' '~'; do
		is_shell "prog a${byte}b"
		is_shell "prog $byte"
		is_shell "prog ${byte}a"
		is_shell "prog a$byte"
		is_shell "${byte}prog"
		is_shell "prog$byte"
		is_shell "$byte"
	done
}

@test "each control byte sends the command to the shell" {
	local byte char
	for ((byte = 1; byte < 32; byte++)); do
		[ "$byte" -ne 9 ] || continue
		char=$(printf '%b.' "\\x$(printf %x "$byte")")
		is_shell "prog a${char%.}b"
		is_shell "prog a${char%.}"
		is_shell "${char%.}prog"
	done
	is_shell $'prog \x7f'
	is_shell $'prog a\r'
	is_shell $'prog\nprog'
	[ "$("$JOB" nul)" = shell ]
}

@test "every other byte of ASCII leaves the command direct" {
	local byte char text='' n=0
	for ((byte = 33; byte < 127; byte++)); do
		char=$(printf '%b' "\\x$(printf %x "$byte")")
		[[ $char != [][\!\"\#\$\&\'\(\)\*\;\<\>\?\\\^\`\{\|\}\~] ]] || continue
		[ "$(classify "prog a${char}b$char")" = direct ]
		[ "$char" = = ] || [ "$(classify "prog $char")" = direct ]
		text+=" a${char}b$char ${char#=}"
		n=$((n + 1))
	done
	is_direct "prog$text"
	[ "$n" -eq 72 ]
}

@test "shell syntax goes to the shell" {
	is_shell 'prog | prog'
	is_shell 'prog && prog'
	is_shell 'prog || prog'
	is_shell 'prog; prog'
	is_shell 'prog &'
	is_shell 'prog >file'
	is_shell 'prog 2>&1'
	is_shell 'prog <file'
	is_shell 'prog $HOME'
	is_shell 'prog $(prog)'
	is_shell 'prog `prog`'
	is_shell 'prog "a b"'
	is_shell "prog 'a b'"
	is_shell 'prog a\ b'
	is_shell 'prog *.c'
	is_shell 'prog a?c'
	is_shell 'prog [ab]c'
	is_shell 'prog ~'
	is_shell 'prog ~/x'
	is_shell 'prog a=~/x'
	is_shell 'prog {a,b}'
	is_shell '{ prog; }'
	is_shell '(prog)'
	is_shell 'prog() { :; }'
	is_shell 'prog # comment'
	is_shell '# comment'
	is_shell '! prog'
	is_shell '[ a = b ]'
	is_shell '[[ a = b ]]'
	is_shell '((1))'
	is_shell 'prog ^a'
	is_shell '%1'
	is_shell '%prog'
}

@test "nothing but blanks goes to the shell, and succeeds" {
	is_shell ''
	is_shell ' '
	is_shell $' \t '
	"$JOB" exec ''
	"$JOB" exec $' \t '
}

@test "every builtin and reserved word of POSIX goes to the shell, alone and with arguments" {
	local word
	local words=(. : '[' alias bg break 'case' cd command continue 'do' 'done' echo
		'elif' 'else' 'esac' eval exec exit export false fc fg 'fi' 'for'
		getopts hash 'if' 'in' jobs kill printf pwd read readonly return set
		shift test 'then' 'time' times trap true type ulimit umask unalias
		unset 'until' wait 'while')
	for word in "${words[@]}"; do
		is_shell "$word"
		is_shell "$word a"
		is_shell " $word"$'\ta'
	done
}

# all_are_shell SHELL MIN: standard input is words that SHELL knows, a line each, more
# than MIN of them; as a command each is left to the shell
all_are_shell() {
	local kind word n=0
	while IFS=$'\t' read -r kind word; do
		[ "$kind" = shell ] || {
			echo "$1 has $word"
			return 1
		}
		n=$((n + 1))
	done < <("$JOB" classify-lines)
	[ "$n" -gt "$2" ] || {
		echo "$1 has only $n words"
		return 1
	}
}

@test "whatever bash calls builtin, keyword or alias goes to the shell" {
	local words='compgen -b; compgen -k; compgen -a; compgen -A function; :'
	need bash
	{
		env -i bash -c "$words"
		env -i bash --posix -c "$words"
	} >"$BATS_TEST_TMPDIR/words"
	all_are_shell bash 120 <"$BATS_TEST_TMPDIR/words"
}

@test "whatever zsh calls builtin, reserved or alias goes to the shell" {
	need zsh
	zsh -fc 'print -rl -- ${(k)builtins} ${(k)reswords}
		print -rl -- ${(k)dis_builtins} ${(k)dis_reswords}
		print -rl -- ${(k)aliases} ${(k)functions}' | grep . |
		all_are_shell zsh 100
}

# known_words SHELL [OPTION...]: the words that stand in the shell's executable and that
# it knows although it finds no program of that name
known_words() {
	local program
	program=$(command -v "$1")
	shift
	grep -aoE '[][A-Za-z_.:@!{}][][A-Za-z0-9_.:@-]*|-' "$program" | sort -u |
		env -i PATH=/nonexistent LC_ALL=C "$program" "$@" -c '
			while read -r w; do
				command -v -- "$w" >/dev/null 2>&1 && echo "$w"
			done
			:'
}

@test "whatever the other shells know without a program goes to the shell" {
	local shell tested=0 argv
	for shell in dash 'busybox sh' ksh93 mksh lksh; do
		read -ra argv <<<"$shell"
		command -v "${argv[0]}" >/dev/null || continue
		known_words "${argv[@]}" | all_are_shell "$shell" 40
		tested=$((tested + 1))
	done
	[ "$tested" -gt 0 ] || skip "needs dash, busybox, ksh or mksh"
}

@test "whatever is direct does the same in every shell, for random strings" {
	local pieces=(prog ' ' ' ' '  ' $'\t' a b1 - -- -n = A=b a=b if then fi do done true \
		echo time : . / ./ '%' '%1' + , @ '$x' '*' '"' "'" '\' '#' '~' '!' '&' ';' '|' \
		'<' '>' '(' ')' '{' '}' '[' ']' '?' '^' '`' é $'\x80' in case esac 2 _ -x +x)
	local i j text direct=0
	RANDOM=20240607
	for ((i = 0; i < 250; i++)); do
		text=
		((i % 3)) && text='prog '
		for ((j = RANDOM % 6; j >= 0; j--)); do
			text+=${pieces[RANDOM % ${#pieces[@]}]}
		done
		printf '%s\n' "$text"
	done | sort -u >"$BATS_TEST_TMPDIR/lines"
	"$JOB" classify-lines <"$BATS_TEST_TMPDIR/lines" |
		sed -n 's/^direct\t//p' >"$BATS_TEST_TMPDIR/direct"
	while IFS= read -r text; do
		same_everywhere "$text"
		direct=$((direct + 1))
	done <"$BATS_TEST_TMPDIR/direct"
	[ "$direct" -gt 40 ]
}

@test "the words of a direct command are listed in order, with nothing lost" {
	run -0 "$JOB" classify $' /bin/prog\t-a  b\t\tc '
	[ "$output" = $'direct\n/bin/prog\n-a\nb\nc' ]
	local text
	text="prog $(printf '%s ' {1..5000})"
	[ "$("$JOB" classify "$text" | tail -n +2 | tr '\n' ' ')" = "$text" ]
}

@test "what the shell gets is its own path, -c and the text unchanged" {
	run -0 "$JOB" classify ' echo  "a  b" '
	[ "$output" = $'shell\n/bin/sh\n-c\n echo  "a  b" ' ]
}

@test "an environment that changes what sh means is not plain" {
	[ "$(env -i "$JOB" environment)" = plain ]
	[ "$(env -i PATH=/bin HOME=/ ENV=/x BASH_ENV=/x IFS=: PS1=x "$JOB" environment)" = plain ]
	[ "$(env -i A=1 'BASH_FUNC_ls%%=() { :; }' B=2 "$JOB" environment)" = 'not plain' ]
	[ "$(env -i SHELLOPTS=noglob "$JOB" environment)" = 'not plain' ]
	[ "$(env -i BASHOPTS=extglob "$JOB" environment)" = 'not plain' ]
	[ "$(env -i XSHELLOPTS=noglob BASHOPTSX=1 BASH_FUN=1 "$JOB" environment)" = plain ]
	prog() { :; }
	export -f prog
	[ "$("$JOB" environment)" = 'not plain' ]
}
