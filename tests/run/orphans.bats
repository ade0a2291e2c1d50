#!/usr/bin/env bats
# What a job leaves behind when its leader has exited.

load ../helper

@test "a background process of a job is ended and named" {
	try 0 nursery 'sleep 1000 & echo a'
	out a
	err_matches 'nursery: job 1 left 1 process behind: (sleep|sh)\[[0-9]+\]; it is ended now'
}

@test "several are counted and named" {
	try 0 nursery 'puppet fork 3 { sleep } double-fork { sleep } write-text a'
	out a
	err_matches 'nursery: job 1 left 4 processes behind: puppet\[[0-9]+\], puppet\[[0-9]+\], puppet\[[0-9]+\], puppet\[[0-9]+\]; they are ended now'
}

@test "the warning names the job" {
	try 0 nursery -j1 true 'sleep 1000 & :' true
	out
	err_matches 'nursery: job 2 left 1 process behind: (sleep|sh)\[[0-9]+\]; it is ended now'
}

@test "daemons are ended: setsid, double-forked, without our descriptors" {
	need setsid
	try 0 nursery 'setsid sleep 1000 & echo a' \
		'puppet double-fork { close 0 close 1 close 2 sleep } write-text b'
	out a b
	err_has 'job 1 left 1 process behind: ' 'job 2 left 1 process behind: '
}

@test "who was killed by its job is not left behind, though it is not gone when the job is" {
	for _ in 1 2 3 4 5; do
		try 0 nursery --orphans=fail 'for i in 1 2 3 4 5 6 7 8 9 10; do puppet sleep & p="$p $!"; done; kill $p'
		out
		err
	done
}

@test "a process that goes within the leader's last moment is not worth a warning" {
	try 0 nursery 'puppet fork 1 { exit 0 } write-text a' 'true & wait; echo b'
	out a b
}

@test "an orphan that ignores TERM is killed" {
	try 0 nursery 'puppet ignore TERM ignore HUP double-fork { sleep } write-text a'
	out a
	err_has 'job 1 left 1 process behind: puppet['
}

@test "a stopped orphan is ended" {
	try 0 nursery 'puppet fork 1 { stop } write-text a'
	out a
	err_has 'job 1 left 1 process behind: puppet['
}

@test "an orphan's last words are not lost" {
	try 0 nursery 'puppet catch-exit TERM late 0 fork 1 { write-text early sleep } exit 0'
	[[ $output == *late ]] || fail 'the last words are lost'
	err_has 'job 1 left 1 process behind: puppet['
}

@test "all that an orphan writes while it is ended comes out, in the job's place" {
	to_files -j2 'oracle write -t 1 300K' 'oracle write 2 100K'
	oracle check o 1:300K 2:100K
	grep -v '^nursery: ' e >e.jobs || :
	grep -qa 'job 1 left 1 process behind: oracle\[' e
}

@test "orphans end when their leader does, not when the nursery does" {
	gate life
	# The second job sees the end of the FIFO when the orphan is gone.
	try 0 nursery 'exec 3>life; sleep 1000 & echo a' 'cat life; echo b'
	out a b
	err_has 'job 1 left 1 process behind: '
}

@test "orphans end when their leader does, also after nursery was suspended" {
	gate up go
	start 'sleep 1000 & puppet say-pid up wait-fifo go; exit 0'
	await up
	suspend_and_continue "$said"
	open_gate go
	finish 0
	out
	err_matches 'nursery: job 1 left 1 process behind: (sleep|sh)\[[0-9]+\]; it is ended now'
}

@test "without a cgroup, a daemon that hides whose it is outlives the other jobs, but not the nursery" {
	local daemon
	without_leaves
	need setsid env
	gate up go other
	start -v --orphans=fail \
		"exec >>log 2>>log.err; env -i setsid -f $HELPERS/programs/puppet catch-exit TERM daemon-ends 0 say-pid up sleep; puppet wait-fifo go write-text leader-ends" \
		'puppet wait-fifo other'
	await up
	daemon=$said
	eventually is_child "$daemon" "$(worker)"
	open_gate other
	eventually err_so_far_has 'job 2 succeeded'
	in_state S "$daemon" || fail 'it was ended'
	open_gate go
	finish 0
	out
	[ "$(cat log)" = $'leader-ends\ndaemon-ends' ] || fail 'a wrong order of ends' "$(cat log)"
	err_has 'job 1 succeeded' 'job 2 succeeded' \
		'1 process of finished jobs left behind: puppet['
}

# is_child PID PARENT
is_child() {
	grep -qx "PPid:[[:space:]]*$2" "/proc/$1/status"
}

@test "orphans of a failed job end, and its status stays" {
	try 7 nursery 'sleep 1000 & echo a; exit 7'
	out a
	err_has 'job 1 left 1 process behind: ' 'job 1 failed: exit status 7'
}

@test "--orphans=kill is the default" {
	try 0 nursery --orphans=kill 'sleep 1000 & echo a'
	out a
	err_matches 'nursery: job 1 left 1 process behind: (sleep|sh)\[[0-9]+\]; it is ended now'
}

@test "of very many orphans it is said that there are more" {
	try 0 nursery 'for i in $(seq 200); do sleep 1000 & done'
	err_matches 'nursery: job 1 left at least [0-9]+ processes behind: .*, \.\.\.; they are ended now'
}

@test "--orphans=wait makes them part of the job" {
	try 0 nursery --orphans=wait 'puppet orphan { write-text late } write-text early' \
		'puppet orphan { setsid write-text last } exit 0'
	out early late last
	err
}

@test "--orphans=wait waits for one that closed our descriptors" {
	gate up go
	start --orphans=wait 'puppet double-fork { close 0 close 1 close 2 say up wait-fifo go } write-text a'
	await up
	eventually out_so_far_has a
	open_gate go
	finish 0
	out a
	err
}

@test "--orphans=wait waits no longer than --timeout for a daemon that hides, either" {
	without_leaves
	need setsid env
	gate up go other
	start -v --orphans=wait --timeout 2s \
		"exec >/dev/null 2>&1; env -i setsid -f $HELPERS/programs/puppet say-pid up sleep; puppet wait-fifo go" \
		'puppet wait-fifo other'
	await up
	eventually is_child "$said" "$(worker)"
	open_gate go
	eventually err_so_far_has 'job 1 succeeded'
	open_gate other
	finish 124
	err_has 'job 2 succeeded' 'timed out after 2s'
}

@test "--orphans=wait does not wait for what such a daemon leaves when it is told to end" {
	without_leaves
	need setsid env
	gate up go
	cat >daemon <<-'E'
		#!/bin/sh
		trap 'echo >>trapped; setsid sleep 1000 & exit' TERM
		echo >up
		while :; do read line <never; done
	E
	chmod +x daemon
	mkfifo never
	start --orphans=wait --kill-after 500ms \
		'exec >/dev/null 2>&1; env -i setsid -f ./daemon; puppet wait-fifo go; exit 3' 'puppet sleep'
	await up
	open_gate go
	finish 3
	err_has '1 failed, 1 cancelled'
}

@test "--orphans=wait: a job of which something is stopped was cancelled" {
	gate up
	try 3 nursery --orphans=wait --kill-after 0 'puppet orphan { say up sleep } exit 0' 'read x <up; exit 3'
	err_has '1 failed, 1 cancelled in T'
}

@test "--orphans=wait keeps the leader's status" {
	try 4 nursery -K --orphans=wait 'puppet orphan { write-text late } exit 4'
	out late
	err 'nursery: job 1 failed: exit status 4 after T: puppet orphan { write-text late } exit 4' \
		'nursery: 1 failed in T'
}

@test "--orphans=wait holds the job's slot" {
	try 0 nursery --orphans=wait -j1 'puppet orphan { write-text a } exit 0' 'echo b'
	out a b
	err
}

@test "--orphans=fail ends them and fails the job" {
	try 1 nursery --orphans=fail 'sleep 1000 & echo a'
	out a
	err_has 'job 1 left 1 process behind: ' \
		'job 1 failed: left processes behind after T: sleep 1000 & echo a' \
		'1 failed in T'
}

@test "an orphan whose first thread has ended is one, too" {
	gate up
	try 1 nursery --orphans=fail 'puppet fork 1 { in-thread { say up sleep } } read-line up exit 0'
	err_has 'job 1 left 1 process behind: puppet['
	try 0 nursery 'puppet fork 1 { catch-exit TERM asked 0 in-thread { say up sleep } } read-line up exit 0'
	out asked
}

@test "a daemon whose parent is just dying is its job's" {
	try 1 nursery --orphans=fail \
		'puppet daemon-of-dying { close 0 close 1 close 2 sleep }' 'puppet sleep'
	err_has 'job 1 left 1 process behind: puppet[' \
		'job 1 failed: left processes behind after T: ' \
		'1 failed, 1 cancelled in T'
}

@test "--orphans=fail is content with a job that leaves nothing" {
	try 0 nursery --orphans=fail 'sleep 0.01 & wait; echo a'
	out a
	err
}

@test "--orphans=fail keeps a status that was a failure anyway" {
	try 9 nursery --orphans=fail 'sleep 1000 & exit 9'
	out
	err_has 'job 1 failed: '
}

@test "--orphans=leave leaves them alone, and does not wait for their descriptors" {
	try 99 nursery --orphans=leave 'puppet hold-pipe write-text a'
	out a
	err_has 'LEAK: ' puppet
	err_lacks 'left 1 process'
	ended exit 0
}

@test "--orphans=leave leaves what a daemon forks later alone, too" {
	gate go up fail
	LEAK_GRACE=0
	start -v --orphans=leave 'puppet fork 1 { wait-fifo go double-fork { say-pid up sleep } } exit 0' \
		'puppet wait-fifo fail exit 3'
	eventually err_so_far_has 'job 1 succeeded'
	open_gate go
	await up
	eventually is_child "$said" "$(worker)"
	open_gate fail
	finish 99
	ended exit 3
	err_has 'LEAK: ' puppet
}

@test "--orphans=leave still ends everything when it is cancelled" {
	gate up
	try 1 nursery --orphans=leave 'puppet fork 3 { sleep } say up sleep' 'read x <up; exit 1'
	out
	err_has '1 failed, 1 cancelled in T'
}

@test "a child born after the group got its signal gets it, too" {
	gate up told go ready exit
	start --kill-after 1000 \
		'puppet catch-say TERM told say up wait-fifo go fork 1 { default TERM say ready sleep } wait-fifo exit'
	await up
	tell TERM
	await told
	open_gate go
	await ready
	open_gate exit
	finish 143
}
