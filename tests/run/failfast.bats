#!/usr/bin/env bats
# The first failure closes the nursery; its status is the nursery's.

load ../helper

@test "success says nothing" {
	try 0 nursery true 'exit 0' 'echo x'
	out x
	err
}

@test "the first failure cancels what runs and drops what has not started" {
	gate up
	try 3 nursery -j2 'puppet say up sleep' 'read x <up; exit 3' \
		'echo never' 'echo never'
	out
	err 'nursery: job 2 failed: exit status 3 after T: read x <up; exit 3' \
		'nursery: 1 failed, 1 cancelled, 2 not started in T'
}

@test "a later failure does not hide the first" {
	gate up
	try 3 nursery 'puppet catch-exit TERM "" 7 say up sleep' \
		'read x <up; exit 3'
	out ''
	err 'nursery: job 2 failed: exit status 3 after T: read x <up; exit 3' \
		'nursery: 1 failed, 1 cancelled in T'
}

@test "the exit status is that of the job, unchanged" {
	local code
	for code in 1 2 99 124 125 128 143 254 255; do
		try "$code" nursery true "exit $code"
		out
		err "nursery: job 2 failed: exit status $code after T: exit $code" \
			'nursery: 1 failed, 1 succeeded in T' ||
			err_has "exit status $code after T: exit $code"
		ended exit "$code"
	done
}

@test "a job that dies of a signal gives 128 and its number" {
	local row name number
	for row in HUP:1 INT:2 QUIT:3 ABRT:6 KILL:9 SEGV:11 PIPE:13 TERM:15; do
		name=${row%:*} number=${row#*:}
		try $((128 + number)) nursery "puppet die $name"
		out
		err "nursery: job 1 failed: killed by signal $number (SIG$name) after T: puppet die $name" \
			'nursery: 1 failed in T'
		ended exit $((128 + number))
	done
}

@test "a shell that dies of its child's signal is told as it exits" {
	try 137 nursery 'sh -c "kill -9 \$\$"; exit $?'
	out
	err_has 'job 1 failed: exit status 137 after T'
}

@test "a job that cannot be started cancels the others" {
	gate up
	try 127 nursery -j2 'puppet say up sleep' 'read x <up' nosuchcommand 'echo never'
	out
	err_has 'job 3 failed: command not found after T: nosuchcommand' \
		'1 failed, 1 cancelled, 1 not started, 1 succeeded in T'
}

@test "the failing job's output is complete" {
	try 1 nursery 'echo a; echo b >&2; puppet write 300000; echo; echo c; exit 1'
	[ "${#output}" -eq $((2 + 300000 + 1 + 1)) ]
	[[ $output == a*c ]]
	err b 'nursery: job 1 failed: exit status 1 after T: echo a; echo b >&2; puppet write 300000; echo; echo c; exit 1' \
		'nursery: 1 failed in T'
}

@test "what a cancelled job has written is printed in its place" {
	gate up
	try 1 nursery 'puppet write-text one write-err uno say up sleep' \
		'read x <up; echo two; echo due >&2; exit 1'
	out one two
	err uno due \
		'nursery: job 2 failed: exit status 1 after T: read x <up; echo two; echo due >&2; exit 1' \
		'nursery: 1 failed, 1 cancelled in T'
}

@test "no command starts after the failure" {
	{
		echo 'exit 1'
		seq 200 | sed 's/.*/echo x >>started/'
	} >list
	try 1 nursery -j1 <list
	out
	err_has 'nursery: 1 failed, ' 'not started in T'
	[ ! -e started ]
}

@test "a producer that holds standard input open does not delay the end" {
	start_fed -j1
	feed 'exit 9\necho more\n'
	finish 9
	out
	err_has 'job 1 failed: exit status 9 after T: exit 9'
}

@test "a failure of one of many cancels them all" {
	local args=() i
	gate up go
	for ((i = 0; i < 50; i++)); do
		args+=('puppet catch-exit TERM bye 0 say up sleep')
	done
	start "${args[@]}" 'puppet wait-fifo go exit 4'
	await up 50
	open_gate go
	finish 4
	[ "$(grep -c '^bye$' <<<"$output")" -eq 50 ]
	err 'nursery: job 51 failed: exit status 4 after T: puppet wait-fifo go exit 4' \
		'nursery: 1 failed, 50 cancelled in T'
}
