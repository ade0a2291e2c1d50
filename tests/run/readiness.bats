#!/usr/bin/env bats
# What nursery does while a service is not ready yet, and when it never is.
#
# shellcheck disable=SC2016 # for the shell of the service

load ../helper

@test "why a service was not ready in time is said" {
	try 124 nursery --service 'puppet sleep' --ready file:none --ready-timeout 0.1 true
	err 'nursery: service 1 is not ready: No such file or directory' \
		'nursery: service 1 failed: not ready within 100ms after T: puppet sleep' \
		'nursery: 1 failed, 1 not started in T'
	try 124 nursery --service 'server send "STATUS=3 of 4$(printf "\033")"; exec puppet sleep' \
		--ready notify --ready-timeout 1 true
	err_has 'nursery: service 1 is not ready: 3 of 4^['
}

@test "a service may ask for more time to become ready" {
	# asked for within the second, ready after it
	try 0 nursery --service 'server send EXTEND_TIMEOUT_USEC=100000000; sleep 1.5
		server send READY=1; exec puppet sleep' \
		--ready notify --ready-timeout 1 'echo job'
	out job
}

@test "a probe that never ends is ended with the time to become ready" {
	try 124 nursery --service 'puppet sleep' --ready 'exec:puppet ignore TERM sleep' \
		--ready-timeout 0.1 --kill-after 0.1 true
	out
}

@test "a service that never stops telling its status holds nobody up" {
	gate told
	try 0 nursery --service 'server send READY=1; i=0
		while server send "STATUS=$i"; do
			[ $((i += 1)) -ne 50 ] || puppet say told; done' \
		--ready notify 'puppet read-line told write-text job'
	out job
}

@test "with a bad --ready nothing is started" {
	try 125 nursery --service 'touch started' --ready tcp:0 'touch started'
	err "nursery: --ready: 'tcp:0' is not [HOST:]PORT with a port from 1 to 65535"
	try 125 nursery --service 'touch started' --ready tcp:no.such.invalid:1 'touch started'
	err_has "'tcp:no.such.invalid:1' is no address that is known: no.such.invalid: "
	[ ! -e started ]
}

@test "no socket is left behind, not even by a killed process of nursery" {
	LEAK_GRACE=5
	local service='server send READY=1; exec puppet sleep'
	try 0 nursery --service "$service" --ready notify \
		--service "$service" --ready notify 'ls "$XDG_RUNTIME_DIR"/nursery.*'
	out notify.1 notify.2 socket
	[ -z "$(ls -A "$XDG_RUNTIME_DIR")" ]
	try 137 nursery --service "$service" --ready notify \
		'kill -9 $PPID; exec puppet sleep'
	[ -z "$(ls -A "$XDG_RUNTIME_DIR")" ]
	try 137 nursery --service "$service" --ready notify \
		'kill -9 $NURSERY_PID; exec puppet sleep'
	# the worker outlives the front for a moment
	eventually rmdir "$XDG_RUNTIME_DIR"
}
