#!/usr/bin/env bats
# --show: whose output is printed.

load ../helper

@test "failed: only the output of jobs that failed, in order" {
	local mode
	for mode in -k --group; do
		try 3 nursery --show failed $mode -j1 -K 'echo a; echo b >&2' 'echo c; echo d >&2; exit 3' 'echo e' 'printf f; exit 4'
		out c f
		err d 'nursery: job 2 failed: exit status 3 after T: echo c; echo d >&2; exit 3' \
			'nursery: job 4 failed: exit status 4 after T: printf f; exit 4' \
			'nursery: 2 failed, 2 succeeded in T'
	done
}

@test "failed: nothing is printed before the end of a job" {
	gate said go
	start --show failed 'echo a; puppet say said wait-fifo go; exit 2'
	await said
	run ! out_so_far_has a
	open_gate go
	finish 2
	out a
}

@test "failed: jobs that were cancelled show nothing, those that ran when time ran out do" {
	gate go
	try 1 nursery --show failed 'read -r l <go; echo bad; exit 1' 'echo partial; : >go; exec puppet sleep'
	out bad
	try 124 nursery --show failed --timeout "$SHORT" 'echo partial; exec puppet sleep' 'echo done'
	out partial
	try 0 nursery --show failed --move-on-after "$SHORT" 'echo partial; exec puppet sleep'
	out
}

@test "failed: a job that ran past its limit, and one that left orphans" {
	try 124 nursery --show failed --job-timeout "$SHORT" 'echo late; exec puppet sleep'
	out late
	try 1 nursery --show failed --orphans fail 'echo left; puppet sleep &'
	out left
}

@test "failed: of a job that is tried again the last attempt, if that failed" {
	try 1 nursery --show failed --retries 2 --retry-delay 0 'echo $NURSERY_ATTEMPT; exit 1'
	out 3
	try 0 nursery --show failed --retries 2 --retry-delay 0 'echo $NURSERY_ATTEMPT; [ $NURSERY_ATTEMPT = 3 ]'
	out
}

@test "failed: with --show-attempts all attempts, if the last failed" {
	try 1 nursery --show failed --show-attempts --retries 1 --retry-delay 0 'echo $NURSERY_ATTEMPT; exit 1'
	[[ $output == *'attempt 1 of 2'*$'\n1\n'*'attempt 2 of 2'*$'\n2' ]] || fail
	try 0 nursery --show failed --show-attempts --retries 1 --retry-delay 0 'echo $NURSERY_ATTEMPT; [ $NURSERY_ATTEMPT = 2 ]'
	out
}

@test "failed: spawned, shielded and final commands" {
	try 1 nursery --show failed -K --shield 'echo s; exit 1' --finally 'echo f; exit 1' \
		'nursery --spawn "echo inner; exit 1" "echo good"; echo outer'
	out_sorted f inner s
}

@test "failed: a service is shown if it fails, behind its label" {
	try 7 nursery --show failed --service 'echo dying >&2; printf last; exit 7' --ready file:never 'echo a'
	out
	err_has 'dying' 'last'
	[[ $stderr == '['*'] dying'* ]] || fail
	try 0 nursery --show failed --service 'echo up; exec puppet sleep' --ready log:up 'echo a'
	out
	err
}

@test "failed: with labels and with sections" {
	try 1 nursery --show failed --tag -K -j1 'echo x; test {} = a' ::: a b
	out $'b\tx'
	try 1 nursery --show failed --sections plain -K -j1 'printf x' 'echo y; exit 1'
	[[ $output == '+++ job 2 failed: exit status 1 after '*': echo y; exit 1'$'\ny' ]] || fail
}

@test "failed: what is kept goes to disk, and memory does not grow" {
	not_under asan valgrind
	ulimit -v 200000
	try 1 to_files --show failed --buffer 1M -K -j2 'head -c 300000000 /dev/zero' 'seq 1000000; exit 1'
	seq 1000000 | cmp - o
}

@test "failed: without room for it, output is printed all the same" {
	TMPDIR=/nonexistent try 0 to_files --show failed --buffer 64K 'seq 1000000'
	seq 1000000 | cmp - o
}

@test "none: nothing of any job or service" {
	local mode
	for mode in -k --group --lb; do
		try 3 nursery --show none $mode -K --service 'echo up; exec puppet sleep' --ready log:up \
			'echo a; echo b >&2; exit 3' 'seq 100000'
		out
		err 'nursery: job 1 failed: exit status 3 after T: echo a; echo b >&2; exit 3' \
			'nursery: 1 failed, 1 succeeded in T'
	done
}

@test "none: the output counts for --idle-timeout, and no job waits for a reader" {
	try 0 nursery --show none --idle-timeout 5s 'for i in 1 2 3; do echo $i; sleep .1; done'
	gate pipe
	hold_gate pipe
	start_into_pipe --show none 'seq 1000000'
	finish 0
	exec {GATE_FD[pipe]}>&-
}

@test "all is the default, and the last one counts" {
	try 0 nursery 'echo a'
	out a
	try 0 nursery --show none --show all 'echo a'
	out a
}

@test "bad values and what cannot work are refused" {
	try 125 nursery --show x 'echo a'
	complains "--show: 'x' is none of all, failed and none (try --show=failed)"
	try 125 nursery --show failed --lb 'echo a'
	complains '--show=failed cannot hide what --line-buffer has shown already (try --group)'
	try 125 nursery --show failed -u 'echo a'
	complains '--show=failed cannot hide what --ungroup has shown already (try --group)'
	try 125 nursery --show none --ungroup 'echo a'
	complains '--show=none cannot hide what --ungroup has shown already (try --group)'
	try 0 nursery --show all --lb 'echo a'
	out a
}
