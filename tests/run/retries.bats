#!/usr/bin/env bats
# What fails may run again: --retries, --retry-delay, --ok-codes.

#
# shellcheck disable=SC2016,SC1083

load ../helper

parallel() {
	mkdir -p bin
	ln -sf "$BINARY" bin/parallel
	watched "${PREFIX[@]}" "${WRAPPER[@]}" "$PWD/bin/parallel" "$@"
}

# Fails until its Nth attempt; each one says its number.
until_attempt() {
	printf 'echo %s$NURSERY_ATTEMPT; exit $((NURSERY_ATTEMPT < %d))' "$2" "$1"
}

@test "a job that fails runs again, up to N more times" {
	try 0 nursery --retries 2 "$(until_attempt 3 a)"
	out a3
	err "nursery: job 1 succeeded at the third attempt: $(until_attempt 3 a)"
	try 1 nursery --retries 2 "$(until_attempt 4 a)"
	out a3
	err "nursery: job 1 failed: exit status 1 (attempt 3) after T: $(until_attempt 4 a)" \
		'nursery: 1 failed in T'
}

@test "without --retries, and with --retries 0, it runs once" {
	try 1 nursery "$(until_attempt 2 a)"
	out a1
	try 1 nursery --retries 0 "$(until_attempt 2 a)"
	out a1
	err_has 'job 1 failed: exit status 1 after T: '
}

@test "NURSERY_ATTEMPT counts, a success ends it" {
	try 0 nursery --retries 9 'echo $NURSERY_ATTEMPT >>seen; [ $NURSERY_ATTEMPT = 3 ]'
	[ "$(cat seen)" = $'1\n2\n3' ]
}

@test "only the last attempt is printed, in each mode" {
	local mode
	for mode in -k --group --lb; do
		try 0 nursery $mode --quiet --retries 2 "echo e\$NURSERY_ATTEMPT >&2; $(until_attempt 3 a)"
		out a3
		err e3
		try 1 nursery $mode --quiet --retries 1 "echo e\$NURSERY_ATTEMPT >&2; $(until_attempt 3 a)"
		out a2
		err e2
	done
}

@test "--ungroup cannot take anything back: every attempt is seen" {
	try 0 nursery -u --retries 2 "$(until_attempt 3 a)"
	out a1 a2 a3
}

@test "a retry keeps its place in the order, its number and its slot" {
	gate go
	try 0 nursery -j2 --retries 1 \
		'echo a$NURSERY_SEQ.$NURSERY_SLOT; [ $NURSERY_ATTEMPT = 2 ] && read x <go' \
		'echo b' 'echo c; echo >go'
	out a1.1 b c
}

@test "a job that waits for its retry keeps its slot" {
	start -v -j1 --retries 1 --retry-delay 1h 'exit 3' 'echo other'
	eventually waits_for_retry
	tell INT
	finish 130
	out
	err_has 'nursery: job 1 failed: exit status 3 after T: exit 3' \
		'nursery: stopped by signal 2 (SIGINT)' \
		'nursery: 1 failed, 1 not started in T'
	err_lacks 'job 2 started'
}

waits_for_retry() {
	err_so_far_has '(attempt 1, again in '
}

@test "SIGUSR1 shows who waits" {
	start -v --retries 1 --retry-delay 1h 'exit 3'
	eventually waits_for_retry
	tell USR1
	eventually err_so_far_has 'nursery: 0 running, 1 waiting for another attempt, 0 failed, 0 succeeded'
	err_so_far_has 'nursery: job 1 waiting for '
	tell TERM
	finish 143
}

@test "a job that waits when the rest is cancelled has failed, and is printed" {
	gate go
	start -v --retries 1 --retry-delay 1h --service 'puppet read-line go exit 4' 'echo a; exit 3'
	eventually waits_for_retry
	echo >go
	finish 4
	out a
	err_has 'nursery: service puppet failed: exit status 4 after T: puppet read-line go exit 4' \
		'nursery: job 1 failed: exit status 3 after T: echo a; exit 3' \
		'nursery: 1 failed in T'
}

@test "each failed attempt is told under --verbose, the last one counts" {
	try 0 nursery -v --retries 2 'exit $((NURSERY_ATTEMPT < 3))'
	err 'nursery: job 1 started: exit $((NURSERY_ATTEMPT < 3))' \
		'nursery: job 1 failed: exit status 1 (attempt 1, again at once) after T: exit $((NURSERY_ATTEMPT < 3))' \
		'nursery: job 1 started (attempt 2): exit $((NURSERY_ATTEMPT < 3))' \
		'nursery: job 1 failed: exit status 1 (attempt 2, again at once) after T: exit $((NURSERY_ATTEMPT < 3))' \
		'nursery: job 1 started (attempt 3): exit $((NURSERY_ATTEMPT < 3))' \
		'nursery: job 1 succeeded (attempt 3) after T: exit $((NURSERY_ATTEMPT < 3))' \
		'nursery: job 1 succeeded at the third attempt: exit $((NURSERY_ATTEMPT < 3))' \
		'nursery: 1 succeeded in T'
}

@test "a retried success is a success for --halt and --race" {
	try 0 nursery --race --retries 3 "$(until_attempt 3 a)" 'exec sleep 1000'
	out a3
	try 0 nursery -v -j1 --halt soon,fail=1 --retries 2 "$(until_attempt 3 a)" 'echo b'
	out a3 b
	try 1 nursery -j1 --halt soon,fail=1 --retries 1 "$(until_attempt 3 a)" 'echo b'
	out a2
	err_has '1 failed, 1 not started'
}

@test "a failure cancels the siblings only after the last attempt" {
	try 7 nursery --retries 2 '[ $NURSERY_ATTEMPT = 3 ] && exit 7; exit 1' 'exec sleep 1000'
	err_has 'job 1 failed: exit status 7 (attempt 3) after T' '1 failed, 1 cancelled'
}

@test "what was cancelled is not tried again" {
	gate up
	try 3 nursery --retries 1 '[ $NURSERY_ATTEMPT = 2 ] || puppet read-line up; exit 3' \
		'echo x$NURSERY_ATTEMPT | tee -a ran; exec puppet say up sleep'
	out x1
	[ "$(cat ran)" = x1 ]
	err_has '1 failed, 1 cancelled'
}

@test "a command that cannot be started is tried again, too" {
	try 127 nursery -v --retries 1 nosuch
	err_has 'job 1 failed: command not found (attempt 1, again at once) after T: nosuch' \
		'job 1 failed: command not found (attempt 2) after T: nosuch'
	: >plain
	try 126 nursery --retries 1 ./plain
	err_has 'cannot execute: Permission denied (attempt 2) after T: ./plain'
}

@test "without a process for it for long an attempt has failed" {
	need strace
	not_under asan valgrind coverage
	PREFIX=(strace -f -o /dev/null -e inject=clone,clone3:error=EAGAIN:when=3+)
	try 125 nursery --retries 2 "$(until_attempt 4 a)"
	out a2
	err_has 'waiting for free processes: cannot start job 1 yet: Resource temporarily unavailable' \
		'failed: cannot start: Resource temporarily unavailable (attempt 3) after T'
}

@test "few descriptors delay the attempts of many jobs" {
	not_under valgrind # it keeps descriptors for itself
	few() {
		(ulimit -n 24 && nursery "$@")
	}
	seq -f 'sh -c "echo %g.$NURSERY_ATTEMPT; exit 1"' 60 >commands
	try 1 few -K --quiet -j0 --retries 3 <commands
	[ "$output" = "$(seq -f %g.4 60)" ]
}

@test "every kind of failure is tried again: a signal, a time limit, a stop" {
	try 0 nursery --retries 1 '[ $NURSERY_ATTEMPT = 2 ] || kill -9 $$; echo ok'
	out ok
	try 0 nursery --retries 1 --job-timeout $SHORT \
		'[ $NURSERY_ATTEMPT = 2 ] || exec sleep 1000; echo ok'
	out ok
	try 0 nursery --retries 1 --idle-timeout $SHORT \
		'[ $NURSERY_ATTEMPT = 2 ] || exec sleep 1000; echo ok'
	out ok
	try 0 nursery --retries 1 --orphans fail \
		'[ $NURSERY_ATTEMPT = 2 ] || puppet double-fork { sleep }; echo ok'
	out ok
}

@test "--job-timeout counts anew for each attempt" {
	try 124 nursery -v --retries 2 --job-timeout 100ms 'exec sleep 1000'
	err_has '(attempt 1, again at once)' '(attempt 2, again at once)' \
		'job 1 failed: ran past its time limit of 100ms (attempt 3) after T'
}

@test "--timeout ends the waiting: the job has failed, the status is 124" {
	try 124 nursery --retries 1 --retry-delay 1h --timeout 200ms 'echo a; exit 3'
	out a
	err 'nursery: job 1 failed: exit status 3 after T: echo a; exit 3' \
		'nursery: timed out after 200ms' 'nursery: 1 failed in T'
}

@test "--halt soon ends the waiting of those that would run again" {
	gate go
	start -v --halt soon,success=1 --retries 1 --retry-delay 1h 'echo a; exit 3' \
		'puppet read-line go; echo b'
	eventually waits_for_retry
	echo >go
	finish 0
	out a b
}

@test "shielded and final jobs are tried again though the scope is closed" {
	gate ready up
	start -v --retries 2 --finally 'echo f$NURSERY_ATTEMPT; exit $((NURSERY_ATTEMPT < 2))' \
		--shield 'puppet say ready read-line up; echo s$NURSERY_ATTEMPT; exit $((NURSERY_ATTEMPT < 3))' \
		'exit 3'
	await ready
	eventually err_so_far_has 'job 1 failed: exit status 3 (attempt 3)'
	echo >up
	await ready
	echo >up
	await ready
	echo >up
	finish 3
	out s3 f2
	err_has 'nursery: 1 failed, 1 succeeded in T'
}

@test "Ctrl-C ends the waiting of a shielded job" {
	start -v --retries 1 --retry-delay 1h --shield 'echo a; exit 3'
	eventually waits_for_retry
	tell INT
	finish 130
	out a
	err_has 'failed: exit status 3 after T'
}

@test "what a big failed attempt wrote goes to the file, and never out" {
	local mode
	for mode in -k --group --lb; do
		try 0 to_files $mode --quiet --buffer 64K --retries 2 \
			'oracle write $NURSERY_ATTEMPT 3M; exit $((NURSERY_ATTEMPT < 3))'
		if [ "$mode" = --lb ]; then # which ends the last line
			[ "$(tail -qc 1 o e | od -An -tx1)" = ' 0a 0a' ]
			truncate -s -1 o e
		fi
		oracle check o 3:3M
		oracle check -s err e 3:3M
	done
}

@test "what a failed attempt held makes room as soon as the next begins" {
	not_under valgrind # it needs a TMPDIR
	gate go 'done'
	TMPDIR=$BATS_TEST_TMPDIR/nowhere
	try 0 nursery --buffer 256K --retries 2 --retry-delay 0.3 \
		'[ $NURSERY_ATTEMPT = 2 ] && read x <done || { puppet write 250000; echo >go; exit 1; }' \
		'read x <go; puppet write 200000; echo >done'
	[ "${#output}" -eq 200000 ]
}

@test "thousands of failing jobs need no more memory than a few" {
	need prlimit
	not_under asan valgrind coverage
	LIMIT=120
	PREFIX=(prlimit --as=16000000)
	local many
	many=$(scaled 6000)
	sed -n '1,$s/.*/nosuch-&/p' <(seq "$many") >commands
	try 127 nursery --quiet -K -j4 --retries 1 <commands
	seq -f 'puppet write-text %g exit 1' "$many" >commands
	try 1 nursery --quiet -K -j4 --retries 1 <commands
	[ "$output" = "$(seq "$many")" ]
}

@test "--ok-codes are no failure" {
	try 0 nursery -v --ok-codes 1,3-5 'exit 1' 'exit 3' 'exit 4' 'exit 5' 'exit 0'
	err_has '5 succeeded'
	try 2 nursery --ok-codes 1,3-5 'exit 2'
	try 6 nursery --ok-codes 1,3-5 'exit 6'
	try 255 nursery --ok-codes 0-254 'exit 255'
	try 0 nursery --ok-codes 255 'exit 255'
	try 0 nursery --ok-codes 7 --shield 'exit 7' --finally 'exit 7' true
	try 137 nursery --ok-codes 0-255 'kill -9 $$'
}

@test "--ok-codes with --retries: such an end is not tried again" {
	try 0 nursery --ok-codes 4 --retries 5 'echo $NURSERY_ATTEMPT; exit $((NURSERY_ATTEMPT + 2))'
	out 2
}

@test "--ok-codes are not for services" {
	try 4 nursery --ok-codes 4 --service 'exit 4' 'exec sleep 1000'
	err_has 'service exit failed: exit status 4'
}

@test "--ok-codes counts for --race and --halt" {
	try 0 nursery --race --ok-codes 9 'exit 9' 'exec sleep 1000'
	try 0 nursery --halt now,fail=1 --ok-codes 9 'exit 9' 'exit 9'
}

@test "a bad list or number is refused in one line, and nothing is started" {
	local bad
	for bad in '' , 1, ,1 256 1-256 3-1 1- -1 1--2 a 1,b '1 2' 1.5 +1 0x1 1-2-3; do
		try 125 nursery --ok-codes "$bad" 'echo started'
		out
		err "nursery: --ok-codes: '$bad' is no list of exit statuses (try 1 or 1,3-5; at most 255)"
	done
	for bad in '' -1 x 1.5 9999999999; do
		try 125 nursery --retries "$bad" 'echo started'
		out
		err "nursery: --retries: '$bad' is not a number of retries (try 3)"
	done
	try 125 nursery --retry-delay x 'echo started'
	err "nursery: --retry-delay: 'x' is not a duration (try 1.5, 300ms, 90s, 5m, 2h, 1d or 1h30m)"
}

@test "parallel --retries N is the number of runs in all" {
	try 1 parallel --retries 3 'echo $NURSERY_ATTEMPT >>runs; exit 1 #' ::: a
	[ "$(cat runs)" = $'1\n2\n3' ]
	try 1 parallel --retries 1 'echo $NURSERY_ATTEMPT; exit 1 #' ::: a
	out 1
	# 0 means: until it succeeds
	try 0 parallel --retries 0 'exit $((NURSERY_ATTEMPT < 20)) #' ::: a
}

@test "--retry-delay is waited for" {
	try 1 nursery -v --retries 1 --retry-delay 20ms 'exit 1'
	err_matches '.*attempt 1, again in 0\.02[0-9]s.*'
}

@test "jobs that run again and again do not keep others from starting" {
	gate up
	start_fed -j0 --retries 1000000 --lb
	for _ in {1..60}; do
		feed 'exit 3\n'
	done
	feed 'puppet say up\n'
	await up
	tell TERM
	finish 143
}

@test "a job that waits for its pace does not wait for retries of others" {
	try 0 nursery --race --delay 100ms --retries 1000 'exit 3' 'echo a'
	out a
}

# The line that goes before an attempt.
head_of() {
	printf 'nursery: job 1, attempt %d of %d: %s' "$1" "$2" "$3"
}

@test "--show-attempts: the output of all attempts, each under a line that says which" {
	local mode job
	job="printf e\$NURSERY_ATTEMPT >&2; $(until_attempt 3 a)"
	for mode in -k --group --lb; do
		try 0 nursery $mode --quiet --show-attempts --retries 4 "$job"
		out "$(head_of 1 5 "$job")" a1 "$(head_of 2 5 "$job")" a2 "$(head_of 3 5 "$job")" a3
		err "$(head_of 1 5 "$job")" e1 "$(head_of 2 5 "$job")" e2 "$(head_of 3 5 "$job")" e3
	done
	# one file for both streams: one line for each attempt, and it begins a line
	run -0 watched sh -c '"$1" --quiet --show-attempts --retries 4 "$2" 2>&1' sh "$BINARY" "$job"
	out "$(head_of 1 5 "$job")" a1 e1 "$(head_of 2 5 "$job")" a2 e2 "$(head_of 3 5 "$job")" a3 e3 ||
		out "$(head_of 1 5 "$job")" e1a1 "$(head_of 2 5 "$job")" e2a2 "$(head_of 3 5 "$job")" e3a3
}

@test "--show-attempts: of a job that needed one attempt there is no such line" {
	try 0 nursery --quiet --show-attempts --retries 2 'echo a; echo b >&2' 'echo c'
	out a c
	err b
	try 1 nursery --quiet --show-attempts --retries 2 --ok-codes 3 'exit 3' false
	err_lacks 'job 1, attempt'
	err_has 'job 2, attempt 3 of 3: false'
}

@test "--show-attempts: a failed attempt is seen before the next has ended" {
	gate up go
	start --show-attempts --retries 1 'echo a$NURSERY_ATTEMPT; [ $NURSERY_ATTEMPT = 1 ] && exit 1; puppet say up wait-fifo go'
	await up
	eventually out_so_far_has a1
	eventually out_so_far_has 'attempt 2 of 2'
	open_gate go
	finish 0
}

@test "--show-attempts: labels go before its lines, and a command can change nothing of them" {
	local esc=$'\e'
	try 1 nursery --quiet --show-attempts --retries 1 --tagstring x "printf b; exit 1 # ${esc}[31m"
	out $'x\tnursery: job 1, attempt 1 of 2: printf b; exit 1 # \\033[31m' $'x\tb' \
		$'x\tnursery: job 1, attempt 2 of 2: printf b; exit 1 # \\033[31m' $'x\tb' ||
		[[ $output != *$esc* ]]
}

@test "--show-attempts with --ungroup: the line goes to standard error before each later attempt" {
	try 1 nursery --quiet -u --show-attempts --retries 1 'echo a; exit 1'
	out a a
	err 'nursery: job 1, attempt 2 of 2: echo a; exit 1'
}

@test "--show-attempts: big attempts are whole, and all are there" {
	try 0 to_files --quiet --buffer 64K --show-attempts --retries 2 \
		'oracle write $NURSERY_ATTEMPT 1M; exit $((NURSERY_ATTEMPT < 3))'
	[ "$(grep -ac '^nursery: job 1, attempt [123] of 3: ' o)" -eq 3 ]
	[ "$(stat -c %s o)" -gt 3145728 ]
	[ "$(grep -ac '^nursery: job 1, attempt [123] of 3: ' e)" -eq 3 ]
	[ "$(stat -c %s e)" -gt 3145728 ]
}
