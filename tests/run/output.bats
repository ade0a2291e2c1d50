#!/usr/bin/env bats
# Every byte comes out exactly once, in its job's order, never inside another
# job's bytes.  The oracle (tests/programs/oracle.c) writes and checks.

load ../helper

# nursery, both its streams in the file o
to_one_file() {
	nursery "$@" >o 2>&1
}

# Sets jobs to eight commands that write outputs of all sizes, and sizes to what the
# oracle has to find.  The arguments are options of oracle write.
many_jobs() {
	local seed=0 size most=10M
	jobs=() sizes=()
	[ "$#" -eq 0 ] || most=2M # each line is a write
	for size in 3M 0 1 100K 65536 1M 65537 "$most"; do
		seed=$((seed + 1))
		jobs+=("oracle write $* $seed $size")
		sizes+=("$seed:$size")
	done
}

both_streams_hold() {
	oracle check "$@" o "${sizes[@]}"
	oracle check "$@" -s err e "${sizes[@]}"
}

# both_streams_hold_with MODE: as the output mode promises
both_streams_hold_with() {
	case $1 in
	-k) both_streams_hold ;;
	--group) both_streams_hold -a ;;
	--lb) both_streams_hold -l ;;
	esac
}

@test "keep-order: eight jobs of up to 10 MiB, both streams complete and in order" {
	many_jobs
	try 0 to_files --buffer 64K -j4 "${jobs[@]}"
	both_streams_hold
}

@test "keep-order: the same with all at once and the default buffer" {
	many_jobs
	try 0 to_files -k -j0 "${jobs[@]}"
	both_streams_hold
}

@test "keep-order: stdout and stderr in one file keep each job's interleaving" {
	many_jobs
	try 0 to_one_file --buffer 64K -j4 "${jobs[@]}"
	oracle check -s both o "${sizes[@]}"
}

@test "keep-order: the same through one pipe" {
	through_pipe() {
		nursery --buffer 64K -j4 "${jobs[@]}" 2>&1 | cat >o
		[ "${PIPESTATUS[0]}" -eq 0 ]
	}
	many_jobs
	try 0 through_pipe
	oracle check -s both o "${sizes[@]}"
}

@test "group: each job is whole, in the order they end" {
	many_jobs
	try 0 to_files --group --buffer 64K -j4 "${jobs[@]}"
	both_streams_hold -a
}

@test "group: one file for both streams" {
	many_jobs
	try 0 to_one_file --group --buffer 64K -j4 "${jobs[@]}"
	oracle check -a -s both o "${sizes[@]}"
}

@test "line-buffer: lines are whole, each job's in its order" {
	many_jobs -l
	try 0 to_files --line-buffer --buffer 64K -j4 "${jobs[@]}"
	both_streams_hold -l
}

@test "line-buffer: binary output of a single job is complete" {
	try 0 to_files --lb --buffer 64K 'oracle write 5 2M'
	local file
	for file in o e; do # the last line gets an end
		[ "$(stat -c %s $file)" -eq 2097153 ]
		[ -z "$(tail -c 1 $file)" ]
		truncate -s 2097152 $file
	done
	oracle check o 5:2M
	oracle check -s err e 5:2M
}

@test "ungroup: whole writes of lines come out whole" {
	many_jobs -l -1
	sizes=("${sizes[@]/%/:1}")
	ungrouped() {
		nursery -u -j4 "${jobs[@]}" >>o 2>>e
	}
	try 0 ungrouped
	both_streams_hold -l
}

@test "ungroup: jobs write to nursery's own stdout and stderr" {
	echo before >o
	linked() {
		nursery -u 'puppet print-link 1 print-link 2' >>o 2>>e
	}
	try 0 linked
	[ "$(cat o)" = "before
$PWD/o
$PWD/e" ]
}

@test "small random sizes, many jobs, every mode" {
	local mode seed
	for mode in -k --group --lb; do
		jobs=() sizes=()
		for seed in {1..60}; do
			jobs+=("oracle write -l $seed $((seed * seed * 7 % 9000))")
			sizes+=("$seed:$((seed * seed * 7 % 9000)):l")
		done
		try 0 to_files $mode --buffer 64K -j8 "${jobs[@]}"
		both_streams_hold_with "$mode"
	done
}

@test "what a background process writes after its leader's exit is not lost" {
	sizes=(1:500K 2:2M 3:100K)
	try 0 to_files --orphans=wait --buffer 64K 'oracle write -b 1 500K' \
		'oracle write -b 2 2M' 'oracle write 3 100K'
	both_streams_hold
}

@test "a cancelled job's output is complete to its last byte" {
	gate up
	try 3 to_files --buffer 64K \
		'trap "oracle write 1 2M; exit 0" TERM; echo >up; while :; do sleep 1000 & wait; done' \
		'read x <up; exit 3'
	sizes=(1:2M)
	head -c $((2 << 20)) e >e.jobs
	grep -qa '^nursery: 1 failed, 1 cancelled' e
	mv e.jobs e
	both_streams_hold
}

@test "failing jobs' output is complete in every mode" {
	local mode
	for mode in -k --group --lb; do
		sizes=(1:300K:l 2:200K:l)
		try 4 to_files -K $mode --buffer 64K 'oracle write -l -x 4 1 300K' 'oracle write -l -x 4 2 200K'
		grep -v '^nursery: ' e >e.jobs
		mv e.jobs e
		both_streams_hold_with "$mode"
	done
}

@test "bytes that are no text come out as they are" {
	printf '\000\001\377\376\r\n\n\000' >bytes
	try 0 to_files 'cat bytes' 'cat bytes >&2'
	cmp bytes o
	cmp bytes e
}

@test "a missing last newline is not added" {
	try 0 to_files -j1 'printf a' 'printf b' 'printf c >&2' 'printf d >&2'
	[ "$(od -An -c o | tr -d ' \n')" = ab ]
	[ "$(od -An -c e | tr -d ' \n')" = cd ]
}

@test "a message of nursery begins on a line of its own" {
	try 1 nursery 'printf half >&2; exit 1'
	[ "${stderr_lines[0]}" = half ] || fail
	[[ ${stderr_lines[1]} == 'nursery: job 1 failed: '* ]]
}

@test "line-buffer: a last line without an end gets one, whoever writes next" {
	gate up
	try 0 to_files --lb 'printf a; echo >up' 'read x <up; echo b; printf c >&2'
	out_sorted_is() {
		[ "$(sort o)" = "$1" ] || fail "$(cat -A o)"
	}
	out_sorted_is $'a\nb'
	[ "$(cat -A e)" = c$ ]
	# A line that was printed in parts, because there was no room to keep it.
	try 0 to_files --lb --buffer 64K 'puppet write 3000000' 'puppet write 3000000'
	[ "$(wc -l <o)" -eq 2 ]
	[ "$(awk '{ print length }' o | sort -u)" = 3000000 ]
	# Each attempt has whole lines.
	try 1 to_files --lb --retries 1 'printf a; exit 1'
	[ "$(cat -A o)" = a$ ]
}

@test "one file for stdout and stderr keeps their order, two files keep them apart" {
	try 0 to_one_file 'for i in 1 2 3 4 5 6 7 8 9; do echo o; echo e >&2; done'
	[ "$(tr -d '\n' <o)" = oeoeoeoeoeoeoeoeoe ]
	try 0 to_files 'for i in 1 2 3; do echo o; echo e >&2; done'
	[ "$(tr -d '\n' <o)" = ooo ]
	[ "$(tr -d '\n' <e)" = eee ]
}

@test "keep-order: the first unfinished job streams live, later ones wait" {
	gate go
	start -k 'puppet write-text one wait-fifo go write-text two' 'echo three'
	eventually out_so_far_has one
	open_gate go
	finish 0
	out one two three
}

@test "keep-order: when the first ends the next goes live" {
	gate go last
	start -k 'puppet wait-fifo go' 'puppet write-text two wait-fifo last write-text end'
	open_gate go
	eventually out_so_far_has two
	open_gate last
	finish 0
	out two end
}

@test "group: who ends first is printed first" {
	gate go
	start --group 'puppet write-text slow wait-fifo go write-text end' 'echo fast'
	eventually out_so_far_has fast
	open_gate go
	finish 0
	out fast slow end
}

@test "line-buffer: a line is printed when it is written" {
	gate go
	start --line-buffer 'puppet write-text one wait-fifo go' \
		'puppet write-text two wait-fifo go write-text three'
	eventually out_so_far_has one
	eventually out_so_far_has two
	open_gate go
	finish 0
	out_sorted one two three
}

@test "--lb, --line-buffer, -u, --ungroup, -k, --keep-order and --group are there" {
	local mode
	for mode in --lb --line-buffer -u --ungroup -k --keep-order --group; do
		try 0 nursery $mode -j1 'echo a' 'echo b'
		out a b
		err
	done
}

@test "output goes on after what is in the file, with and without append" {
	echo first >o
	appending() {
		nursery 'echo second' >>o
	}
	sharing() {
		{ echo third && nursery 'echo fourth' && echo fifth; } >>o
	}
	try 0 appending
	try 0 sharing
	[ "$(tr '\n' ' ' <o)" = 'first second third fourth fifth ' ]
	together() {
		{ echo 1 && nursery 'echo 2' && echo 3; } >o
	}
	try 0 together
	[ "$(tr '\n' ' ' <o)" = '1 2 3 ' ]
}

@test "a slow reader gets everything" {
	slowly() {
		nursery --buffer 64K 'oracle write 1 3M' 'oracle write 2 1M' \
			'puppet say go' 2>e |
			puppet read-line go cat >o
		[ "${PIPESTATUS[0]}" -eq 0 ]
	}
	gate go
	sizes=(1:3M 2:1M)
	try 0 slowly
	both_streams_hold
}

@test "a paused reader does not delay cancelling" {
	gate pipe up told
	hold_gate pipe
	start_into_pipe --timeout 500ms \
		'puppet catch-say TERM told say-pid up write 5000000 sleep' \
		'puppet until-blocked up sleep'
	await told # nobody has read a byte yet
	read_pipe_now
	finish 124
	err_has 'timed out after 500ms' '2 cancelled'
	wait
}

@test "a paused reader does not delay a signal's work on the jobs" {
	gate pipe up told
	hold_gate pipe
	start_into_pipe 'puppet catch-say TERM told say-pid up flood'
	timeout "$LIMIT" puppet until-blocked up 3>&-
	tell TERM
	await told
	read_pipe_now
	finish 143
	ended signal 15
	wait
}

@test "a reader that goes away ends everything, by SIGPIPE" {
	unread() {
		nursery 'puppet flood' 'puppet double-fork { sleep } sleep' | head -c 1
		return "${PIPESTATUS[0]}"
	}
	try 141 unread
	[ "$output" = x ]
	ended signal 13
}

@test "a full disk is said, and gives 125" {
	try 125 to_full 'echo a'
	err_has 'No space left on device'
	try 125 to_full 'puppet write 1000000' 'puppet sleep'
	err_has 'No space left on device'
	try 125 to_full --lb 'echo a'
	try 125 to_full --group 'echo a'
}

@test "a full disk counts more than a job's failure" {
	try 125 to_full 'echo x; exit 3'
	err_has 'No space left on device'
}

@test "a full disk behind stderr gives 125" {
	full() {
		nursery 'echo a' 'echo b >&2' 2>/dev/full
	}
	try 125 full
	out a
}

@test "a full disk ends the other jobs" {
	gate up
	try 125 to_full 'puppet read-line up write-text x' 'puppet say up sleep'
	err_has 'No space left on device' cancelled
}

@test "a full TMPDIR loses nothing" {
	need unshare
	PREFIX=(unshare -m sh -c 'mount -t tmpfs -o size=64k tmpfs "$TMPDIR" && exec "$@"' mounted)
	"${PREFIX[@]}" true 2>/dev/null || skip 'cannot mount a tmpfs here'
	backpressure
}

@test "a limit on the size of files loses nothing" {
	need prlimit
	PREFIX=(prlimit --fsize=65536)
	# Through a pipe, as the limit holds for a file on standard output, too.
	gate up
	limited() {
		nursery --buffer 64K 'puppet until-blocked up' \
			'puppet say-pid up exec oracle write 1 1M' 2>&1 | cat >o
		return "${PIPESTATUS[0]}"
	}
	try 0 limited
	oracle check -s both o 1:1M
}

@test "a TMPDIR that is not there loses nothing" {
	not_under valgrind # it needs a TMPDIR
	TMPDIR=$BATS_TEST_TMPDIR/nowhere
	backpressure
}

# The second job's output has to wait for the first job, in no more than 64 KiB.
backpressure() {
	gate up
	sizes=(1:1M)
	try 0 to_one_file --buffer 64K 'puppet until-blocked up' \
		'puppet say-pid up exec oracle write 1 1M'
	oracle check -s both o 1:1M
}

@test "waiting output needs memory for --buffer, not for all of it" {
	need prlimit
	not_under asan valgrind coverage
	gate done
	PREFIX=(prlimit --as=50000000)
	try 0 to_files --buffer 1M 'puppet read-line done' 'puppet write 100000000 say done'
	[ "$(stat -c %s o)" -eq 100000000 ]
}

@test "nothing is left in TMPDIR" {
	try 0 to_files --buffer 64K -j0 'oracle write 1 1M' 'oracle write 2 1M'
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "a job that closes its output goes on, and its status counts" {
	try 6 nursery 'echo a; exec >&- 2>&-; echo b >file; exit 6'
	out a
	[ "$(cat file)" = b ]
	err_has 'exit status 6' '1 failed in T'
}

@test "line-buffer: a line without an end is printed when the job closes its output" {
	gate go
	start --lb 'printf part; exec >&- 2>&-; : <go'
	eventually out_so_far_has part
	open_gate go
	finish 0
	out part
}

# Its end wakes nursery once, by the signal: a job that ends closes its pipes some
# microseconds before, and to be woken for them, too, costs more than all else.
@test "nursery is not woken when a job closes its output" {
	need_strace
	gate closed go
	PREFIX=(strace -f -qq -o trace -e 'trace=?epoll_wait,epoll_pwait')
	start 'exec >&- 2>&-; : >closed; : <go'
	: <closed
	open_gate go
	finish 0
	run ! grep EPOLLHUP trace
	grep -q EPOLLIN trace
}

@test "closed descriptors 0, 1 and 2, in every combination, do no harm" {
	not_under valgrind # it opens closed ones
	local fds fd
	for fds in 0 1 2 '0 1' '0 2' '1 2' '0 1 2'; do
		PREFIX=(puppet)
		for fd in $fds; do
			PREFIX+=(close "$fd")
		done
		PREFIX+=(exec)
		rm -f file
		# What a job writes cannot be delivered: the status has to say so.
		case $fds in
		0) try 0 nursery 'puppet print-fds >file; echo a; echo b >&2' ;;
		*) try 125 nursery 'puppet print-fds >file; echo a; echo b >&2' ;;
		esac
		[[ $(cat file) == '0 1 2'* ]] || fail "closed $fds: a job's descriptors are $(cat file)"
		# Jobs that write nothing do not miss them.
		try 0 nursery true 'exit 0'
		out
		err
	done
}

@test "a closed stdout does not send output elsewhere" {
	not_under valgrind # it opens a closed one
	PREFIX=(puppet close 1 exec)
	try 125 nursery 'echo lost'
	out
	err_lacks lost
}

@test "messages that a closed stderr has lost do not change the status" {
	not_under valgrind # its log is descriptor 2 then
	PREFIX=(puppet close 2 exec)
	try 3 nursery 'exit 3'
	out
	err
	try 0 nursery -v true
	out
	err
}

# A pipe that nobody reads any more, open for writing as descriptor 9.
unread_pipe() {
	mkfifo unread
	exec 8<>unread 9>unread 8>&-
}

# to_unread ARG...: nursery, both of whose outputs nobody reads
to_unread() {
	nursery "$@" >&9 2>&9 9>&-
}

# Its first words are a message, which is no reason to stop; the output that is lost
# then is one.
@test "lost output stops the run also when a message was lost before" {
	unread_pipe
	run to_unread -v -j1 true 'echo two' 'echo three; touch ran'
	exec 9>&-
	ended signal 13
	[ ! -e ran ]
}

@test "lost output stops the run also when standard error went first" {
	unread_pipe
	errors_unread() {
		nursery "$@" >/dev/full 2>&9 9>&-
	}
	try 125 errors_unread -v -j1 true 'echo two' 'echo three; touch ran'
	exec 9>&-
	[ ! -e ran ]
}

@test "the flags of the inherited stdout are as before" {
	gate pipe
	hold_gate pipe
	flags() {
		nursery "$@" >&"${GATE_FD[pipe]}" 2>&1
	}
	try 0 flags 'echo a' 'echo b >&2' 'puppet write 3000'
	run puppet print-flags "${GATE_FD[pipe]}"
	out both
}

@test "a stdout that somebody made non-blocking still gets everything" {
	gate go
	PREFIX=(puppet nonblock 1 exec)
	reading() {
		nursery --buffer 64K 'oracle write 1 1M' 'puppet say go' 2>e |
			puppet read-line go cat >o
		return "${PIPESTATUS[0]}"
	}
	try 0 reading
	oracle check o 1:1M
}

@test "--buffer takes sizes with a unit" {
	local size
	for size in 65536 64K 1M 1G; do
		try 0 nursery --buffer $size 'echo a'
		out a
		err
	done
}

# The next read(2) of the worker is that of the job's pipe: it is the first to have
# something to be read.
@test "output that cannot be read is said to be lost, and the status shows it" {
	need strace
	not_under asan valgrind coverage
	gate up go held
	start 'puppet say up read-line go write-text a read-line held'
	await up
	inject "$(worker)" read:error=EIO:when=1
	echo >go
	eventually grep -q 'EIO.*INJECTED' trace
	echo >held
	finish 125
	out
	err_has 'nursery: job 1: some of its output is lost, as it cannot be read: Input/output error'
}
