#!/usr/bin/env bats
# Where commands come from: arguments and standard input.

load ../helper

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
	# nursery reads 64 KiB at once: the delimiter lies across the end of that
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

@test "a thousand commands of standard input run, in order" {
	try 0 nursery -j4 < <(seq 1000 | sed 's/^/echo /')
	[ "$output" = "$(seq 1000)" ]
	err
}
