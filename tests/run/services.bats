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

@test "after a signal three deaf services share one grace, the last first" {
	gate up
	start --kill-after 1.5 --events events --service 'puppet ignore TERM say up print-env NURSERY_GRACE_MS sleep' --name a \
		--service 'puppet ignore TERM say up sleep' --name b --service 'puppet ignore TERM say up sleep' --name c
	await up 3
	eventually err_so_far_has '[a] NURSERY_GRACE_MS=400'
	tell TERM
	finish 143
	run -0 awk -F'[:,]' '/"event":"killed"/ { for (i = 1; i < NF; i++) {
		if ($i == "\"name\"") names = names $(i + 1)
		if ($i == "\"after\"") sum += $(i + 1) } }
		END { print names, (sum >= 1.4 && sum < 4.4) }' events
	[ "$output" = '"c""b""a" 1' ]
}

@test "with --orphans=wait a service that puts itself into the background lives on" {
	lifeline line
	gate up go
	try 0 nursery --orphans wait --service 'puppet open 9 line double-fork { write-text up sleep }' --ready log:up 'echo a'
	out a
	err '[puppet] up'
	lifeline_cut
	# it ends when the last of its processes does, and starts again
	try 1 nursery --orphans=wait --service 'puppet double-fork { say up wait-fifo go }' --ready 'exec:read x <up' \
		--restart always=1 'exec 8<>go; exec puppet sleep'
	err_has 'nursery: service puppet ended while it was needed (attempt 1, again in 0.100s)' \
		'nursery: service puppet failed: ended while it was needed (attempt 2) after T: puppet double-fork { say up wait-fifo go }'
	err_lacks 'foreground'
	# but a failure of its leader is one
	try 3 nursery --orphans=wait --service 'puppet fork 1 { sleep } exit 3' 'puppet sleep'
	err_has 'service puppet failed: exit status 3'
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
		--service "trap 'echo >last; sleep 0.3; exit 5' TERM; echo up; exec 2>/dev/null; while :; do sleep 0.05; done" \
		--ready log:up true
	err '[echo] up'
}

@test "services alone are the work, until one of them ends" {
	local told
	gate up go
	echo 'touch started' >list
	start --finally 'echo end' --service 'puppet say up wait-fifo go' --service 'exec puppet sleep' <list
	await up
	open_gate go
	finish 1
	out end
	err 'nursery: service puppet failed: ended while it was needed after T: puppet say up wait-fifo go (if it went into the background: keep it in the foreground, or try --orphans=wait)'
	[ ! -e started ]
	start_over
	gate up2
	start --service 'puppet say up2 sleep' </dev/null
	await up2
	tell TERM
	finish 143
	try 0 nursery --move-on-after 10ms --service 'puppet sleep' </dev/null
	err
	# there is other work for them, or there are commands
	try 0 nursery --service 'puppet sleep' --shield 'echo a' </dev/null
	out a
	err
	try 0 nursery --service 'puppet sleep' -a - echo < <(echo b)
	out b
	err
	try 0 nursery --service 'puppet sleep' -a - < <(echo 'echo c')
	out c
	try 0 nursery --dry-run --service 'puppet sleep' --service b </dev/null
	out 'puppet sleep' b
}

@test "standard input that services alone do not read is told" {
	run -1 --separate-stderr watched bash -c 'echo "touch started" | '"$BINARY"' --service false; exit $?'
	err_has 'nursery: nobody reads standard input: services without commands run by themselves (to read commands: -a -)'
	[ ! -e started ]
}

@test "that there were no commands for the services is told, and is no failure" {
	local told="nursery: there were no commands, so the services had nothing to serve (a command keeps them running, such as 'sleep infinity')"
	touch list
	try 0 nursery --service 'puppet sleep' -a - < <(:)
	out
	err "$told"
	try 0 nursery --service 'puppet sleep' --finally 'echo end' -a - <list
	out end
	err "$told"
	try 0 nursery --service 'puppet sleep' -a list echo
	err "$told"
	try 0 nursery --quiet --service 'puppet sleep' -a list
	err
	# there was some work, or something else ended it
	try 0 nursery --service 'puppet sleep' -a - < <(echo :)
	err
	start_fed --service false -a -
	finish 1
	err_lacks 'no commands'
	start_over
	gate up
	start_fed --service "nursery --spawn 'echo spawned'; echo >up; puppet sleep" -a -
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

@test "a line of a service that ends with a carriage return, too, has one label" {
	try 0 nursery --service "printf 'one\\r\\ntwo\\r'; printf '\\n50%%\\r100%%\\r\\n'; puppet sleep" \
		--ready log:100 true
	err '[printf] one' '[printf] two' $'[printf] 50%\r[printf] 100%'
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
