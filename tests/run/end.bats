#!/usr/bin/env bats
# What is said at the end beside failures: who was running, who was killed, who
# succeeded late; and when nothing is said.
#
# shellcheck disable=SC2016 # for the shell of the jobs

load ../helper

@test "who was running when time ran out is named, with the time it ran" {
	gate up
	try 124 nursery --timeout 1 'puppet say up sleep' true 'puppet sleep'
	err 'nursery: job 1 was running for T when time ran out: puppet say up sleep' \
		'nursery: job 3 was running for T when time ran out: puppet sleep' \
		'nursery: timed out after 1s' \
		'nursery: 2 cancelled, 1 succeeded in T'
	# a race against time that is no failure needs no words
	try 0 nursery --move-on-after 100ms 'puppet sleep'
	err
}

@test "what was waited for when time ran out is named" {
	try 124 nursery --timeout 300ms --service 'puppet sleep' --ready unix:s true
	err_has 'nursery: waiting for service puppet to be ready: s: No such file or directory' \
		'nursery: timed out after 300ms'
}

@test "who was running when a signal came is named" {
	gate up
	start --service 'puppet sleep' 'puppet say up sleep' true
	await up
	tell INT
	finish 130
	err 'nursery: job 1 was running for T when SIGINT came: puppet say up sleep' \
		'nursery: stopped by signal 2 (SIGINT)' \
		'nursery: 1 cancelled, 1 succeeded in T' ||
		err_has 'nursery: job 1 was running for T when SIGINT came: puppet say up sleep'
}

@test "who did not end in its grace is said to have been killed, services too" {
	gate up go
	start --kill-after 100ms 'puppet ignore TERM say up sleep' 'puppet say up sleep' \
		'puppet read-line go exit 3'
	await up 2
	echo >go
	finish 3
	err_has 'nursery: job 1 did not end within T of SIGTERM, and was killed: puppet ignore TERM say up sleep' \
		'nursery: 1 failed, 2 cancelled (1 killed) in T'
	err_lacks 'job 2 did not'
	try 0 nursery --kill-after 100ms --service 'puppet ignore TERM write-text up sleep' \
		--ready log:up true
	err '[puppet] up' \
		'nursery: service puppet did not end within T of SIGTERM, and was killed: puppet ignore TERM write-text up sleep'
	# nobody was asked, and nobody was deaf
	try 3 nursery --kill-after 0 'puppet sleep' 'exit 3'
	err_has 'nursery: 1 failed, 1 cancelled in T'
	err_lacks killed
	# asked as an orphan, and at once again as a job that has failed for good
	try 1 nursery --retries 2 --events ev 'sleep 1000 & exit 1'
	err_lacks 'was killed'
	run ! grep -e '"killed",' -e '"killed":true' ev
}

@test "a job that succeeded at a later attempt is told by name" {
	try 0 nursery --retries 3 'test $NURSERY_ATTEMPT = 3' true
	err 'nursery: job 1 succeeded at the third attempt: test $NURSERY_ATTEMPT = 3'
	try 1 nursery -K --retries 11 'test $NURSERY_ATTEMPT = 12' 'exit $((NURSERY_ATTEMPT != 2))' false
	err_has 'nursery: job 1 succeeded at the 12th attempt: ' \
		'nursery: job 2 succeeded at the second attempt: ' \
		'nursery: job 3 failed: exit status 1 (attempt 12) after T: false' \
		'nursery: 1 failed, 2 succeeded in T'
	try 0 nursery --quiet --retries 1 'test $NURSERY_ATTEMPT = 2'
	err
}

@test "where standard error is no terminal every failure is said" {
	try 1 nursery -K -j4 < <(seq 1500 | sed 's/.*/exit 1 # & is a command of some length, so that the lines do not fit in memory/')
	[ "$(grep -c '^nursery: job [0-9]* failed: exit status 1 after .*: exit 1 # [0-9]* is a' <<<"$stderr")" -eq 1500 ]
	[ "$(grep -o '^nursery: job [0-9]*' <<<"$stderr" | sort -u | wc -l)" -eq 1500 ]
	err_has 'nursery: 1500 failed in T'
	[ "${#stderr_lines[@]}" -eq 1501 ]
}

@test "where the lines can be kept in no file, those that are kept are said, and how many more" {
	PREFIX=(env TMPDIR="$PWD/none")
	try 1 nursery -K -j4 < <(seq 1500 | sed 's/.*/exit 1 # & is a command of some length, so that the lines do not fit in memory/')
	[[ ${stderr_lines[-2]} == 'nursery: and '*' more failed' ]]
	err_has 'nursery: 1500 failed in T'
}

@test "on a terminal never more than 20 lines are said" {
	need script
	on_terminal() {
		script -qec "$1" /dev/null </dev/null | tr -d '\r'
	}
	run on_terminal "watched=1; '$BINARY' --progress=never -K -j1 --retries 1 'test \$NURSERY_ATTEMPT = 2' $(printf ' %.0s"exit 1"' {1..60})"
	[ "$(grep -c '^nursery: ' <<<"$output")" -eq 20 ]
	[[ $output == *'nursery: job 1 succeeded at the second attempt'* ]]
	[[ $output == *'nursery: and 43 more failed'* ]]
	[[ $output == *'nursery: 60 failed, 1 succeeded in '* ]]
}

@test "the arguments of a failed job are named, also with --argv" {
	try 1 nursery -K --argv 'test -e "$1"' ::: none "it's"
	err_has "nursery: job 1 failed: exit status 1 after T: test -e \"\$1\" with none" \
		"nursery: job 2 failed: exit status 1 after T: test -e \"\$1\" with 'it'\"'\"'s'"
	try 1 nursery --argv "exit 1 # $(printf %0300d 0)" ::: a.log
	err_has '000... with a.log'
}

@test "after SIGPIPE nothing is said" {
	run -0 --separate-stderr bash -c "'$BINARY' -K false 'exec yes' | head -n 1"
	[ -z "$stderr" ]
}

@test "a race that was won says nothing of those who lost it" {
	try 0 nursery --race -j1 false true
	err
	try 0 nursery -K --race -j1 false true
	err
	try 1 nursery --race -K -j1 false true
	err_has '1 failed, 1 succeeded in T'
}

@test "who may go on when time runs out is not said to have been stopped by it" {
	try 124 nursery --timeout "$SHORT" --shield 'sleep 1' 'exec sleep 1000'
	err_has 'job 1 was running for T'
	[[ $(grep -c 'was running for' <<<"$stderr") -eq 1 ]]
}
