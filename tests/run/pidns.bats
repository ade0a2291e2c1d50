#!/usr/bin/env bats
# --contain=pidns: the jobs live in a PID namespace whose init is nursery's.

load zoo

setup() {
	nursery_setup
	LEAK_GRACE=5
	"$BINARY" --contain=pidns true 2>/dev/null || skip 'no PID namespaces here'
}

# kill_both JOB...: front and worker are killed at once when a job has said ready
kill_both() {
	local pids
	start --contain=pidns "$@"
	await ready
	pids="$(front) $(worker)"
	# shellcheck disable=SC2086 # two numbers
	kill -9 $pids
	wait "$started" || :
	started=
}

@test "jobs have process ids of their own, orphans and statuses are told as ever" {
	try 3 nursery --contain=pidns -K -j1 'echo $$' 'puppet fork 1 { setsid sleep } exit 3' 'kill -9 $$'
	[[ $output =~ ^[2-9]$ ]] || fail 'not a number of a new namespace'
	err_has 'job 2 left 1 process behind: puppet[' 'job 2 failed: exit status 3' \
		'job 3 failed: killed by signal 9'
}

@test "front and worker are killed at once: nothing is left" {
	local animal i
	for animal in daemon deep hop hopsid hoppers20; do
		for i in 1 2 3 4; do
			gate ready
			lifeline life
			kill_both "zoo -l life -r ready $animal"
			lifeline_cut
			start_over
		done
	done
}

@test "without root, too: in a user namespace" {
	need setpriv
	need_root
	chmod 777 . "$TMPDIR"
	PREFIX=(setpriv --reuid 61799 --regid 61799 --clear-groups)
	"${PREFIX[@]}" "$BINARY" --contain=pidns true 2>/dev/null || skip 'no user namespaces here'
	try 0 nursery --contain=pidns 'id -u; id -g; echo $$'
	out 61799 61799 2
	cd /
	try 0 nursery --contain=pidns -k --orphans wait 'puppet double-fork { write-text a }' \
		'nursery --spawn --wait "echo b"'
	out a b
	cd "$OLDPWD"
	gate ready
	chmod 666 ready
	lifeline life
	chmod 666 life
	kill_both 'zoo -l life -r ready hopsid'
	lifeline_cut
}

@test "an orphan of a job is ended when its leader has, not before" {
	gate up go
	lifeline life
	try 0 nursery --contain=pidns 'puppet open 9 life double-fork { setsid say up sleep } wait-fifo go' \
		'read x <up; : >go'
	err_has 'job 1 left 1 process behind: puppet['
	lifeline_cut
}

@test "orphans that ignore the signal are killed, also of many jobs at once" {
	try 0 nursery --contain=pidns \
		'puppet fork 9 { setsid ignore TERM sleep }' 'puppet fork 9 { setsid ignore TERM sleep }'
	err_has 'job 1 left 9 processes behind' 'job 2 left 9 processes behind'
}

@test "an orphan without any sign of its job is ended before --finally runs" {
	try 0 nursery --contain=pidns --finally 'echo last' 'echo a' \
		'env -i /bin/sh -c "setsid sleep 1000 </dev/null >/dev/null 2>&1 &"'
	out a last
}

@test "with --orphans=fail and =wait they are the job's" {
	try 1 nursery --contain=pidns --orphans fail 'puppet double-fork { sleep }'
	err_has 'job 1 failed: left processes behind'
	try 0 nursery --contain=pidns --orphans wait 'puppet double-fork { write-text a }'
	out a
}

@test "Ctrl-Z stops jobs and what they left, SIGCONT continues them" {
	gate up
	start --contain=pidns --orphans wait 'puppet double-fork { say up sleep }'
	await up
	# the gate tells its number inside, /proc shows another
	orphan=$(pgrep -P "$(pgrep -x nursery-init -P "$(worker)")")
	suspend_and_continue "$orphan"
	tell TERM
	finish 143
}

@test "a nursery inside sees its processes in the /proc of the machine" {
	try 0 nursery --contain=pidns "nursery 'puppet fork 1 { setsid sleep }'"
	err_has 'job 1 left 1 process behind: puppet['
	err_lacks '?['
	try 0 nursery --contain=pidns "nursery --contain=pidns 'puppet fork 1 { setsid sleep }'"
	err_has 'job 1 left 1 process behind: puppet['
}

@test "a process from outside the namespace is adopted" {
	puppet sleep 3>&- &
	try 4 nursery --contain=pidns --adopt $! 'exit 4'
	wait $! && status=0 || status=$?
	expect_status 143
	try 125 nursery --contain=pidns 'nursery --adopt 1'
	err_has "'1' is the init process"
}

@test "the init process is killed by somebody: that is said, 125" {
	gate up
	start --contain=pidns --finally 'echo late' 'puppet say up sleep' \
		'puppet double-fork { setsid sleep } sleep'
	await up
	kill -9 "$(pgrep -x nursery-init -P "$(worker)")"
	finish 125
	err_has 'somebody has killed the init process of the PID namespace' \
		'final command echo failed: cannot start: No such process'
	err_lacks 'waiting for free memory'
}

@test "the init process is stopped by somebody: the end comes nevertheless" {
	local init
	gate up
	start --contain=pidns --kill-after 100ms 'setsid sleep 1000 & puppet say up sleep'
	await up
	init=$(pgrep -x nursery-init -P "$(worker)")
	kill -STOP "$init"
	eventually in_state T "$init"
	tell TERM
	LIMIT=$((LIMIT / 2)) # before the leak check ends all
	eventually gone "$init"
	finish 143
}

@test "init holds no descriptor open, and does not heed a signal to the group" {
	local init
	gate up
	start --contain=pidns 'puppet say up sleep'
	await up
	init=$(pgrep -x nursery-init -P "$(worker)")
	run ls "/proc/$init/fd"
	[ "$(echo $output)" = '0 1' ] || fail 'other descriptors than a socket and a signalfd'
	kill -TERM "$init"
	kill -INT "$init"
	eventually in_state S "$init"
	tell TERM
	finish 143
}

@test "--orphans=leave is refused" {
	try 125 nursery --contain=pidns --orphans=leave true
	complains '--orphans=leave and --contain=pidns do not go together'
	try 125 nursery --contain=strict --orphans=leave true
	complains '--orphans=leave and --contain=strict do not go together'
	try 125 nursery --contain=none true
	complains "--contain: 'none' is none of auto, strict and pidns (try --contain=strict)"
}

@test "a namespace that cannot be had is an error that says why, and nothing runs" {
	need_strace
	local error
	for error in EPERM ENOSPC; do
		PREFIX=(strace -f -o trace -e "inject=unshare:error=$error")
		try 125 nursery --contain=pidns 'touch ran'
		complains '--contain=pidns: cannot make a '
		[ ! -e ran ]
	done
	PREFIX=(strace -f -o trace -e inject=socketpair:error=EMFILE)
	try 125 nursery --contain=pidns 'touch ran'
	complains 'cannot start an init process: Too many open files'
}

@test "--contain=strict takes what there is, or starts nothing" {
	need_strace
	try 0 nursery --contain=strict 'echo a'
	out a
	PREFIX=(strace -f -o trace -e inject=unshare:error=EPERM -e inject=mkdir:error=EROFS)
	try 125 nursery --contain=strict 'touch ran'
	complains '--contain=strict: no cgroup ('
	err_has 'and no PID namespace ('
	[ ! -e ran ]
	PREFIX=(strace -f -o trace -e inject=mkdir:error=EROFS:when=1)
	try 0 nursery --contain=strict 'echo $$'
	out 2
}

short_of_descriptors() {
	kill -s USR1 "$inner"
	err_so_far_has 'waiting for free descriptors'
}

# There each process is found by a pidfd, which takes one descriptor more.
@test "a nursery in a job asks all processes to end without a descriptor to spare" {
	local inner
	need prlimit
	not_under valgrind coverage # they keep descriptors for themselves
	cat >job <<'END'
setsid sh -c 'trap ": >asked; exit" TERM; echo up >up; while :; do sleep .05; done' &
trap : TERM
until [ -e asked ]; do sleep .05; done
END
	gate up
	start --contain=pidns \
		"exec prlimit --nofile=24:24 '$BINARY' -u -j0 --kill-after 2 'sh job' $(yes "'puppet sleep'" | head -n 20 | paste -sd' ')"
	await up
	inner=$(pgrep -x nursery -P "$(worker)")
	eventually short_of_descriptors
	tell TERM
	finish 143
	[ -e asked ] || fail 'not asked'
}
