#!/usr/bin/env bats
# What nursery does while the machine has no process, descriptor or memory for one
# more job.

load ../helper

need_injection() {
	need_strace
	not_under coverage # gcov makes such calls itself
}

# The worker waits for something to happen: it has done all else.
idle() {
	local pid
	pid=$(cut -d' ' -f1 "/proc/$(front)/task/$(front)/children") &&
		grep -q epoll_wait "/proc/$pid/wchan"
}

# Each call on the way of a start, and an error of it that may pass.
moments() {
	cat <<'END'
pipe2 EMFILE
pipe2 ENFILE
fcntl ENOMEM
epoll_ctl ENOSPC 2
epoll_ctl ENOMEM 2
?clone,?clone3 EAGAIN
?clone,?clone3 ENOMEM
?clone,?clone3 EMFILE
END
}

@test "a shortage of a moment delays a start, whether or not another job runs" {
	need_injection
	local call error when
	while read -r call error when; do
		start_fed -j2
		eventually idle
		inject "$(worker)" "$call:error=$error:when=${when:-1}"
		feed 'echo a\n'
		no_more_food
		finish 0
		grep -q "$error.*INJECTED" trace || fail "$call never failed"
		out a
		err
		start_over
		gate up go second
		start_fed -j2
		feed 'puppet say up wait-fifo go\n'
		await up
		eventually idle
		inject "$(worker)" "$call:error=$error:when=${when:-1}"
		feed 'puppet say second\n'
		no_more_food
		await second
		open_gate go
		finish 0
		grep -q "$error.*INJECTED" trace || fail "$call never failed"
		err
		start_over
	done < <(moments)
}

@test "a shortage of a moment delays services, probes and final commands" {
	need_injection
	local when
	for when in {2..6}; do
		PREFIX=(strace -f -qq -o trace -e trace=pipe2 -e "inject=pipe2:error=EMFILE:when=$when")
		try 0 nursery --service 'puppet sleep' --ready exec:true \
			--service 'echo >&3; exec sleep 1000' --ready fd:3 --finally 'echo c' 'echo a' 'echo b'
		out a b c
		err
	done
	for when in {2..7}; do
		PREFIX=(strace -f -qq -o trace -e trace=clone,clone3 -e "inject=clone,clone3:error=EAGAIN:when=$when")
		try 0 nursery --service 'puppet sleep' --ready exec:true --service 'puppet sleep' \
			--finally 'echo c' 'echo a' 'echo b'
		out a b c
		err
	done
}

@test "a shortage of a moment delays an attempt, which is none that failed" {
	need_injection
	PREFIX=(strace -f -qq -o trace -e trace=clone,clone3 -e inject=clone,clone3:error=EAGAIN:when=2)
	try 7 nursery -v --retries 1 'echo $NURSERY_ATTEMPT; exit 7'
	grep -q 'EAGAIN.*INJECTED' trace
	out 2
	err_has 'exit status 7 (attempt 2)'
}

@test "an adopted process that epoll has no room for is waited for" {
	need_injection
	local adoptee when
	for when in 4..5 4..24; do
		puppet sleep 3>&- &
		adoptee=$!
		PREFIX=(strace -f -qq -o trace -e trace=epoll_ctl
			-e "inject=epoll_ctl:error=ENOSPC:when=$when")
		start --adopt "$adoptee" 'echo a'
		eventually grep -q 'ENOSPC.*INJECTED' trace
		kill "$adoptee"
		finish 143
		err_has "adopted process $adoptee failed: killed by signal 15"
		wait "$adoptee" || :
		start_over
	done
}

@test "a shortage that lasts is said once, told when asked, and given up when nothing can end it" {
	need_injection
	local line='nursery: waiting for free descriptors: cannot start job 2 yet: Too many open files'
	gate up go
	start_fed -j2 -K
	feed 'puppet say up wait-fifo go\n'
	await up
	inject "$(worker)" pipe2:error=EMFILE
	feed 'echo a\necho b\n'
	no_more_food
	eventually err_so_far_has "$line"
	tell USR1
	eventually err_so_far_has '1 running, 0 failed, 0 succeeded'
	open_gate go
	finish 125
	[ "$(grep -cF "$line" <<<"$stderr")" -eq 2 ] || fail 'not said twice'
	err_has 'job 2 failed: cannot start: Too many open files after T: echo a' \
		'job 3 failed: cannot start: Too many open files after T: echo b' \
		'2 failed, 1 succeeded in T'
}

@test "processes of strangers delay the jobs of a user, no longer than they run" {
	need_root
	need setpriv prlimit
	not_under valgrind
	local uid=$((60000 + BASHPID % 5000)) user
	user=(setpriv "--reuid=$uid" "--regid=$uid" --clear-groups prlimit --nproc=24:24)
	"${user[@]}" "$BINARY" --version >/dev/null 2>&1 ||
		skip 'another user cannot run the binary here'
	chmod 777 . "$TMPDIR"
	gate up go
	chmod 666 up go
	"${user[@]}" sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do
		sleep 1000 & echo $!; done; wait' >strangers 3>&- &
	local crowd=$!
	eighteen() {
		[ "$(wc -l <strangers)" -eq 18 ]
	}
	eventually eighteen
	PREFIX=("${user[@]}")
	start 'puppet say up wait-fifo go'{,,,,}
	await up 2
	# shellcheck disable=SC2046 # they are several
	kill $(cat strangers)
	wait "$crowd" || :
	await up 3
	open_gate go
	finish 0
	err
}

refused() {
	err_so_far_has 'files may be open at once'
}

# Job 1 runs, and there are no descriptors for more, or not even for that.
settled() {
	refused && return
	idle && tell USR1
	grep -Eq 'free descriptors: cannot start job ([2-9]|[0-9]{2}) yet' \
		"$BATS_TEST_TMPDIR/err"
}

sixty_run() {
	[ "$(wc -l <up)" = 60 ]
}

# The write ends of pipes that are kept open would take those of four jobs.
@test "descriptors that only save work are given to jobs that need them" {
	need prlimit
	not_under valgrind coverage # they keep descriptors for themselves
	PREFIX=(prlimit --nofile=200:200)
	: >up
	start -j0 < <(yes 'echo >>up; exec puppet sleep' | head -n 60)
	eventually sixty_run
	tell TERM
	finish 143
}

# As many jobs as there are descriptors for.  Below the first one is a daemon in a
# session of its own, which nursery reaches only by way of /proc.
@test "with any number of descriptors all processes are asked to end, none is only killed" {
	need prlimit
	not_under valgrind coverage # they keep descriptors for themselves
	local limit mode
	for limit in {12..40}; do
		for mode in --group -u; do
			in_turn 4 || continue
			cat >job <<'END'
setsid sh -c 'trap ": >asked; exit" TERM; echo up >up; while :; do sleep .05; done' &
trap : TERM
until [ -e asked ]; do sleep .05; done
END
			gate up
			PREFIX=(prlimit "--nofile=$limit:$limit")
			: >"$BATS_TEST_TMPDIR/err" # what the last run has said
			start $mode --kill-after 2 -j0 'sh job' 'puppet sleep'{,}{,}{,}{,}{,}
			eventually settled
			if refused; then
				[ "$limit" -lt 20 ] || fail "nothing runs with $limit descriptors"
				finish 125
			else
				await up
				tell TERM
				finish 143
				[ -e asked ] || fail "not asked, with $limit descriptors and $mode"
			fi
			start_over
		done
	done
}

# all_reports N COMMAND...: with them, under a hard limit of N descriptors
all_reports() {
	local limit=$1
	shift
	rm -rf results.csv
	run --separate-stderr nursery_under "$limit" --events ev --joblog log --junit xml --trace tr \
		--timeline svg --summary md --results results.csv "$@"
}

nursery_under() {
	local limit=$1
	shift
	(PREFIX=(prlimit "--nofile=$limit") && nursery "$@")
}

@test "too few descriptors for one job are said in one line, and nothing is started" {
	need prlimit
	not_under valgrind # it has descriptors of its own
	local limit needed
	for ((limit = 6; limit < 40; limit++)); do
		all_reports "$limit:$limit" 'touch ran; echo a'
		[ "$status" -ne 0 ] || break
		expect_status 125
		complains "only $limit files may be open at once, and at least "
		[[ $stderr =~ 'at least '([0-9]+)' are needed: raise the limit (try '"'ulimit -n 64'), or ask for fewer reports (nothing was started)"$ ]] ||
			fail 'no advice'
		needed=${BASH_REMATCH[1]}
		[ ! -e ran ] || fail 'it was started'
	done
	out a
	err
	[ "$limit" -gt 18 ] && [ "$needed" -eq "$limit" ] || fail "$limit are enough, not $needed"
	try 125 nursery_under 10:10 'touch ran2'
	complains "raise the limit (try 'ulimit -n 64') (nothing was started)"
	[ ! -e ran2 ]
}

@test "what jobs are given to read counts among the descriptors for one job" {
	need prlimit
	not_under valgrind # it has descriptors of its own
	local limit how
	for how in '--stdin each -j8' '--pipe -n1 -j8'; do
		for ((limit = 14; limit < 40; limit++)); do
			# shellcheck disable=SC2086 # words
			run --separate-stderr nursery_under "$limit:$limit" $how 'cat; touch ran; #' ::: 1 2 3 \
				< <(printf '%s\n' a b c)
			[ "$status" -ne 0 ] || break
			expect_status 125
			complains "only $limit files may be open at once, and at least "
			[ ! -e ran ] || fail 'it was started'
		done
		expect_status 0
		[ "$limit" -gt 17 ] || fail "$limit are enough for $how"
		rm ran
	done
}

@test "with just enough descriptors all jobs run, one after another, and all reports are whole" {
	need prlimit
	not_under valgrind
	local limit=40 all
	while all_reports "$((limit - 1)):$((limit - 1))" true && [ "$status" -eq 0 ]; do
		limit=$((limit - 1))
	done
	all_reports "$limit:$limit" -j8 -K 'echo {}; echo e >&2' ::: {1..20}
	expect_status 0
	out {1..20}
	[ "$(grep -c . log)" -eq 21 ] && [ "$(grep -c ^[0-9]*,:, results.csv)" -eq 20 ] || fail 'log or table'
	[ "$(grep -c '<testcase' xml)" -eq 20 ] || fail 'xml'
	[ "$(grep -c '"event":"ended"' ev)" -eq 20 ] || fail 'events'
}

@test "a low soft limit of descriptors is raised, and jobs have it as it was" {
	need prlimit
	not_under valgrind
	all_reports 7:1000 -K 'exec puppet print-files-limit' 'ulimit -Hn'
	expect_status 0
	out 7 1000
	err
}
