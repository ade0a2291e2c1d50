#!/usr/bin/env bats
# What nursery does with few descriptors, few processes, or when its parent left it
# odd signals or children: it may be slower, and does the same.

load ../helper

# strace makes the Nth call of a kind fail; gcov makes such calls itself.
need_injection() {
	not_under coverage
	need_strace
}

hundred_jobs() {
	seq 100 | sed 's/^/echo /'
}

@test "24 descriptors are enough for a hundred jobs at once" {
	need prlimit
	not_under valgrind
	PREFIX=(prlimit --nofile=24:24)
	try 0 nursery -j0 < <(hundred_jobs)
	[ "$output" = "$(seq 100)" ]
	err
}

@test "24 descriptors are enough for both streams apart, in every mode" {
	need prlimit
	not_under valgrind
	local mode
	PREFIX=(prlimit --nofile=24:24)
	for mode in -k --group --lb -u; do
		try 0 nursery $mode -j0 --buffer 64K \
			< <(seq 40 | sed 's/.*/puppet write-text & write-err &/')
		[ "$(sort -n <<<"$output")" = "$(seq 40)" ] || fail "stdout under $mode"
		[ "$(sort -n <<<"$stderr")" = "$(seq 40)" ] || fail "stderr under $mode"
	done
}

@test "thousands of jobs with -j0 all run" {
	not_under valgrind # too slow
	local many
	many=$(scaled 5000)
	try 0 nursery -j0 < <(seq "$many" | sed 's/^/echo /')
	[ "$output" = "$(seq "$many")" ]
	err
}

# as_limited_user N: nursery runs as a user of its own who may have N processes.
as_limited_user() {
	need_root
	need setpriv prlimit
	local uid=$((50000 + BASHPID % 10000))
	PREFIX=(setpriv "--reuid=$uid" "--regid=$uid" --clear-groups prlimit "--nproc=$1:$1")
	"${PREFIX[@]}" "$BINARY" --version >/dev/null 2>&1 ||
		skip 'another user cannot run the binary here'
	chmod 777 . "$TMPDIR"
}

@test "at the user's process limit nursery waits for jobs to end" {
	not_under valgrind
	as_limited_user 8
	try 0 nursery -j50 < <(hundred_jobs)
	[ "$output" = "$(seq 100)" ]
	err
}

@test "a fork bomb with a session for each process is ended, and nothing of it is left" {
	not_under valgrind # it needs processes of its own
	need perl
	as_limited_user 60
	lifeline life
	chmod 666 life
	# shellcheck disable=SC2016
	local bomb='$SIG{TERM} = "IGNORE"; $end = time + 60;
		while (time < $end) { setsid if (fork // 1) == 0 }'
	try 124 nursery --timeout 300ms --kill-after 100ms "exec 9>life; exec perl -MPOSIX -e '$bomb'"
	lifeline_cut
	err_has 'nursery: job 1 did not end within T of SIGTERM, and was killed: exec 9>life' \
		'nursery: timed out after 300ms' 'nursery: 1 cancelled (1 killed) in T'
}

@test "EAGAIN from clone means waiting for a job to end" {
	need_injection
	gate go
	PREFIX=(strace -f -qq -o trace -e trace=clone,clone3,vfork
		-e inject=clone,clone3,vfork:error=EAGAIN:when=2)
	start -j3 'puppet write-text 1 wait-fifo go' 'echo 2' 'echo 3' 'echo 4'
	eventually grep -q 'EAGAIN.*INJECTED' trace
	open_gate go
	finish 0
	out 1 2 3 4
	err
}

@test "EAGAIN with nothing running is a failure, and is said" {
	need_injection
	PREFIX=(strace -f -qq -o trace -e inject=clone,clone3,vfork:error=EAGAIN)
	try 125 nursery 'echo a'
	out
	err_has 'Resource temporarily unavailable'
}

@test "EMFILE from pipe2 means waiting for a job to end" {
	need_injection
	gate go
	# When the sixth pipe fails some job is running already, which waits.
	PREFIX=(strace -f -qq -o trace -e trace=pipe2 -e inject=pipe2:error=EMFILE:when=6)
	start -j8 < <(seq 8 | sed 's/.*/puppet write-text & wait-fifo go/')
	eventually grep -q 'EMFILE.*INJECTED' trace
	open_gate go
	finish 0
	out 1 2 3 4 5 6 7 8
	err
}

# The second service gets no pipe; it waits for another job, the adopted process, to
# end.
@test "a service that never started is no service to be stopped" {
	need_injection
	puppet sleep 3>&- &
	local adoptee=$!
	PREFIX=(strace -f -qq -o trace -e trace=pipe2 -e inject=pipe2:error=EMFILE:when=2+)
	try 124 nursery --timeout 1 --adopt "$adoptee" --service 'puppet sleep' --service 'puppet exit 4' true
	grep -q 'EMFILE.*INJECTED' trace
	err_has '1 cancelled, 1 not started in T'
	wait "$adoptee" || :
}

@test "a service that has no place for its socket fails, whatever else runs" {
	need_injection
	puppet sleep 3>&- &
	local adoptee=$!
	PREFIX=(strace -f -qq -o trace -e trace=mkdir,mkdirat -e inject=mkdir,mkdirat:error=EROFS)
	try 125 nursery --timeout 10 --adopt "$adoptee" --service 'puppet sleep' --ready notify true
	err_has 'service puppet failed: cannot start: ' \
		'service puppet can have no socket for --ready notify: no temporary folder can be made'
	wait "$adoptee" || :
}

@test "readiness needs a temporary folder only where it needs a socket" {
	need_injection
	PREFIX=(strace -f -qq -o trace -e trace=mkdir,mkdirat -e inject=mkdir,mkdirat:error=EROFS)
	try 0 nursery --timeout 10 --service ': >there; puppet sleep' --ready file:there \
		--service 'puppet sleep' --ready exec:true 'echo a'
	grep -q 'EROFS.*INJECTED' trace
	out a
	err
}

# Nobody reads the last bytes of the job, and the final command gets no pipe, so it
# waits for descriptors to be free.
@test "a second signal ends the waiting of a final command" {
	need_injection
	gate pipe
	hold_gate pipe
	LEAK_GRACE=5 # strace, in a session of its own, is the last to go
	TMPDIR=$BATS_TEST_TMPDIR/nowhere
	WRAPPER=(strace -DDD -f -qq -o trace -e trace=pipe2 -e inject=pipe2:error=EMFILE:when=3+)
	start_into_pipe --kill-after 1 --buffer 0 --finally 'touch cleaned' 'puppet write 100000'
	eventually grep -q 'EMFILE.*INJECTED' trace
	tell INT
	tell TERM
	finish 130
	[ ! -e cleaned ]
	err_has '1 final command not started, 1 succeeded in T'
}

@test "a nursery that has no descriptor for a caller rests before it looks again" {
	need_injection
	PREFIX=(strace -f -qq -o trace -e trace=accept4 -e inject=accept4:error=ENFILE)
	try 124 nursery --timeout 0.3 'nursery --spawn true'
	[ "$(grep -c ENFILE trace)" -lt 100 ]
}

@test "interrupted and short writes lose nothing" {
	need_injection
	local call
	for call in write pwritev2 splice writev sendfile; do
		PREFIX=(strace -qq -f -o trace -e "inject=$call:error=EINTR:when=1+3")
		try 0 nursery 'puppet write-text a' 'puppet write-text b'
		out a b
		err
	done
}

@test "born with SIGCHLD ignored" {
	not_under valgrind # it resets that
	PREFIX=(puppet ignore CHLD exec)
	try 3 nursery -K 'echo a' 'exit 3' 'puppet print-ignored'
	out a CHLD
	err_has 'exit status 3'
}

@test "born with everything blocked, it still sees ends and signals" {
	gate up
	PREFIX=(puppet block TERM block CHLD block INT block HUP block ALRM exec)
	try 0 nursery 'echo a' 'puppet print-mask'
	out a 'ALRM CHLD HUP INT TERM'
	err
	start 'puppet unblock TERM say up sleep'
	await up
	tell TERM
	finish 143
	ended signal 15
}

@test "a job born with TERM blocked is killed after the grace" {
	gate up
	PREFIX=(puppet block TERM exec)
	start --kill-after 100ms 'puppet say up sleep'
	await up
	tell TERM
	finish 143
	err_has '1 cancelled (1 killed) in T'
}

# as_init OPTION TEXT: nursery as process 1 of a PID namespace; OPTION of unshare is
# --mount-proc or nothing, TEXT is what it says of a daemon.
as_init() {
	need unshare
	PREFIX=(unshare --fork --pid --kill-child $1)
	"${PREFIX[@]}" true 2>/dev/null || skip 'no PID namespaces here'
	try 0 nursery -j2 'echo a' 'puppet double-fork { sleep } write-text b' 'echo $NURSERY_PID'
	out a b 1
	err_has "$2"
	try 4 nursery 'puppet sleep' 'exit 4'
	out
	err_has '1 failed, 1 cancelled in T'
	try 124 nursery --timeout 200ms --kill-after 100ms 'puppet ignore TERM double-fork { sleep } sleep'
	out
}

@test "as process 1 of a PID namespace" {
	as_init --mount-proc 'job 2 left 1 process behind: puppet['
}

@test "as process 1 of a PID namespace whose /proc is another one's" {
	as_init '' 'job 2 left 1 process behind: puppet['
}

@test "without /proc" {
	need unshare
	need_root
	not_under asan valgrind
	PREFIX=(unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' hidden)
	"${PREFIX[@]}" true 2>/dev/null || skip 'cannot mount here'
	try 0 nursery -j2 'echo a' 'puppet fork 1 { sleep } write-text b'
	out a b
	err_has 'job 2 left processes behind'
	err_lacks ' 0 processes'
	try 3 nursery --kill-after 100ms 'puppet sleep' 'puppet ignore TERM fork 1 { sleep } exit 3'
	out
	# A daemon is found without /proc, too: every pid is asked for.
	try 0 nursery 'puppet double-fork { sleep }'
	err_has '1 process of finished jobs left behind: ?['
}

@test "stale children from before exec do no harm" {
	# The program that became nursery by exec had a child: it is no job.
	adopted() {
		watched puppet zombie exec "${WRAPPER[@]}" "$BINARY" -j1 'echo a' 'exit 5'
	}
	try 5 adopted
	out a
	err_has '1 failed, 1 succeeded in T'
}

@test "a huge environment is passed on" {
	BIG=$(printf '%0100000d' 7)
	export BIG
	try 0 nursery 'echo ${#BIG}'
	out 100000
}
