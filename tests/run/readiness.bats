#!/usr/bin/env bats
# What waits until a service is ready, and what happens when it never is.
#
# shellcheck disable=SC2016 # for the shell of the service

load adoptee

@test "services start in order, each when the one before it is ready" {
	gate up
	start --service 'echo a >>order; puppet wait-fifo up; echo ready; puppet sleep' \
		--ready log:ready \
		--service 'echo b >>order; echo ready; puppet sleep' --ready log:ready \
		--shield 'echo c >>order' 'puppet wait-fifo up; echo d >>order'
	eventually grep -q a order
	[ "$(cat order)" = a ]
	open_gate up
	finish 0
	[ "$(head -n 2 order)" = $'a\nb' ]
	[ "$(sort order)" = $'a\nb\nc\nd' ]
}

@test "a service that ends before it is ready: no job starts" {
	try 3 nursery --service 'puppet exit 3' --ready log:x 'touch started'
	[ ! -e started ]
	err_has 'nursery: service puppet failed: exit status 3 after T: puppet exit 3' \
		'nursery: 1 not started in T'
}

@test "a service that closes its descriptor will never be ready" {
	try 1 nursery --service 'exec 3>&-; puppet sleep' --ready fd:3 'touch started'
	[ ! -e started ]
	err_has 'nursery: service puppet failed: will not become ready after T: '
}

# The service takes longer to stop than nursery waits for it to become ready.
@test "a service that is being stopped is not said to be unready" {
	local ready
	gate up
	for ready in 'fd:3' 'file:never --ready-timeout 1.5'; do
		# shellcheck disable=SC2086
		start --service "trap 'exec 3>&-; sleep 2; exit' TERM; echo >up; while :; do puppet sleep & wait; done" \
			--ready $ready true
		await up
		tell TERM
		finish 143
		err_lacks 'ready'
		err_has 'nursery: 1 not started in T'
	done
}

@test "a probe of a nursery that starts no more jobs is stopped" {
	gate up go
	adopt say up wait-fifo go
	await up
	start --halt soon,done=1 --adopt "$adoptee" --service 'puppet sleep' \
		--ready 'exec:puppet say up sleep' --ready-timeout 0 'touch started'
	await up
	open_gate go
	finish 0
	[ ! -e started ]
}

@test "a service that is being started is ended like any other" {
	gate up
	start --service 'puppet catch-exit TERM bye 0 say up sleep' --ready file:never true
	await up
	tell TERM
	finish 143
	err_has '[puppet] bye'
}

@test "a probe is part of the nursery: it is ended, and what it says is not seen" {
	gate up
	start --service 'puppet sleep' --ready 'exec:echo noise; puppet say up sleep' true
	await up
	tell INT
	finish 130
	out
	err_lacks noise
}

@test "a probe is tried until it succeeds" {
	try 0 nursery --service 'puppet sleep' \
		--ready 'exec:echo >>tries; test "$(wc -l <tries)" -ge 3' 'wc -l <tries'
	out 3
	err
}

@test "a service that is not ready in time has failed, with 124, and it is said why" {
	try 124 nursery --service 'puppet sleep' --ready file:none --ready-timeout 0.1 \
		'touch started'
	[ ! -e started ]
	err 'nursery: service puppet is not ready: none: No such file or directory' \
		'nursery: service puppet failed: not ready within 100ms after T: puppet sleep' \
		'nursery: 1 not started in T'
	try 124 nursery --service 'server send "STATUS=3 of 4$(printf "\033")"; exec puppet sleep' \
		--ready notify --ready-timeout 1 true
	err_has 'nursery: service server is not ready: 3 of 4^['
}

@test "a command that never succeeds is said with its status and its last line" {
	try 124 nursery --service 'puppet sleep' --ready-timeout 0.5 \
		--ready 'exec:printf "\033[31mnot yet\033[0m\n\n"; exit 3' true
	# the command may run again at that moment, which is said, too
	stderr=${stderr/ (it runs again)/}
	err "nursery: service puppet is not ready: 'printf \"\\033[31mnot yet\\033[0m\\n\\n\"; exit 3': exit status 3: not yet" \
		'nursery: service puppet failed: not ready within 500ms after T: puppet sleep' \
		'nursery: 1 not started in T'
	try 124 nursery --service 'puppet sleep' --ready-timeout 0.3 \
		--ready 'exec:echo waiting; puppet sleep' true
	err_has "service puppet is not ready: 'echo waiting; puppet sleep' has not ended yet: waiting"
}

@test "a service is not started where a stranger is ready in its place" {
	local port port2 stranger
	port=$(server free-port)
	gate up
	hold_gate up
	server listen tcp4 "$port" >up 3>&- &
	stranger=$!
	await up
	try 1 nursery --service 'touch started; puppet sleep' --ready "tcp:$port" 'touch started'
	[ ! -e started ]
	err "nursery: service touch failed: something already accepts connections on tcp:$port after T: touch started; puppet sleep" \
		'nursery: 1 not started in T'
	# that of another service is as bad: who of them is ready could not be told
	port2=$(server free-port)
	try 1 nursery --service "exec server listen tcp4 $port2" --ready "tcp:$port2" \
		--service 'touch started; puppet sleep' --ready "tcp:$port2" 'touch started'
	[ ! -e started ]
	err_has "service touch failed: something already accepts connections on tcp:$port2"
	kill "$stranger"
	wait "$stranger" || :
	server listen stream s >up 3>&- &
	stranger=$!
	await up
	try 1 nursery --service 'touch started; puppet sleep' --ready unix:s true
	err_has 'service touch failed: something already accepts connections on unix:s'
	kill "$stranger"
	wait "$stranger" || :
	# the socket is still there, and nobody behind it
	try 0 nursery --service 'rm s; exec server listen stream s' --ready unix:s 'echo a'
	out a
}

@test "a file that is older than the service does not make it ready" {
	: >f
	try 124 nursery --service 'puppet sleep' --ready file:f --ready-timeout 0.3 'touch started'
	[ ! -e started ]
	err_has 'service puppet is not ready: f was there before, and is still the same'
	try 0 nursery --service 'rm f; : >f; puppet sleep' --ready file:f 'echo a'
	out a
}

@test "a web page makes ready, says what it lacks, and may be that of a stranger" {
	local port stranger
	port=$(server free-port)
	gate up
	hold_gate up
	try 0 nursery --service "exec server answer $port 'HTTP/1.1 500 No\\n\\n' 'HTTP/1.1 200 OK\\n\\n'" \
		--ready "http://127.0.0.1:$port/x" 'echo a'
	out a
	try 124 nursery --service "exec server answer $port 'HTTP/1.1 503 No\\n\\n' >/dev/null" \
		--ready "http://127.0.0.1:$port" --ready-timeout 0.5 'touch started'
	err_has "nursery: service server is not ready: 127.0.0.1:$port: status 503"
	try 124 nursery --service "exec server answer $port - >/dev/null" \
		--ready "http://127.0.0.1:$port" --ready-timeout 0.5 'touch started'
	err_has "nursery: service server is not ready: 127.0.0.1:$port: no answer yet"
	server answer "$port" 'HTTP/1.1 200 OK\n\n' >up 3>&- &
	stranger=$!
	await up
	try 1 nursery --service 'touch started; puppet sleep' --ready "http://127.0.0.1:$port/" 'touch started'
	[ ! -e started ]
	err_has "nursery: service touch failed: something already answers at http://127.0.0.1:$port/ after T: touch started; puppet sleep"
	kill "$stranger"
	wait "$stranger" || :
}

@test "a service may ask for more time to become ready" {
	# It asks within the second that it has, and is ready after it.
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
	err_has "'tcp:no.such.invalid:1' is not a known address: no.such.invalid: "
	[ ! -e started ]
}

@test "no socket is left behind, not even by a killed process of nursery" {
	LEAK_GRACE=5
	local service='server send READY=1; exec puppet sleep'
	try 0 nursery --service "$service" --ready notify \
		--service "$service" --ready notify 'ls "$XDG_RUNTIME_DIR"/nursery.*'
	out notify.2 notify.3 owner socket
	[ -z "$(ls -A "$XDG_RUNTIME_DIR")" ]
	try 137 nursery --service "$service" --ready notify \
		'kill -9 $PPID; exec puppet sleep'
	[ -z "$(ls -A "$XDG_RUNTIME_DIR")" ]
	try 137 nursery --service "$service" --ready notify \
		'kill -9 $NURSERY_PID; exec puppet sleep'
	# The worker may outlive the front for a moment.
	eventually rmdir "$XDG_RUNTIME_DIR"
}
