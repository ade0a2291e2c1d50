#!/usr/bin/env bats
# What nursery says, and where.

load ../helper

@test "the summary: a line for each failure, then the counts" {
	try 2 nursery -K -j1 true 'exit 2' 'puppet die KILL' true nosuch true
	out
	err 'nursery: job 2 failed: exit status 2 after T: exit 2' \
		'nursery: job 3 failed: killed by signal 9 (SIGKILL) after T: puppet die KILL' \
		'nursery: job 5 failed: command not found after T: nosuch' \
		'nursery: 3 failed, 3 succeeded in T' ||
		err_has 'job 5 failed: command not found after T: nosuch'
}

@test "durations have milliseconds" {
	try 1 nursery 'exit 1'
	[[ ${stderr_lines[0]} =~ ^'nursery: job 1 failed: exit status 1 after '[0-9]+\.[0-9]{3}'s: exit 1'$ ]]
	[[ ${stderr_lines[1]} =~ ^'nursery: 1 failed in '[0-9]+\.[0-9]{3}s$ ]]
}

@test "the summary comes after all output, the counts last" {
	combined() {
		nursery -K -j1 'echo a; exit 1' 'echo b' 'echo c >&2' 2>&1
	}
	try 1 combined
	[ "${lines[0]} ${lines[1]} ${lines[2]}" = 'a b c' ]
	[[ ${lines[3]} == 'nursery: job 1 failed: '* ]]
	[[ ${lines[4]} == 'nursery: 1 failed, 2 succeeded in '* ]]
	[ "${#lines[@]}" -eq 5 ]
}

@test "counting what was not started ends, also where the input never does" {
	try 1 nursery -j1 -0 -r -a <(printf 'a\0'; exec cat /dev/zero) false
	err_has '1 failed in T'
	try 1 nursery -j1 -0 -r -X -s 15 -a <(printf 'aaaaaaa\0b\0'; exec cat /dev/zero) false
	err_has '1 failed in T'
	try 1 nursery -j1 < <(echo false; exec yes '#')
	err_has '1 failed in T'
}

@test "--quiet drops the summary and nothing else" {
	try 3 nursery --quiet -j1 'echo a; echo b >&2; exit 3' 'echo never'
	out a
	err b
}

@test "--quiet still says a cause that is no job's" {
	try 124 nursery --quiet --timeout 100ms 'puppet sleep'
	out
	err 'nursery: timed out after 100ms'
	try 125 nursery --quiet -j1 < <(printf 'echo a\0b\n')
	out
	err_matches 'nursery: [^'$'\n'']*NUL[^'$'\n'']*'
	try 143 nursery --quiet 'kill -TERM $NURSERY_PID; exec sleep 1000'
	out
	err 'nursery: stopped by signal 15 (SIGTERM)'
}

@test "-v tells starts and ends" {
	try 3 nursery -v -K -j1 'echo a' 'exit 3'
	out a
	err 'nursery: job 1 started: echo a' \
		'nursery: job 1 succeeded after T: echo a' \
		'nursery: job 2 started: exit 3' \
		'nursery: job 2 failed: exit status 3 after T: exit 3' \
		'nursery: job 2 failed: exit status 3 after T: exit 3' \
		'nursery: 1 failed, 1 succeeded in T'
}

@test "--verbose tells cancelled jobs as cancelled" {
	gate up
	try 1 nursery --verbose 'puppet say up sleep' 'read x <up; exit 1'
	err_has 'job 1 cancelled after T: puppet say up sleep'
}

@test "-v gives the counts of a success, too" {
	try 0 nursery -v true true
	out
	err_has 'nursery: 2 succeeded in T'
}

@test "a command in a message cannot write to the terminal" {
	local esc=$'\e'
	try 1 nursery "exit 1 # ${esc}[31mred${esc}]0;title"$'\a\r\b\x7f'
	out
	[[ $stderr != *$esc* ]]
	[[ $stderr != *$'\a'* && $stderr != *$'\r'* && $stderr != *$'\b'* && $stderr != *$'\x7f'* ]]
	err_has 'job 1 failed: exit status 1 after T: exit 1 # ' red
}

@test "a command of several lines is one line in a message" {
	try 2 nursery -0 < <(printf 'exit 2\n# nursery: all is well\0')
	out
	[ "${#stderr_lines[@]}" -eq 2 ] || fail
	[[ ${stderr_lines[0]} == *'exit 2\n# nursery: all is well' ]]
}

@test "bytes that are no character are made visible" {
	try 2 nursery "exit 2 # "$'\xff\xfe'
	[[ $stderr != *$'\xff'* ]]
	err_has 'exit 2 # \377\376'
	LC_ALL=C.UTF-8 try 2 nursery "exit 2 # "$'\xffä€\xe2\x82'
	err_has 'exit 2 # \377ä€\342\202'
	LC_ALL=C try 2 nursery "exit 2 # ä"
	err_has 'exit 2 # \303\244'
}

@test "controls of the direction of text are made visible, other text is not touched" {
	# as bytes: what bash makes of \u depends on the locale that it started in
	LC_ALL=C.UTF-8 try 2 nursery \
		$'exit 2 # \342\200\256txt\342\201\251 \342\200\217\330\234 日本 \327\220'
	err_has $'exit 2 # \\342\\200\\256txt\\342\\201\\251 \\342\\200\\217\\330\\234 日本 \327\220'
}

@test "a long command is cut in a message" {
	try 2 nursery "exit 2 # $(printf '%05000d' 7)"
	[ "${#stderr}" -lt 600 ]
	err_has '000...' '1 failed in T'
}

@test "the name of an orphan cannot write to the terminal either" {
	local name=$'x\e[31m'
	cp "$(command -v sleep)" "$name"
	try 0 nursery "./*31m 1000 & :"
	[[ $stderr != *$'\e'* ]]
	err_has 'job 1 left 1 process behind: '
}

@test "--dry-run prints the commands and runs nothing" {
	try 0 nursery --dry-run 'touch file' 'echo  "a b"'
	out 'touch file' 'echo  "a b"'
	err
	[ ! -e file ]
	try 0 nursery --dry-run < <(printf '# comment\n\ntouch file\necho b')
	out 'touch file' 'echo b'
	err
	[ ! -e file ]
}

@test "--dry-run still refuses bad options" {
	try 125 nursery --dry-run --jobs x 'touch file'
	out
}

@test "cancelled, not started and succeeded are counted apart" {
	gate up
	try 5 nursery -j2 true true true 'puppet say up sleep' 'read x <up; exit 5' true true
	out
	err 'nursery: job 5 failed: exit status 5 after T: read x <up; exit 5' \
		'nursery: 1 failed, 1 cancelled, 2 not started, 3 succeeded in T'
}

@test "messages are whole lines, also while jobs write to the same stderr" {
	try 1 nursery -v -K 'puppet write-err a exit 1' 'puppet write-err b' 'puppet write-err c'
	local line
	for line in "${stderr_lines[@]}"; do
		[[ $line == nursery:* || $line == [abc] ]] || fail "a mixed line: $line"
	done
}
