#!/usr/bin/env bats
# What nursery does with the signals that it gets, and of which it dies.

load ../helper

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
		err "nursery: job 1 was running for T when SIG$name came: puppet write-text a say up sleep" \
			"nursery: stopped by signal $number (SIG$name)" \
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

@test "at other signals that end a process the jobs get TERM" {
	not_under valgrind # it takes some of the signals for itself
	local row name number
	gate up
	for row in USR2:12 XCPU:24 ABRT:6 SYS:31 RTMIN:34 RTMIN+1:35 RTMIN+29:63; do
		name=${row%:*} number=${row#*:}
		start 'puppet catch-exit TERM got-TERM 0 say up sleep'
		await up
		tell "$number"
		finish $((128 + number))
		ended signal "$number"
		out got-TERM
		err_has "nursery: stopped by signal $number (SIG$name)" \
			'nursery: 1 cancelled in T'
	done
}

@test "a job that ignores the signal gets TERM next" {
	local row name number
	gate up
	for row in INT:2 HUP:1 QUIT:3; do
		name=${row%:*} number=${row#*:}
		start "puppet ignore $name catch-exit TERM got-TERM 0 say up sleep"
		await up
		tell "$name"
		finish $((128 + number))
		ended signal "$number"
		out got-TERM
		err_has "stopped by signal $number (SIG$name)"
	done
}

@test "a job that ignores the signal, and TERM next, is killed after the grace" {
	local row name number
	gate up
	for row in INT:2 HUP:1 QUIT:3; do
		name=${row%:*} number=${row#*:}
		start --kill-after 100ms "puppet ignore $name ignore TERM say up sleep"
		await up
		tell "$name"
		finish $((128 + number))
		ended signal "$number"
		err_has '1 cancelled (1 killed) in T'
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

@test "SIGUSR1 tells of fifty jobs, and how many more there are" {
	local i jobs=()
	gate up
	for ((i = 0; i < 53; i++)); do
		jobs+=('puppet say up sleep')
	done
	start "${jobs[@]}"
	await up 53
	tell USR1
	eventually err_so_far_has 'nursery: 53 running, 0 failed, 0 succeeded'
	tell TERM
	finish 143
	[ "$(grep -c '^nursery: job [0-9]* running for' <<<"$stderr")" -eq 50 ]
	err_has 'nursery: and 3 more jobs'
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

@test "SIGUSR1 tells how many are left, and what waits for what" {
	gate up go
	start -j2 'puppet say up wait-fifo go' 'puppet say up wait-fifo go' true true true
	await up 2
	tell USR1
	eventually err_so_far_has 'nursery: 2 running, 0 failed, 0 succeeded, 3 not started yet'
	open_gate go
	finish 0
	start_over
	gate up
	start --service 'puppet say up sleep' --ready unix:s --ready-timeout 0 true
	await up
	tell USR1
	eventually err_so_far_has 'nursery: 0 running, 0 failed, 0 succeeded, 1 not started yet'
	err_so_far_has 'nursery: service puppet running for '
	err_so_far_has 'nursery: waiting for service puppet to be ready: s: No such file or directory'
	tell TERM
	finish 143
	start_over
	gate in up
	hold_gate in
	start < in
	echo 'puppet say up sleep' >in
	await up
	tell USR1
	eventually err_so_far_has 'nursery: 1 running, 0 failed, 0 succeeded, more may come'
	err_so_far_has 'nursery: waiting for more input: commands or arguments'
	tell TERM
	finish 143
}

@test "a job that has stopped is said to be waited for, and by SIGUSR1 how to continue it" {
	gate up
	start 'puppet say up stop write-text a' true
	await up
	tell USR1
	eventually err_so_far_has ', stopped by a signal (kill -CONT '
	eventually err_so_far_has 'nursery: job 1 was stopped by a signal and is waited for (kill -CONT '
	kill -CONT "$(sed -n 's/.*waited for (kill -CONT \([0-9]*\).*/\1/p' "$BATS_TEST_TMPDIR/err")"
	finish 0
	out a
	[ "$(grep -c 'is waited for' <<<"$stderr")" -eq 1 ]
}

@test "SIGUSR1 is safe from the first line of main on" {
	need_strace
	# the first call of main: are 0, 1 and 2 open?
	PREFIX=(strace -o trace -e inject=fcntl:signal=SIGUSR1:when=1)
	try 0 nursery 'echo a'
	out a
	grep -q SIGUSR1 trace
}

@test "TERM ends a nursery whose producer still writes, whether a job runs or none" {
	local job
	for job in 'puppet say up sleep' 'echo here >up'; do
		gate up
		start_fed
		feed "$job\n"
		await up
		tell TERM
		finish 143
		ended signal 15
		out
		start_over
	done
}

stops_and_goes_on() {
	gate up go
	start 'puppet say-pid up wait-fifo go write-text done'
	await up
	suspend_and_continue "$said"
	open_gate go
	finish 0
	out "done"
	err
}

@test "TSTP stops the jobs with nursery, CONT continues them" {
	stops_and_goes_on
}

@test "a TSTP that somebody sends stops it also where Ctrl-Z does not" {
	PREFIX=(puppet setsid exec)
	stops_and_goes_on
}

@test "a job that ignores TSTP is stopped with nursery, too, each time" {
	local job i
	gate up go
	PREFIX=(puppet setpgrp exec)
	start 'puppet ignore TSTP say-pid up wait-fifo go write-text done'
	await up
	job=$said
	for i in 1 2 3; do
		kill -TSTP -- "-$(front)"
		all_stop "$job" "$(worker)" "$(front)"
		kill -CONT -- "-$(front)"
		eventually in_state SR "$job"
		tell USR1 # answered as soon as nursery really runs again
		eventually status_was_said "$i"
	done
	open_gate go
	finish 0
	out "done"
}

@test "a TSTP at once after a CONT is not lost" {
	local i who
	gate up go
	PREFIX=(puppet setpgrp exec)
	start 'puppet say up wait-fifo go write-text done'
	await up
	for who in "-$(front)" "$(front)"; do
		kill -TSTP -- "$who"
		for ((i = $(scaled 32); i > 0; i--)); do
			all_stop "$(worker)" "$(front)"
			kill -CONT -- "$who"
			kill -TSTP -- "$who"
		done
		all_stop "$(worker)" "$(front)"
		kill -CONT -- "$who"
		eventually in_state SR "$(front)"
	done
	open_gate go
	finish 0
	out "done"
}

@test "TSTP, CONT and TSTP in one breath stop it, whatever has been read of them" {
	local i job
	gate up pid go
	start 'puppet ignore TSTP say up wait-fifo go' 'puppet say-pid pid wait-fifo go'
	await up
	await pid
	job=$said
	for ((i = 1; i <= $(scaled 20); i++)); do
		tell TSTP
		((i % 2 == 0)) || eventually in_state T "$job"
		tell CONT
		tell TSTP
		all_stop "$(worker)" "$(front)"
		tell CONT
		eventually in_state SR "$(front)"
		tell USR1
		eventually status_was_said "$i" 2
	done
	tell TERM
	finish 143
}

@test "a TSTP that a CONT has overtaken does not stop it later" {
	local worker
	gate up go
	start 'puppet say up wait-fifo go write-text done'
	await up
	worker=$(worker)
	kill -STOP "$worker"
	eventually in_state T "$worker"
	tell TSTP
	eventually has_nothing_pending "$(front)" # the front has forwarded TSTP
	tell CONT
	tell USR1
	eventually status_was_said 1
	tell USR1
	eventually status_was_said 2
	open_gate go
	finish 0
	out "done"
}

# all_stop PID...
all_stop() {
	local pid
	for pid; do
		eventually in_state T "$pid"
	done
}

# status_was_said TIMES [JOBS]: so often SIGUSR1 was answered, with so many jobs
status_was_said() {
	[ "$(grep -c "^nursery: ${2:-1} running" "$BATS_TEST_TMPDIR/err")" -eq "$1" ]
}

@test "the worker alone, stopped and continued, does not leave the front stopped" {
	local i worker
	gate up go
	start 'puppet say up wait-fifo go write-text done'
	await up
	worker=$(worker)
	for i in 1 2 3; do
		kill -STOP "$worker"
		eventually in_state T "$worker"
		eventually has_nothing_pending "$(front)" # it knows that the worker has stopped
		kill -CONT "$worker"
		tell USR1
		eventually status_was_said "$i"
	done
	open_gate go
	finish 0
	out "done"
}

@test "TERM ends a nursery whose worker was stopped, by a job or from outside" {
	local worker
	gate up
	start 'puppet say up sleep' 'kill -STOP $PPID; exec sleep 1000'
	await up
	worker=$(worker)
	eventually in_state T "$worker"
	eventually has_nothing_pending "$(front)" # it knows that the worker has stopped
	tell TERM
	finish 143
	ended signal 15
	err_has '2 cancelled in T'
}

# pair FIRST TO SECOND TO: two signals at once, each to the front or to the worker
# whose pids are in $front and $worker
pair() {
	start -j1 --kill-after 100ms 'puppet say up sleep'
	await up
	front=$(front) worker=$(worker)
	kill -s "$1" "${!2}"
	kill -s "$3" "${!4}" 2>/dev/null || :
}

@test "TERM, INT or KILL end a nursery whose worker is stopped at that very moment" {
	not_under valgrind # too slow for so many
	local i end front worker
	gate up
	for ((i = $(scaled 12); i > 0; i--)); do
		for end in TERM:143 INT:130 HUP:129; do
			pair STOP worker "${end%:*}" front
			finish "${end#*:}"
			pair "${end%:*}" front STOP worker
			finish "${end#*:}"
		done
		LEAK_GRACE=5 # the worker ends what is left
		pair STOP worker KILL front
		finish 137
		LEAK_GRACE=
		pair STOP worker KILL worker
		finish 137
	done
}

@test "whatever two signals front and worker get at once, it ends after a CONT" {
	not_under valgrind # too slow for so many
	local a b to front worker
	gate up
	for to in 'front front' 'front worker' 'worker front' 'worker worker'; do
		for a in STOP CONT TSTP; do
			for b in TERM INT; do
				in_turn 3 || continue
				pair "$a" "${to% *}" "$b" "${to#* }"
				kill -CONT "$front" "$worker" 2>/dev/null || :
				wait "$started" && status=0 || status=$?
				started=
				[ "$status" -eq 143 ] || [ "$status" -eq 130 ]
				pair "$b" "${to% *}" "$a" "${to#* }"
				kill -CONT "$front" "$worker" 2>/dev/null || :
				wait "$started" && status=0 || status=$?
				started=
				[ "$status" -eq 143 ] || [ "$status" -eq 130 ]
			done
		done
	done
}

@test "TERM after TSTP ends a nursery whose worker was stopped by a job" {
	gate up told
	start --kill-after 300ms 'puppet catch-say TERM told say up sleep' \
		'kill -STOP $PPID; exec sleep 1000'
	await up
	eventually in_state T "$(worker)"
	eventually has_nothing_pending "$(front)" # it knows that the worker has stopped
	tell TSTP
	eventually has_nothing_pending "$(front)" # the front has forwarded TSTP
	tell TERM
	await told
	finish 143
	ended signal 15
}

@test "a stopped job hears of its end before it goes on" {
	local job
	gate up
	start 'echo $$ >up; kill -STOP $PPID; kill -STOP $$; touch oops'
	await up
	job=$said
	eventually in_state T "$(worker)"
	eventually in_state T "$job"
	eventually has_nothing_pending "$(front)" # it knows that the worker has stopped
	tell TERM
	finish 143
	[ ! -e oops ]
}

# has_nothing_pending PID: no signal waits for the process any more
has_nothing_pending() {
	grep -q '^ShdPnd:[[:space:]]*0*$' "/proc/$1/status"
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

@test "a signal sent to nursery and to its group in one instant is one signal" {
	# timeout(1) sends a signal to its command and then to the group.  On a busy
	# machine much time may pass between the two, so only most of ten tries have
	# to succeed.  If nursery told such signals apart, few would: those in which
	# the kernel has merged the two.
	local i single=0
	told_or_over() {
		out_so_far_has told || err_so_far_has 'nursery: stopped'
	}
	need timeout
	PREFIX=(timeout 1000)
	for i in {1..10}; do
		gate "up$i" "more$i"
		start --kill-after 1000s \
			"puppet catch TERM told say up$i wait-fifo more$i write-text polite-end"
		await "up$i"
		# timeout(1) must have returned from fork(2), or it forgets its child
		eventually in_state S "$(front)"
		tell TERM
		eventually told_or_over
		open_gate "more$i"
		finish 143
		[[ $output != *polite-end ]] || single=$((single + 1))
	done
	[ "$single" -ge 6 ] || fail "it was one signal only $single times"
}

@test "TERM ends a nursery that reads a command without end" {
	local worker
	start </dev/zero
	worker=$(worker)
	eventually has_read "$worker" 100000
	tell TERM
	finish 143
	ended signal 15
	out
}

# has_read PID BYTES
has_read() {
	[ "$(sed -n 's/^rchar: //p' "/proc/$1/io")" -ge "$2" ]
}

@test "a full pipe behind stderr does not keep two TERM from ending it" {
	local watched
	gate pipe up told
	hold_gate pipe
	dd if=/dev/zero of=pipe bs=4096 count=1000 oflag=nonblock 2>/dev/null && fail 'not full'
	watch_command
	: >"$BATS_TEST_TMPDIR/err"
	"${watched[@]}" "${WRAPPER[@]}" "$BINARY" -v --kill-after 1000s \
		'puppet catch-say TERM told say up sleep' \
		>"$BATS_TEST_TMPDIR/out" 2>pipe 3>&- {GATE_FD[pipe]}>&- &
	started=$!
	await up
	tell TERM
	await told
	tell TERM
	finish 143
	ended signal 15
	out
}
