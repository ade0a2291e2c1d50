#!/usr/bin/env bats
# Time limits.  Jobs that never end have a short one; what is checked is what happens
# at the limit, never how long it took.

load ../helper

@test "--timeout, or --fail-after, cancels everything and gives 124" {
	local limit
	for limit in '--timeout 200ms' '--fail-after 0.2'; do
		# shellcheck disable=SC2086 # two words
		try 124 nursery $limit -j2 'puppet sleep' 'exec sleep 1000' 'echo never'
		out
		err 'nursery: job 1 was running for T when time ran out: puppet sleep' \
			'nursery: job 2 was running for T when time ran out: exec sleep 1000' \
			'nursery: timed out after 200ms' \
			'nursery: 2 cancelled, 1 not started in T'
		ended exit 124
	done
}

@test "what was written before the timeout is printed" {
	try 124 nursery --timeout 500ms 'puppet write-text a write-err b sleep' 'echo c'
	out a c
	err b 'nursery: job 1 was running for T when time ran out: puppet write-text a write-err b sleep' \
		'nursery: timed out after 500ms' \
		'nursery: 1 cancelled, 1 succeeded in T'
}

@test "a nursery that is done in time does not care for its timeout" {
	try 0 nursery --timeout 1h --job-timeout 1d --idle-timeout 1h30m 'echo a'
	out a
	err
}

@test "a failure before the timeout decides the status" {
	try 3 nursery -K --timeout 500ms 'exit 3' 'puppet sleep'
	out
	err_has 'job 1 failed: exit status 3 after T: exit 3' \
		'timed out after 500ms' '1 failed, 1 cancelled in T'
}

@test "--timeout ends a nursery whose producer does not write" {
	start_fed --timeout 200ms
	finish 124
	out
	err_has 'timed out after 200ms'
}

@test "--timeout ends a job that ignores TERM, is stopped or has left its group" {
	local words
	for words in 'ignore TERM' stop join-parent-group; do
		set -- "puppet $words sleep"
		# Whoever ignores TERM is killed after a grace; the others need none.
		[ "$words" != 'ignore TERM' ] || set -- --kill-after 100ms "$@"
		try 124 nursery --timeout 200ms "$@"
		out
		err_has "nursery: job 1 was running for T when time ran out: puppet $words sleep" \
			'nursery: timed out after 200ms' 'nursery: 1 cancelled'
	done
}

@test "--timeout covers what jobs leave behind under --orphans=wait" {
	try 124 nursery --orphans=wait --timeout 300ms 'puppet double-fork { sleep } write-text a'
	out a
	err_has 'timed out after 300ms'
}

@test "--timeout is not for output that waits for its reader when all is done" {
	gate pipe
	hold_gate pipe
	# That is more than fits into the pipe to the reader, and no more than fits
	# into the two pipes together: the job can end.
	start_into_pipe -v --buffer 64K --timeout 1s 'puppet write 100000'
	eventually err_so_far_has 'job 1 succeeded'
	run -124 timeout 1 puppet sleep # waits until the limit has passed
	read_pipe_now
	finish 0
	wait
	[ "$(stat -c %s o)" -eq 100000 ]
	err_lacks 'timed out'
}

@test "--move-on-after cancels everything and is no failure" {
	try 0 nursery --move-on-after 200ms -j2 'puppet write-text a sleep' 'puppet sleep' 'echo never'
	out a
	err_lacks failed
	ended exit 0
}

@test "--move-on-after does not hide a failure" {
	try 3 nursery -K --move-on-after 300ms 'exit 3' 'puppet sleep'
	out
	err_has 'job 1 failed: exit status 3 after T: exit 3' '1 failed, 1 cancelled in T'
}

@test "the earlier of --timeout and --move-on-after counts" {
	try 0 nursery --timeout 1h --move-on-after 200ms 'puppet sleep'
	try 124 nursery --timeout 200ms --move-on-after 1h 'puppet sleep'
	err_has 'timed out after 200ms'
}

@test "jobs that write past nursery have no limit of idleness" {
	try 125 nursery --ungroup --idle-timeout 1 'touch started'
	complains '--idle-timeout cannot see what jobs write under --ungroup (try --line-buffer)'
	[ ! -e started ]
}

@test "a limit of 0 is none" {
	local option
	for option in --timeout --fail-after --move-on-after --job-timeout --idle-timeout; do
		try 3 nursery "$option" 0 'sleep 0.1; echo a; exit 3'
		out a
		err_lacks limit
		try 3 nursery "$option" 1ms "$option" 0s 'sleep 0.1; exit 3'
	done
	try 0 nursery --ungroup --idle-timeout 0 'echo a'
	NURSERY_DEADLINE=7 try 0 nursery --timeout 0 'echo $NURSERY_DEADLINE'
	out 7
	try 0 nursery --timeout 0 --move-on-after 300ms 'puppet sleep'
	out
}

@test "--job-timeout fails the job, gives 124 and cancels the others" {
	try 124 nursery --job-timeout 300ms -j1 'puppet write-text a sleep' 'echo never'
	out a
	err 'nursery: job 1 failed: ran past its time limit of 300ms after T: puppet write-text a sleep' \
		'nursery: 1 failed, 1 not started in T'
}

@test "--job-timeout is for each job, not for all of them" {
	try 124 nursery -K --job-timeout "$SHORT" -j1 'puppet sleep' 'echo a' 'puppet sleep' 'echo b'
	out a b
	err "nursery: job 1 failed: ran past its time limit of $SHORT after T: puppet sleep" \
		"nursery: job 3 failed: ran past its time limit of $SHORT after T: puppet sleep" \
		'nursery: 2 failed, 2 succeeded in T'
}

@test "--job-timeout kills a job that ignores TERM, and its daemons" {
	try 124 nursery --job-timeout 200ms --kill-after 100ms \
		'puppet ignore TERM double-fork { sleep } sleep'
	out
	err_has 'job 1 failed: ran past its time limit of 200ms'
}

@test "a job that ran past its limit has failed although it then exits 0" {
	gate up
	try 124 nursery --job-timeout 300ms 'puppet catch-exit TERM bye 0 sleep'
	out bye
	err_has 'job 1 failed: ran past its time limit of 300ms' '1 failed in T'
}

@test "--idle-timeout fails a job that writes nothing" {
	try 124 nursery --idle-timeout "$SHORT" -K 'puppet write-text a sleep' 'echo b'
	out a b
	err "nursery: job 1 failed: wrote nothing for $SHORT after T: puppet write-text a sleep" \
		'nursery: 1 failed, 1 succeeded in T'
}

@test "--idle-timeout bears a job that goes on writing, on either stream" {
	not_under valgrind
	try 0 nursery --idle-timeout 1s \
		'for i in 1 2 3 4 5; do echo $i; sleep 0.3; done' \
		'for i in 1 2 3 4 5; do echo $i >&2; sleep 0.3; done'
	out 1 2 3 4 5
	err 1 2 3 4 5
}

@test "--idle-timeout bears a job whose output waits for nursery's reader" {
	gate pipe up
	hold_gate pipe
	# When the first job is stuck in write(2), the second begins to be idle.  At
	# its limit the third one starts, and when that has reached its limit, too,
	# the first has been stuck for longer than the limit.
	start_into_pipe -v -K -j2 --buffer 64K --idle-timeout "$SHORT" \
		'puppet say-pid up write 5000000' 'puppet until-blocked up sleep' 'puppet sleep'
	eventually err_so_far_has "job 3 failed: wrote nothing for $SHORT"
	read_pipe_now
	finish 124
	wait
	[ "$(stat -c %s o)" -eq 5000000 ]
	err_has 'job 1 succeeded' '2 failed, 1 succeeded in T'
}

@test "limits may be written in every unit" {
	local limit
	for limit in 1000 1000.5 .5h 100000ms 1000s 90m 2h 1d 1h30m 1h2m3s; do
		try 0 nursery --timeout "$limit" 'echo a'
		out a
		err
	done
}
