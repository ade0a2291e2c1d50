#!/usr/bin/env bats
# When the nursery closes: --halt in GNU parallel's syntax, and its shorthands.

load ../helper

@test "--halt never runs everything; the first failure gives the status" {
	try 2 nursery --halt never -j1 'echo a' 'exit 2' 'echo b' 'exit 3' 'echo c'
	out a b c
	err 'nursery: job 2 failed: exit status 2 after T: exit 2' \
		'nursery: job 4 failed: exit status 3 after T: exit 3' \
		'nursery: 2 failed, 3 succeeded in T'
}

@test "-K and --keep-going are --halt never" {
	local option
	for option in -K --keep-going; do
		try 2 nursery $option -j1 'exit 2' 'exit 3' 'echo c'
		out c
		err_has '2 failed, 1 succeeded in T'
	done
}

@test "of two failures the first in time decides, not the first in order" {
	gate go
	start -K -v 'puppet wait-fifo go exit 6' 'exit 5'
	eventually err_so_far_has 'job 2 failed: exit status 5'
	open_gate go
	finish 5
	out
	err_has '2 failed in T'
}

@test "soon lets running jobs end and starts no other" {
	gate go
	start --halt soon,fail=1 -v -j2 'puppet wait-fifo go write-text finished' \
		'exit 4' 'echo never'
	eventually err_so_far_has 'job 2 failed: exit status 4'
	open_gate go
	finish 4
	out finished
	err_has 'nursery: 1 failed, 1 not started, 1 succeeded in T'
}

@test "a job that could not be started is a failure that halts, at once" {
	local when
	for when in soon now; do
		try 127 nursery -j1 --halt "$when,fail=1" nosuch 'touch started'
		out
		[ ! -e started ] || fail 'another job was started'
		err_has 'job 1 failed: command not found after T: nosuch' \
			'1 failed, 1 not started in T'
	done
}

@test "now cancels running jobs" {
	gate up
	try 4 nursery --halt now,fail=1 'puppet say up sleep' 'read x <up; exit 4'
	out
	err_has '1 failed, 1 cancelled in T'
}

@test "fail=2 bears one failure" {
	try 1 nursery --halt soon,fail=2 -j1 'exit 1' 'echo a' 'exit 2' 'echo never'
	out a
	err 'nursery: job 1 failed: exit status 1 after T: exit 1' \
		'nursery: job 3 failed: exit status 2 after T: exit 2' \
		'nursery: 2 failed, 1 not started, 1 succeeded in T'
}

@test "fail=2 with one failure runs everything and still fails" {
	try 1 nursery --halt now,fail=2 -j1 'exit 1' 'echo a' 'echo b'
	out a b
	err_has '1 failed, 2 succeeded in T'
}

@test "done=2 counts successes and failures" {
	try 7 nursery --halt soon,done=2 -j1 'echo a' 'exit 7' 'echo never'
	out a
	err_has '1 failed, 1 not started, 1 succeeded in T'
	try 0 nursery --halt soon,done=2 -j1 'echo a' 'echo b' 'echo never'
	out a b
}

@test "success=2 ends after two successes" {
	try 0 nursery --halt soon,success=2 -j1 'echo a' 'echo b' 'echo never'
	out a b
}

@test "fail=50% is of all the jobs" {
	try 1 nursery --halt soon,fail=50% -j1 'exit 1' 'echo a' 'exit 2' 'echo never'
	out a
	err_has '2 failed, 1 not started, 1 succeeded in T'
}

@test "done=50% is of all the jobs" {
	try 0 nursery --halt now,done=50% -j1 'echo a' 'echo b' 'echo never' 'echo never'
	out a b
}

@test "--race is won by the first success, and the others are cancelled" {
	gate up
	try 0 nursery --race 'puppet say up sleep' 'read x <up; echo won' 'puppet sleep'
	out won
	err_lacks 'failed'
}

@test "a race that was won is a success although somebody failed first" {
	try 0 nursery --race -j1 'exit 3' 'echo won' 'echo never'
	out won
	err
}

@test "a race that nobody won has the status of the first to fail" {
	try 3 nursery --race -j1 'exit 3' 'exit 4'
	out
	err 'nursery: job 1 failed: exit status 3 after T: exit 3' \
		'nursery: job 2 failed: exit status 4 after T: exit 4' \
		'nursery: 2 failed in T'
}

@test "the options are read in order: the last of --halt, -K and --race counts" {
	try 1 nursery --race -K -j1 'exit 1' 'echo a' 'echo b'
	out a b
	try 1 nursery -K --halt soon,fail=1 -j1 'exit 1' 'echo never'
	out
}

# The input has ended when its last command is taken, which waits for its pace: only
# then the percentage is one of all jobs.
@test "a command that waits for its pace when the end of input closes the nursery never starts" {
	printf 'false\ntouch ran' >commands
	try 1 nursery -j1 --delay 2 --halt soon,fail=50% --finally 'echo end' <commands
	[ ! -e ran ]
	out end
	err_has '1 failed, 1 not started'
}
