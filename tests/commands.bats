#!/usr/bin/env bats
# Where commands come from, and how many run at once.

load helper

# Starts N jobs that wait for each other, then two more: only if N may run at
# once this ends, and no slot above N is ever used.  The rest: the options.
fills_slots() {
	local n=$1 i
	shift
	gate up go
	for ((i = 0; i < n; i++)); do
		echo "puppet print-env NURSERY_SLOT say up wait-fifo go"
	done >list
	echo 'puppet print-env NURSERY_SLOT' >>list
	echo 'puppet print-env NURSERY_SLOT' >>list
	start "$@" <list
	await up "$n"
	open_gate go
	finish 0
	[ "$(sort -u <<<"$output" | wc -l)" -eq "$n" ]
	[[ ! $output =~ NURSERY_SLOT=$((n + 1)) ]]
	err
}

@test "each argument is one shell command" {
	try 0 nursery 'echo a  b' 'x=5; echo c$x' 'echo d | tr d e'
	out 'a b' 'c5' e
	err
}

@test "without arguments each line of standard input is one command" {
	try 0 nursery -j1 <<-'END'
		echo a
		x=5; echo b$x
		echo c | tr c d
	END
	out a b5 d
	err
}

@test "the last line needs no newline" {
	try 0 nursery < <(printf 'echo a\necho b')
	out a b
	err
}

@test "blank lines are skipped" {
	try 0 nursery < <(printf '\n   \necho a\n\t\n \t \necho b\n\n')
	out a b
	err
}

@test "a line whose first non-blank is # is a comment" {
	try 0 nursery < <(printf '#echo no\n  # echo no\necho a # comment\n\t#\n')
	out a
	err
}

@test "skipped lines do not count as jobs" {
	try 0 nursery < <(printf '# no\n\nputs=1; echo $NURSERY_SEQ\n\n#\necho $NURSERY_SEQ\n')
	out 1 2
	err
}

@test "empty input is a success that says nothing" {
	try 0 nursery </dev/null
	out
	err
	try 0 nursery < <(printf '\n# nothing\n')
	out
	err
}

@test "-0 reads commands that end in NUL and may contain newlines" {
	try 0 nursery -0 < <(printf 'echo a\necho b\0echo c\0')
	out a b c
	err
	try 0 nursery --null < <(printf 'echo a\0echo b')
	out a b
	err
}

@test "-d reads commands that end in another character" {
	try 0 nursery -d , < <(printf 'echo a,echo b\necho c,echo d')
	out a b c d
	err
	try 0 nursery --delimiter=: < <(printf 'echo a:echo b:')
	out a b
	err
}

@test "-d takes several characters, which may come in several reads" {
	try 0 nursery -d ';;\n' < <(printf 'echo a;;\necho b; echo c;;;\necho d')
	out a b c d
	try 0 nursery --dry-run -d ', ' < <(printf 'a, b,c')
	[ "$output" = 'a, b,c, ' ]
	gate up
	start_fed -d '\r\n'
	feed 'puppet say up write-text a\r'
	feed '\n'
	await up
	feed 'puppet write-text "b\rc"\r\n'
	no_more_food
	finish 0
	out a $'b\rc'
	# one that is cut by the end of what is read at once
	local before
	for before in 65530 65531 65532 65533 65534 65535; do
		head -c "$before" /dev/zero | tr '\0' x >words
		printf '121234y123' >>words
		try 0 nursery -k -d 1234 'printf %s {} | wc -c' :::: words
		out "$((before + 2))" 4
	done
}

@test "a command starts while the producer still holds standard input open" {
	gate up
	start_fed -j1
	feed 'puppet say up write-text first\n'
	await up
	eventually out_so_far_has first
	feed 'puppet say up wr'
	feed 'ite-text second\n'
	await up
	no_more_food
	finish 0
	out first second
	err
}

# A FIFO that has bytes to be read before anybody reads, and stays open: N lines
# that are skipped, and a command.
skipped_then_command() {
	gate in up
	hold_gate in
	{ yes '#' | head -n "$1" && echo "$2"; } >&"${GATE_FD[in]}"
}

@test "a command behind many comments starts while standard input is held open" {
	skipped_then_command 20000 'echo x >up; echo a'
	start <in {GATE_FD[in]}>&-
	await up
	no_more_food
	finish 0
	out a
	err
}

@test "--dry-run shows a command behind many comments while standard input is held open" {
	skipped_then_command 20000 'echo a'
	start --dry-run <in {GATE_FD[in]}>&-
	eventually out_so_far_has 'echo a'
	no_more_food
	finish 0
	out 'echo a'
	err
}

@test "endless comments hold up neither a signal nor a time limit" {
	start -j1 < <(exec yes '#')
	worker >/dev/null
	tell TERM
	finish 143
	err_has 'SIGTERM'
	try 124 nursery --timeout 50ms < <(exec yes '')
	try 124 nursery --timeout 50ms -0 </dev/zero
}

@test "a NUL in a line is an error of nursery, not a cut command" {
	try 125 nursery -j1 < <(printf 'echo a\necho b\0c\necho d\n')
	[[ ! $output =~ b ]] || fail "the cut command ran"
	err_has NUL
}

@test "standard input that cannot be read is an error of nursery" {
	try 125 nursery </
	out
	err_has 'directory'
}

@test "a closed standard input is an error of nursery, not success" {
	PREFIX=(puppet close 0 exec)
	try 125 nursery
	out
	err_matches 'nursery: [^'$'\n'']+'
}

@test "a line may be long" {
	try 0 nursery < <(printf 'echo %0100000d\n' 7)
	[ "${#output}" -eq 100000 ]
	err
	try 0 nursery < <(printf '# %03000000d\necho a\n' 7)
	out a
	err
}

@test "a command too long for execve is a failed job, and the others run" {
	not_under valgrind # there exec does not return
	try 126 nursery -K -j1 < <(printf 'echo a\necho %0200000d\necho b\n' 7)
	out a b
	err_has 'job 2 failed: ' 'rgument list too long' '1 failed, 2 succeeded'
	[ "${#stderr}" -lt 1000 ] || fail "the message shows all of the command"
	try 126 nursery -K -j1 < <(printf 'echo a\necho %0200000d;:\necho b\n' 7)
	out a b
	err_has 'job 2 failed: ' 'rgument list too long' '1 failed, 2 succeeded'
}

@test "a command of plain words gets exactly those words" {
	try 0 nursery 'puppet print-args a   b=c -d ./e	f'
	out '[a]' '[b=c]' '[-d]' '[./e]' '[f]'
	err
}

@test "what a shell would do with a command is done" {
	touch 1.x 2.x
	mkdir sub
	try 0 nursery -j1 <<-'END'
		puppet print-args 'a  b' "$NURSERY_SEQ" \$x
		puppet print-args *.x [12].x
		puppet print-args ~
		a=5 puppet print-env a
		cd sub && pwd | sed 's,.*/,,'
		if true; then echo yes; fi
		! false
		{ echo group; }
		(echo subshell)
		echo $((6*7)) `echo back`
		puppet print-args a#b a;echo c #d
		{ echo err >&2; } 2>&1
		: && test 1 -eq 1 && echo builtin
	END
	out '[a  b]' '[1]' '[$x]' '[1.x]' '[2.x]' '[1.x]' '[2.x]' "[$HOME]" a=5 \
		sub yes group subshell '42 back' '[a#b]' '[a]' c err builtin
	err
}

@test "a builtin needs no program of that name" {
	try 3 nursery 'exit 3'
	out
	err_has 'job 1 failed: exit status 3 after T: exit 3'
}

@test "an executable text without #! runs, as a shell would run it" {
	echo 'echo "script $1"' >script
	chmod +x script
	try 0 nursery './script a' './script b; :'
	out 'script a' 'script b'
	err
}

@test "a program for another machine is not taken for a shell script" {
	local program
	{
		printf '\177ELF\002\001\001\0\0\0\0\0\0\0\0\0\003\0>\0'
		echo 'touch ran'
	} >elf
	printf 'x\0y\ntouch ran\n' >nul
	chmod +x elf nul
	for program in ./elf ./nul; do
		run -126 sh -c "$program"
		try 126 nursery "$program"
		out
		[ ! -e ran ] || fail "$program was run as a script"
	done
}

@test "without PATH a command is found where the shell would find it" {
	# Most shells then look into /usr/sbin, too.
	need env
	not_under valgrind # which is found by PATH
	env -u PATH /bin/sh -c 'chroot --version' >/dev/null || skip 'no chroot for sh'
	PREFIX=(env -u PATH)
	try 0 nursery 'chroot --version' 'chroot --version; :'
	[[ $output == *chroot*chroot* ]]
	err
	try 127 nursery nosuchcommand
	out
}

@test "--shell runs the commands with another shell" {
	need bash
	try 0 nursery --shell "$(command -v bash)" \
		'echo ${BASH_VERSION:+bash}' 'x=(a b c); echo ${x[2]}'
	out bash c
	err
	try 0 nursery 'echo ${BASH_VERSION:+bash}'
	out ''
	err
}

@test "a command that is not found fails with status 127" {
	try 127 nursery 'nosuchcommand a'
	out
	err 'nursery: job 1 failed: command not found after T: nosuchcommand a' \
		'nursery: 1 failed in T'
	try 127 nursery './nosuchcommand; exit $?'
	out
	err_has 'exit status 127 after T: ./nosuchcommand; exit $?'
}

@test "arguments that look like the words of one command get a hint" {
	try 127 nursery nosuchcommand 100
	out
	err_has 'each argument is one command'
	try 127 nursery 'nosuchcommand 100'
	err_lacks 'each argument is one command'
	try 127 nursery <<<nosuchcommand
	err_lacks 'each argument is one command'
}

@test "a command that cannot be executed fails with status 126" {
	touch file
	try 126 nursery ./file
	out
	err 'nursery: job 1 failed: cannot execute: Permission denied after T: ./file' \
		'nursery: 1 failed in T'
	mkdir folder
	try 126 nursery ./folder
	out
	err_has 'job 1 failed: cannot execute: '
}

@test "options end at the first word that is none" {
	try 127 nursery -j1 'echo a' -k
	out a
	err_has 'job 2 failed: command not found after T: -k'
}

@test "options end at --" {
	try 0 nursery -j1 -- 'echo a' 'echo b'
	out a b
	err
	try 127 nursery -- --version
	out
	err_has 'command not found after T: --version'
}

@test "all commands that are arguments run at once" {
	gate up go
	start 'puppet say up wait-fifo go' 'puppet say up wait-fifo go' \
		'puppet say up wait-fifo go' 'puppet say up wait-fifo go' \
		'puppet say up wait-fifo go'
	await up 5
	open_gate go
	finish 0
	out
	err
}

@test "of commands that are read one runs per available CPU" {
	need taskset
	PREFIX=(taskset -c "$(taskset -cp $$ | sed 's/.*: *//; s/[,-].*//')")
	fills_slots 1
}

@test "-j1 runs one after the other" {
	try 0 nursery -j1 'mkdir d && rmdir d' 'mkdir d && rmdir d' \
		'mkdir d && rmdir d' 'mkdir d && rmdir d' 'mkdir d && rmdir d'
	out
	err
}

@test "-j N lets N run at once and no more" {
	fills_slots 3 -j3
}

@test "--jobs N and -P N are -j N" {
	fills_slots 2 --jobs=2
	rm up go
	GATE_FD=()
	fills_slots 2 -P 2
}

@test "-j 0 is no limit" {
	gate up go
	yes 'puppet say up wait-fifo go' | head -n 60 >list
	start -j0 <list
	await up 60
	open_gate go
	finish 0
	out
	err
}

@test "-j N% is a share of the available CPUs, at least one" {
	need taskset
	PREFIX=(taskset -c "$(taskset -cp $$ | sed 's/.*: *//; s/[,-].*//')")
	fills_slots 3 -j 300%
	rm up go
	GATE_FD=()
	fills_slots 1 -j 1%
	rm up go
	GATE_FD=()
	fills_slots 1 -j 0%
}

@test "-j +N and -j -N count from the available CPUs, at least one" {
	need taskset
	PREFIX=(taskset -c "$(taskset -cp $$ | sed 's/.*: *//; s/[,-].*//')")
	fills_slots 3 -j +2
	rm up go
	GATE_FD=()
	fills_slots 1 -j -1
}

@test "a thousand commands of standard input run, in order" {
	try 0 nursery -j4 < <(seq 1000 | sed 's/^/echo /')
	[ "$output" = "$(seq 1000)" ]
	err
}
