#!/usr/bin/env bats
# Processes that nursery did not start: --adopt.

load adoptee

short_of_descriptors() {
	tell USR1
	err_so_far_has 'waiting for free descriptors'
}

@test "a process that cannot be adopted is an error before anything starts" {
	not_under valgrind # it has no pidfd_open(2)
	try 125 nursery --adopt x 'touch started'
	err "nursery: --adopt: 'x' is no process id (try 1234)"
	try 125 nursery --adopt "$$" 'touch started'
	err "nursery: --adopt: '$$' is an ancestor of nursery: each would wait for the other"
	true 3>&- &
	wait $!
	try 125 nursery --adopt $! 'touch started'
	err "nursery: --adopt: '$!' is not a running process"
	[ ! -e started ]
}

@test "another user's process is not adopted" {
	not_under valgrind # it has no pidfd_open(2)
	need_root
	need setpriv
	setpriv --reuid 65534 --clear-groups sleep 1000 3>&- &
	adoptee=$!
	eventually grep -q '^Uid:	65534' "/proc/$adoptee/status"
	try 125 nursery --adopt "$adoptee" 'touch started'
	err "nursery: --adopt: '$adoptee' is another user's process"
	[ ! -e started ]
}

@test "what descends from an adopted process is stopped, too" {
	lifeline line
	gate up
	adopt open 9 line fork 1 { setsid sleep } say up sleep
	await up
	try 3 nursery --adopt "$adoptee" 'puppet exit 3'
	adoptee_is_gone
	lifeline_cut
}

@test "what descends from an adopted process and ignores SIGTERM does not outlive it" {
	gate up
	adopt fork 1 { ignore TERM setsid fork 1 { say-pid up sleep } join } join
	child=$(cat up)
	try 124 nursery --adopt "$adoptee" --timeout .1 --kill-after .1
	adoptee_is_gone
	gone "$child" || fail 'a process below it lives'
	err_has 'timed out after 100ms' '1 cancelled (1 killed) in T'
}

@test "what descends from an adopted process is stopped in whatever nursery it was begun" {
	lifeline line
	gate up
	export NURSERY_PID=1
	adopt open 9 line fork 1 { setsid catch-exit TERM told 0 sleep } say up sleep
	await up
	try 3 nursery --adopt "$adoptee" 'puppet exit 3'
	adoptee_is_gone
	lifeline_cut
}

# While the worker is stopped, the adopted process ends and another process gets its
# number.
# What is below an adopted process is held by descriptors, where there are any.
@test "what descends from an adopted process is asked to end without descriptors, too" {
	need prlimit
	not_under valgrind coverage # they keep descriptors for themselves
	gate up
	lifeline line
	adopt open 9 line fork 6 { setsid catch-exit TERM told 0 sleep } say up sleep
	await up
	PREFIX=(prlimit --nofile=24:24)
	start -u -j0 --kill-after "$LIMIT" --adopt "$adoptee" 'puppet say up sleep' 'puppet sleep'{,}{,}{,}{,}
	await up # so that it knows SIGUSR1
	eventually short_of_descriptors
	tell TERM
	finish 143
	adoptee_is_gone
	lifeline_cut
}

@test "who got the number of an adopted process that has ended is a stranger" {
	need unshare
	{ : >/proc/sys/kernel/ns_last_pid; } 2>/dev/null || skip 'numbers cannot be chosen here'
	unshare --fork --pid --mount-proc true 2>/dev/null || skip 'no PID namespace here'
	gate up kid
	# shellcheck disable=SC2016
	try 0 watched unshare --fork --pid --mount-proc --kill-child bash -c '
		state() { cut -d" " -f3 "/proc/$1/stat"; }
		puppet sleep & adoptee=$!
		"$1" --adopt "$adoptee" "puppet say up sleep" & front=$!
		read -r _ <up
		read -r worker _ <"/proc/$front/task/$front/children"
		kill -STOP "$worker"
		until [ "$(state "$worker")" = T ]; do :; done
		kill -KILL "$adoptee"
		wait "$adoptee"
		echo "$((adoptee - 1))" >/proc/sys/kernel/ns_last_pid
		puppet fork 1 { say-pid kid sleep } sleep & other=$!
		read -r kid <kid
		kill -TERM "$worker"
		kill -CONT "$worker"
		wait "$front"
		echo "$?" "$((other - adoptee))" "$(state "$kid")"
	' - "$BINARY"
	out '143 0 S'
}

@test "an adopted process has the limits of a job" {
	gate up
	adopt say up sleep
	await up
	local pid=$adoptee
	try 124 nursery --job-timeout 0.2 --adopt "$pid" true
	adoptee_is_gone
	err_has "adopted process $pid failed: ran past its time limit of 200ms after T: "
}

@test "messages name an adopted process by its pid and its program" {
	local pid
	gate up
	adopt say up sleep
	pid=$adoptee
	await up
	start -v --adopt "$pid" 'exec puppet say up sleep'
	await up
	tell USR1
	eventually err_so_far_has "adopted process $pid running for "
	tell TERM
	finish 143
	adoptee_is_gone
	[[ $stderr =~ "adopted process $pid running for "[0-9.]+"s: $pid puppet"$'\n' ]] ||
		fail 'the status does not name it'
	err_has "nursery: adopted process $pid cancelled after T: $pid puppet"
}

@test "no job has a descriptor of what was adopted" {
	local before
	gate up
	adopt say up sleep
	await up
	try 0 nursery 'puppet print-fds'
	before=$output
	try 0 nursery --race --adopt "$adoptee" 'puppet print-fds'
	adoptee_is_gone
	out "$before"
}

@test "a thread of the kernel is not adopted" {
	not_under valgrind # it has no pidfd_open(2)
	need_root
	[ "$(cat /proc/2/comm)" = kthreadd ] || skip 'no kthreadd to be seen here'
	try 125 nursery --adopt 2 'touch started'
	err "nursery: --adopt: '2' is a thread of the kernel"
}

@test "a process whose first thread has ended is adopted and cancelled" {
	gate up
	adopt catch-exit TERM told 5 in-thread { say up sleep } >adopted
	await up
	eventually in_state Z "$adoptee"
	try 3 nursery --adopt "$adoptee" 'puppet exit 3'
	err_has '1 failed, 1 cancelled in T'
	wait "$adoptee" || adoptee_status=$?
	[ "$adoptee_status" -eq 5 ]
	adoptee=
	[ "$(cat adopted)" = told ]
}
