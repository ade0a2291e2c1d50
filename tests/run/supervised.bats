#!/usr/bin/env bats
# nursery as a service of something else: what it tells $NOTIFY_SOCKET.
#
# shellcheck disable=SC2016 # for the shell of the service

load ../helper

teardown() {
	nursery_teardown
	[ -z "${hearer:-}" ] || kill "$hearer" 2>/dev/null || :
}

# hear NAME: what is sent there goes to the file heard
hear() {
	server hear "$1" >heard 3>&- &
	hearer=$!
	eventually grep -q listening heard
}

@test "who has started nursery hears from its first process when all services are ready, and when they stop" {
	local name="@nursery-test-$$-$BATS_TEST_NUMBER" pid
	gate on up go
	hear "$name"
	NOTIFY_SOCKET=$name start --service 'puppet wait-fifo on write-text up sleep' --name a --ready log:up \
		--service 'echo "none: $NOTIFY_SOCKET"; exec puppet sleep' --name b --ready log:none \
		'puppet print-env NOTIFY_SOCKET say up sleep'
	pid=$(front)
	eventually grep -qx "$pid STATUS=waiting for service a to be ready" heard
	run ! grep READY heard
	open_gate on
	await up
	eventually grep -qx "$pid READY=1 STATUS=all services are ready" heard
	tell TERM
	finish 143
	eventually grep -qx "$pid STOPPING=1 STATUS=stopping: stopped by signal 15 (SIGTERM)" heard
	err_has '[b] none: '
	[[ $output != *nursery-test* ]]
}

@test "who has started nursery hears which service has failed" {
	local name="@nursery-test-$$-$BATS_TEST_NUMBER"
	hear "$name"
	NOTIFY_SOCKET=$name try 7 nursery --service 'exit 7' --name a --service 'puppet sleep' 'puppet sleep'
	eventually grep -q 'STOPPING=1 STATUS=stopping: service a failed: exit status 7$' heard
}

@test "a nursery is a service of another, which waits until its services are ready" {
	try 0 nursery --service "exec $BINARY --service 'puppet write-text up sleep' --ready log:up" --ready notify 'echo a'
	out a
	# without services of its own it leaves the socket to its jobs
	try 0 nursery --service "exec $BINARY 'server send READY=1; exec puppet sleep'" --ready notify 'echo a'
	out a
}

@test "that nobody can be told is said once" {
	NOTIFY_SOCKET=$PWD/none try 0 nursery --service 'puppet sleep' true
	err 'nursery: cannot report to NOTIFY_SOCKET: No such file or directory'
	# nor do jobs get one that leads nowhere
	NOTIFY_SOCKET=vsock:2:1234 try 0 nursery --service 'puppet sleep' 'echo "${NOTIFY_SOCKET-none}"'
	err "nursery: NOTIFY_SOCKET 'vsock:2:1234' cannot be used (only a path or @name can)"
	out none
	NOTIFY_SOCKET=/$(printf '%0200d' 0) try 0 nursery --service 'puppet sleep' true
	complains 'cannot be used (it is too long)'
}

@test "who does not hear is waited for once, not with each note" {
	need_strace
	PREFIX=(strace -f -qq -o trace -e trace=sendto)
	NOTIFY_SOCKET=$PWD/none try 0 nursery --service 'puppet sleep' true
	grep sun_path trace >notes
	[ "$(wc -l <notes)" -ge 2 ]
	[ "$(grep -vc MSG_DONTWAIT notes)" -eq 1 ] || fail "$(<notes)"
}
