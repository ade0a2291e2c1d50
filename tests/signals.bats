#!/usr/bin/env bats
# What nursery does with the signals that it gets, and what of.

load helper

@test "INT, TERM, HUP and QUIT cancel everything, and nursery dies of them" {
	local row name number
	gate up
	for row in INT:2 TERM:15 HUP:1 QUIT:3; do
		name=${row%:*} number=${row#*:}
		start -j1 'puppet write-text a say up sleep' 'echo never'
		await up
		tell "$name"
		finish $((128 + number))
		ended signal "$number"
		out a
		err "nursery: stopped by signal $number (SIG$name)" \
			'nursery: 1 cancelled, 1 not started in T'
	done
}

@test "the jobs get that very signal" {
	local name
	gate up
	for name in INT TERM HUP QUIT; do
		start "puppet catch-exit $name got-$name 0 say up sleep"
		await up
		tell "$name"
		wait "$started" || :
		started=
		output=$(cat "$BATS_TEST_TMPDIR/out")
		out "got-$name"
	done
}

@test "a job that ignores INT gets TERM next" {
	gate up
	start 'puppet ignore INT catch-exit TERM got-TERM 0 say up sleep'
	await up
	tell INT
	finish 130
	ended signal 2
	out got-TERM
	err_has 'stopped by signal 2 (SIGINT)'
}

@test "a job that ignores INT and TERM is killed after the grace" {
	gate up
	start --kill-after 100ms 'puppet ignore INT ignore TERM say up sleep'
	await up
	tell INT
	finish 130
	ended signal 2
	err_has '1 cancelled in T'
}

@test "jobs that ignore HUP or QUIT are ended as well" {
	local row
	gate up
	for row in HUP:129 QUIT:131; do
		start --kill-after 100ms "puppet ignore ${row%:*} say up sleep"
		await up
		tell "${row%:*}"
		finish "${row#*:}"
	done
}

@test "a job that has failed before the signal is still reported" {
	gate up
	start -K -v 'exit 3' 'puppet say up sleep'
	await up
	eventually err_so_far_has 'job 1 failed: exit status 3'
	tell TERM
	finish 143
	err_has 'job 1 failed: exit status 3 after T: exit 3' \
		'stopped by signal 15 (SIGTERM)' '1 failed, 1 cancelled in T'
}

@test "the calling shell sees the truth" {
	local row
	gate up
	for row in INT:130 TERM:143 HUP:129 QUIT:131; do
		PREFIX=(bash -c '"$@"; echo "seen $?"' caller)
		start 'echo $NURSERY_PID >up; exec sleep 1000'
		await up
		kill -s "${row%:*}" "$said"
		finish 0
		out "seen ${row#*:}"
	done
}

@test "what nursery was born ignoring it goes on ignoring" {
	local name
	gate up
	for name in HUP INT QUIT TERM; do
		PREFIX=(puppet ignore "$name" exec)
		gate "go-$name"
		start "puppet say up wait-fifo go-$name write-text done"
		await up
		tell "$name"
		open_gate "go-$name"
		finish 0
		out "done"
		err
	done
}

@test "under nohup a hang-up changes nothing" {
	need nohup
	gate up go
	PREFIX=(nohup)
	start 'puppet say up wait-fifo go print-ignored'
	await up
	tell HUP
	open_gate go
	finish 0
	[[ $output =~ HUP ]]
	err_lacks 'stopped by signal'
}

@test "a background job of sh ignores INT and QUIT, and so do its commands" {
	gate up go
	PREFIX=(puppet ignore INT ignore QUIT exec)
	start 'puppet say up wait-fifo go print-ignored'
	await up
	tell INT
	tell QUIT
	open_gate go
	finish 0
	out 'INT QUIT'
	err
}

@test "SIGUSR1 tells what runs, and changes nothing" {
	gate up go
	start -j2 'puppet say up wait-fifo go write-text first' 'puppet say up wait-fifo go' \
		'echo later'
	await up 2
	tell USR1
	eventually err_so_far_has 'puppet say up wait-fifo go write-text first'
	open_gate go
	finish 0
	out first later
	[[ $stderr == nursery:* ]]
}

@test "TERM ends a nursery whose producer still writes" {
	gate in up
	hold_gate in
	start <in {GATE_FD[in]}>&-
	echo 'puppet say up sleep' >&"${GATE_FD[in]}"
	await up
	tell TERM
	finish 143
	ended signal 15
	out
}

@test "TERM ends a nursery that has nothing to run yet" {
	gate in up
	hold_gate in
	start <in {GATE_FD[in]}>&-
	echo 'echo here >up' >&"${GATE_FD[in]}"
	await up
	tell TERM
	finish 143
	ended signal 15
	out
}

@test "TSTP stops the jobs with nursery, CONT continues them" {
	local job
	gate up go
	start 'puppet say-pid up wait-fifo go write-text done'
	await up
	job=$said
	tell TSTP
	eventually in_state T "$job"
	eventually in_state T "$(front)"
	tell CONT
	eventually in_state SR "$job"
	open_gate go
	finish 0
	out "done"
	err
}

@test "TERM ends a nursery that is stopped, when it is continued" {
	local job
	gate up
	start 'puppet say-pid up sleep'
	await up
	job=$said
	tell TSTP
	eventually in_state T "$(front)"
	tell TERM
	tell CONT
	finish 143
	ended signal 15
}

@test "a job that sends TERM to its nursery ends everything" {
	try 143 nursery 'puppet sleep' 'kill -TERM $NURSERY_PID; exec sleep 1000'
	ended signal 15
	out
	err_has 'stopped by signal 15 (SIGTERM)'
}
