#!/usr/bin/env bats
# How jobs are cancelled: TERM or --signal, CONT, and KILL after the grace.

load ../helper

@test "a cancelled job gets TERM and can end by itself; it is cancelled, whatever its status" {
	local status_of_job
	gate up
	for status_of_job in 0 9; do
		try 1 nursery "puppet catch-exit TERM bye $status_of_job say up sleep" \
			'read x <up; exit 1'
		out bye
		err_has '1 failed, 1 cancelled in T'
		err_lacks 'exit status 9'
	done
}

@test "a stopped job is continued to see the signal" {
	gate up
	start 'puppet catch-exit TERM bye 0 say-pid up stop'
	await up
	eventually in_state T "$said"
	tell TERM
	finish 143
	out bye
	err_has 'stopped by signal 15 (SIGTERM)' '1 cancelled in T'
}

@test "a job that ignores TERM is killed after the grace, which may be none" {
	local grace
	gate up
	for grace in 100ms 0; do
		try 1 nursery --kill-after $grace 'puppet ignore TERM say up sleep' \
			'read x <up; exit 1'
		out
		err_has '1 failed, 1 cancelled'
	done
}

@test "--signal chooses the signal that stops jobs" {
	local row signal name
	gate up
	for row in INT:INT HUP:HUP USR1:USR1 SIGINT:INT 10:USR1; do
		signal=${row%:*} name=${row#*:}
		try 1 nursery --signal "$signal" \
			"puppet ignore TERM catch-exit $name got-$name 0 say up sleep" \
			'read x <up; exit 1'
		out "got-$name"
		err_has '1 failed, 1 cancelled in T'
	done
}

@test "every process of the job's group gets the signal" {
	gate up go
	start 'puppet fork 3 { catch-exit TERM child 0 say up sleep } catch TERM leader say up join' \
		'puppet wait-fifo go exit 1'
	await up 4
	open_gate go
	finish 1
	out_sorted child child child leader
	err_has '1 failed, 1 cancelled in T'
}

@test "a process of the job in another session gets the signal, too" {
	gate up go
	start 'puppet double-fork { catch-exit TERM daemon 0 say up sleep } catch-exit TERM leader 0 say up sleep' \
		'puppet wait-fifo go exit 1'
	await up 2
	open_gate go
	finish 1
	out_sorted daemon leader
}

@test "what loses its parent by the signal gets it nevertheless" {
	need setsid
	gate up
	start --kill-after 1000s \
		'for i in $(seq 50); do setsid puppet catch-exit TERM bye 0 say up sleep & done; wait'
	await up 50
	tell TERM
	finish 143
	[ "$(grep -c '^bye$' "$BATS_TEST_TMPDIR/out")" = 50 ] || fail 'not everybody was asked'
}

@test "the grace is for the whole job: a child that ignores TERM dies with it" {
	gate up go
	start --kill-after 100ms 'puppet fork 1 { ignore TERM say up sleep } sleep' \
		'puppet wait-fifo go exit 1'
	await up
	open_gate go
	finish 1
	out
	err_has '1 failed, 1 cancelled (1 killed) in T'
}

@test "a child that ends politely within the grace is heard to its end" {
	gate up go
	start 'puppet catch TERM ignored fork 1 { catch-say TERM told say up wait-fifo more write-text late } say up join' \
		'puppet wait-fifo go exit 1'
	gate told more
	await up 2
	open_gate go
	await told
	open_gate more
	finish 1
	out_sorted ignored late
}

@test "a second signal kills at once" {
	gate up told
	start --kill-after 1000s 'puppet ignore INT catch-say TERM told say up sleep'
	await up
	tell TERM
	await told
	tell TERM
	finish 143
	ended signal 15
	err_has 'stopped by signal 15 (SIGTERM)' '1 cancelled (1 killed) in T'
}

@test "a second signal of another kind kills at once, too" {
	gate up told
	start --kill-after 1000s 'puppet ignore INT catch-say TERM told say up sleep'
	await up
	tell TERM
	await told
	tell INT
	eventually stopped_by_a_signal
	finish "$status_now"
}

# True once nursery has ended; status_now is then the status to expect: that of
# the first signal or of the second.
stopped_by_a_signal() {
	[ -s "$BATS_TEST_TMPDIR/ended" ] || return
	case $(cat "$BATS_TEST_TMPDIR/ended") in
	'signal 15') status_now=143 ;;
	'signal 2') status_now=130 ;;
	*) status_now=0 ;;
	esac
}

@test "cancelling does not wait for jobs that end at once" {
	gate up
	try 1 nursery --kill-after 1000s 'puppet say up sleep' 'read x <up; exit 1'
	out
	err_has '1 failed, 1 cancelled in T'
}

@test "a job that forks while it is cancelled is gone as well" {
	gate up
	try 1 nursery --kill-after 100ms \
		'trap "sleep 1000 & sleep 1000 & wait" TERM; echo >up; while :; do wait; sleep 1000 & wait; done' \
		'read x <up; exit 1'
	out
	err_has '1 failed, 1 cancelled (1 killed) in T'
}

@test "a job that ran past its limit and is cancelled, too, is asked once" {
	local i
	for i in 1 2 3; do
		try 124 nursery --job-timeout 300ms --kill-after 100ms \
			'puppet catch TERM asked sleep' 'puppet catch TERM asked sleep' \
			'puppet catch TERM asked sleep' 'puppet catch TERM asked sleep'
		out asked asked asked asked
	done
}

@test "a second cancel does not prolong the grace" {
	# The job is killed 600 ms after the first TERM.  If INT had begun a new
	# grace, a second TERM would come 1 s after it, and the job would say so.
	gate told
	start --timeout 300ms --kill-after 600ms \
		'puppet catch TERM got-TERM catch-say INT told fork 1 { catch-say TERM told sleep } sleep'
	await told
	tell INT
	await told
	finish 130
	ended signal 2
	out got-TERM
	err_has '1 cancelled (1 killed) in T'
}

@test "a process that SIGKILL does not end is named, and ended when that is possible" {
	need_strace
	without_leaves # else their cgroup is killed
	gate up
	start --kill-after 0.1 'exec puppet say-pid up sleep'
	await up
	inject "$(worker)" 'kill,pidfd_send_signal:retval=0'
	tell TERM
	eventually err_so_far_has "nursery: cannot end process $said of job 1"
	kill "$!" # strace: from here on signals arrive
	finish 143
}

@test "an orphan that SIGKILL does not end is named, and ended when that is possible" {
	need_strace
	without_leaves
	gate up go
	start 'exec puppet fork 1 { setsid say up sleep } wait-fifo go'
	await up
	inject "$(worker)" 'kill,pidfd_send_signal:retval=0'
	open_gate go
	eventually err_so_far_has 'nursery: cannot end what jobs left behind: '
	kill "$!" # strace: from here on signals arrive
	finish 125
	err_has 'could not end every process'
}
