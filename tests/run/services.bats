#!/usr/bin/env bats
# Servers that jobs need: --service.  readiness.bats is about when they are ready.

load ../helper

@test "services stop in reverse order, each gone before the next is told" {
	gate told go
	start --kill-after 100 \
		--service 'puppet catch-mark TERM stopped 0 write-text up sleep' --ready log:up \
		--service 'trap : TERM; puppet catch-say TERM told write-text up wait-fifo go; test ! -e stopped && echo first' \
		--ready log:up 'puppet write-text x'
	await told
	open_gate go
	finish 0
	err '[puppet] up' '[puppet 2] up' '[puppet 2] first'
}

@test "a service that ends with 0 while it is needed has failed" {
	try 1 nursery --service true 'puppet sleep'
	err_has 'nursery: service true failed: ended while it was needed after T: true' \
		'nursery: 1 cancelled in T'
}

@test "a service that is not found" {
	try 127 nursery --service no-such-server 'touch started'
	[ ! -e started ]
	err_has 'nursery: service no-such-server failed: command not found after T: no-such-server'
}

@test "a service that ends when no job needs it any more has not failed" {
	gate last
	try 0 nursery --service 'puppet read-line last exit 4' \
		--service "trap 'echo >last; sleep 0.3; exit 5' TERM; echo up; while :; do puppet sleep & wait; done" \
		--ready log:up true
	err '[echo] up'
}

@test "services without any command are refused if standard input is /dev/null" {
	try 125 nursery -k --service 'touch started' --service b </dev/null
	out
	complains "no commands, and standard input is /dev/null: the services have nothing to serve (to keep them running: nursery -k --service 'touch started' --service b 'sleep infinity')"
	try 125 nursery --service 'touch started' --finally 'touch started' </dev/null
	complains 'no commands'
	[ ! -e started ]
	# what to type is right: they run until one of them ends
	try 1 nursery --service 'puppet sleep' --service 'sleep 0.1' 'sleep infinity' </dev/null
	err 'nursery: service sleep failed: ended while it was needed after T: sleep 0.1 (if it went into the background: a service must stay in the foreground)' \
		'nursery: 1 cancelled in T'
	# there is work for them
	try 0 nursery --service 'puppet sleep' --shield 'echo a' </dev/null
	out a
	err
	try 0 nursery --service 'puppet sleep' -a - echo < <(echo b)
	out b
	err
}

@test "that there were no commands for the services is told, and is no failure" {
	local told="nursery: there were no commands, so the services had nothing to serve (a command keeps them running, such as 'sleep infinity')"
	touch list
	try 0 nursery --service 'puppet sleep' < <(:)
	out
	err "$told"
	try 0 nursery --service 'puppet sleep' --finally 'echo end' <list
	out end
	err "$told"
	try 0 nursery --service 'puppet sleep' -a list echo
	err "$told"
	try 0 nursery --quiet --service 'puppet sleep' <list
	err
	# there was some work, or something else ended it
	try 0 nursery --service 'puppet sleep' < <(echo :)
	err
	start_fed --service false
	finish 1
	err_lacks 'no commands'
	start_over
	gate up
	start_fed --service "nursery --spawn 'echo spawned'; echo >up; puppet sleep"
	await up
	no_more_food
	finish 0
	out spawned
	err
}

@test "each line of a service is labelled on standard error, also a last half one" {
	try 0 nursery --service "puppet write-text one write-err two write-raw half; puppet sleep" \
		--ready log:half 'puppet write-text x'
	out x
	err '[puppet] one' '[puppet] two' '[puppet] half'
}

@test "services of one name are numbered" {
	try 0 nursery --service '/bin/echo a; puppet sleep' --ready log:a \
		--service '/usr/bin/echo b; puppet sleep' --ready log:b true
	err '[echo] a' '[echo 2] b'
}

@test "no line of a service is put into a line of a job" {
	gate mid go
	start --lb --service 'puppet wait-fifo mid write-err line say go; puppet sleep' \
		'puppet write-fd 2 10; puppet wait-fifo mid; puppet read-line go write-err end'
	open_gate mid
	finish 0
	err 'xxxxxxxxxxend' '[puppet] line' || err '[puppet] line' 'xxxxxxxxxxend'
}

@test "a job that is in the middle of a line can wait for a service that floods" {
	gate 'done'
	try 0 nursery --service "puppet write-err '' write-fd 2 8000000; echo >done; puppet sleep" \
		'puppet write-fd 2 10 read-line done write-err end'
	[ "$(printf '%s\n' "$stderr" | tr -cd x | wc -c)" -ge 8000010 ]
	[[ $stderr == xxxxxxxxxxend* || $stderr == *$'\nxxxxxxxxxxend'* ]]
}

@test "what a service wrote and nobody takes is lost output" {
	full() {
		nursery --service 'puppet write-err x sleep' --ready log:x true 2>/dev/full
	}
	try 125 full
}

@test "a service that floods waits for the reader of standard error" {
	local watched fd reader
	gate up pid errors
	exec {fd}<>errors
	watch_command
	"${watched[@]}" "${WRAPPER[@]}" "$BINARY" \
		--service 'puppet say-pid pid flood' 'puppet until-blocked pid say up' \
		2>errors 3>&- {fd}>&- &
	started=$!
	await up
	exec {reader}<errors {fd}>&-
	timeout "$LIMIT" cat <&"$reader" >/dev/null 3>&- &
	exec {reader}<&-
	wait "$started"
	started=
}

@test "a long line of a service is cut, none of it is lost" {
	try 0 nursery --service 'puppet write 150000; echo; echo end; puppet sleep' \
		--ready log:end true
	[ "$(printf '%s\n' "$stderr" | sed 's/^\[puppet\] //' | tr -d '\nend' | wc -c)" -eq 150000 ]
}

@test "services take no place of --jobs" {
	try 0 nursery -j1 --service 'puppet sleep' --service 'puppet sleep' \
		'puppet print-env NURSERY_SLOT print-env NURSERY_SEQ'
	out NURSERY_SLOT=1 NURSERY_SEQ=1
}

@test "what a service leaves behind is ended with it" {
	lifeline line
	try 0 nursery --service 'puppet open 9 line double-fork { sleep } write-text up sleep' \
		--ready log:up true
	lifeline_cut
}

@test "a killed front leaves no folder of a service behind" {
	local worker
	LEAK_GRACE=5
	gate up
	start --service 'puppet say up sleep' --ready notify true
	await up
	worker=$(worker)
	[ -n "$(ls "$XDG_RUNTIME_DIR")" ]
	kill -KILL "$(front)"
	wait "$started" || :
	started=
	eventually gone "$worker"
	[ -z "$(ls "$XDG_RUNTIME_DIR")" ]
}

@test "a killed worker or front leaves no service behind" {
	local who
	for who in front worker; do
		lifeline "line-$who"
		gate "up-$who"
		start --service "puppet open 9 line-$who sleep" "puppet say up-$who sleep"
		await "up-$who"
		kill -KILL "$($who)"
		wait "$started" || :
		started=
		lifeline_cut
	done
}

@test "a service that ends after a race is won does not" {
	gate up told go end
	start -v --kill-after 1000s --race --service 'puppet wait-fifo go' 'read x <up' \
		'puppet catch-say TERM told say up wait-fifo end'
	await told
	open_gate go
	eventually err_so_far_has 'service puppet failed: ended while it was needed'
	open_gate end
	finish 0
}
