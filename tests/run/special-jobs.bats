#!/usr/bin/env bats
# What happens to each kind of job: the table of the manual (section "Special
# jobs"), cell by cell, and what the kinds have in common.

load adoptee

# A service that leaves a mark when it is told to stop.
marking='puppet catch-mark TERM stopped 0 write-text ready sleep'

# Sends INT when the gate up hears that what runs is there, and again when the gate
# told hears that the first INT has come; nursery dies of it.
interrupt_twice() {
	await up
	tell INT
	await told
	tell INT
	finish 130
}

@test "every cell of the manual's table has its test" {
	local event kind row
	for event in 'a job fails' '--timeout' 'SIGINT' 'a second signal' \
		'it fails itself' 'last job over'; do
		row=${event//-/\\-}
		[ "$event" != 'last job over' ] || row='the last job ends'
		grep -qF "$row " "$REPO/man/nursery.1" ||
			fail "the manual's table has no row $event"
		for kind in job shield service finally adopted; do
			grep -q "^@test \"$event: $kind: " "$BATS_TEST_FILENAME" ||
				fail "no test of $event, $kind"
		done
	done
}

@test "a job fails: job: is cancelled" {
	gate up
	try 3 nursery 'puppet catch-exit TERM told 0 say up sleep' \
		'puppet read-line up exit 3'
	out told
	err_has 'nursery: 1 failed, 1 cancelled in T'
}

@test "a job fails: shield: goes on" {
	gate up told go
	start --kill-after 100 --shield 'puppet wait-fifo go write-text done' \
		'puppet catch-say TERM told say up wait-fifo go' \
		'puppet read-line up exit 3'
	await told
	open_gate go
	finish 3
	out 'done'
	err_has 'nursery: 1 failed, 1 cancelled, 1 succeeded in T'
}

@test "a job fails: service: stops last" {
	gate up told go
	start --kill-after 100 --service "$marking" --ready log:ready \
		"trap : TERM; puppet catch-say TERM told say up wait-fifo go; test ! -e stopped && echo first" \
		'puppet read-line up exit 3'
	await told
	open_gate go
	finish 3
	out first
	[ -e stopped ]
	err_has 'nursery: 1 failed, 1 cancelled in T'
}

@test "a job fails: finally: runs" {
	try 3 nursery --finally 'puppet write-text end' 'puppet exit 3'
	out end
	err_has 'nursery: 1 failed in T'
}

@test "a job fails: adopted: is cancelled" {
	gate up
	adopt catch-exit TERM told 5 say up sleep >adopted
	await up
	try 3 nursery --adopt "$adoptee" 'puppet exit 3'
	adoptee_is_gone
	[ "$(cat adopted)" = told ]
	err_has 'nursery: 1 failed, 1 cancelled in T'
}

@test "--timeout: job: is cancelled" {
	try 124 nursery --timeout 0.1 'puppet sleep'
	err_has 'nursery: 1 cancelled in T'
}

@test "--timeout: shield: goes on" {
	gate go
	start -v --timeout 0.1 --shield 'puppet wait-fifo go write-text done' \
		'puppet sleep'
	eventually err_so_far_has 'job 1 cancelled'
	open_gate go
	finish 124
	out 'done'
	err_has 'nursery: 1 cancelled, 1 succeeded in T'
}

@test "--timeout: service: stops last" {
	gate go
	start -v --timeout 2 --service "$marking" --ready log:ready \
		--shield 'puppet wait-fifo go; test ! -e stopped && echo first' \
		'puppet sleep'
	eventually err_so_far_has 'job 1 cancelled'
	open_gate go
	finish 124
	out first
	[ -e stopped ]
}

@test "--timeout: finally: runs" {
	try 124 nursery --timeout 0.1 --finally 'puppet write-text end' 'puppet sleep'
	out end
}

@test "--timeout: adopted: is cancelled" {
	adopt sleep
	try 124 nursery --timeout 0.1 --adopt "$adoptee" true
	adoptee_is_gone
	err_has 'nursery: 1 cancelled, 1 succeeded in T'
}

@test "SIGINT: job: gets it" {
	gate up
	start 'puppet catch-exit INT told 0 say up sleep'
	await up
	tell INT
	finish 130
	out told
}

@test "SIGINT: shield: gets it" {
	gate up
	start --shield 'puppet catch-exit INT told 0 say up sleep' 'puppet sleep'
	await up
	tell INT
	finish 130
	out told
	err_has 'nursery: 2 cancelled in T'
}

@test "SIGINT: service: stops last" {
	gate up told go
	start --kill-after 100 --service "$marking" --ready log:ready \
		"trap : INT; trap '' TERM; puppet catch-say INT told say up wait-fifo go; test ! -e stopped && echo first"
	await up
	tell INT
	await told
	open_gate go
	finish 130
	out first
	[ -e stopped ]
}

@test "SIGINT: finally: runs" {
	gate up
	start --finally 'puppet write-text end' 'puppet say up sleep'
	await up
	tell INT
	finish 130
	out end
}

@test "SIGINT: adopted: gets it" {
	gate up
	adopt catch-exit INT told 0 say up sleep >adopted
	await up
	start --adopt "$adoptee" 'puppet say up'
	await up
	tell INT
	finish 130
	adoptee_is_gone
	[ "$(cat adopted)" = told ]
}

@test "a second signal: job: is killed" {
	gate up told
	start --kill-after 1000 'puppet ignore TERM catch-say INT told say up sleep'
	interrupt_twice
}

@test "a second signal: shield: is killed" {
	gate up told
	start --kill-after 1000 \
		--shield 'puppet ignore TERM catch-say INT told say up sleep' true
	interrupt_twice
}

@test "a second signal: service: is killed" {
	gate up ready told
	start --kill-after 1000 --service 'puppet ignore TERM say ready sleep' \
		'puppet ignore TERM catch-say INT told say up sleep'
	await ready
	interrupt_twice
}

@test "a second signal: finally: never runs" {
	gate up told
	start --kill-after 1000 --finally 'touch ran' \
		'puppet ignore TERM catch-say INT told say up sleep'
	interrupt_twice
	[ ! -e ran ]
	err_has 'nursery: 1 cancelled (1 killed), 1 final command not started in T'
}

@test "a second signal: adopted: is killed" {
	gate up told
	adopt ignore TERM catch-say INT told say up sleep
	await up
	start --kill-after 1000 --adopt "$adoptee" 'puppet say up'
	interrupt_twice
	adoptee_is_gone
	[ "$adoptee_status" -eq 137 ]
}

@test "it fails itself: job: cancels the others" {
	try 3 nursery 'puppet sleep' 'puppet exit 3'
	err_has 'nursery: 1 failed, 1 cancelled in T'
}

@test "it fails itself: shield: cancels the others" {
	try 4 nursery --shield 'puppet exit 4' 'puppet sleep'
	err_has 'shielded job puppet failed: exit status 4 after T: puppet exit 4'
	err_has 'nursery: 1 failed, 1 cancelled in T'
}

@test "it fails itself: service: cancels the others, whatever --halt says" {
	gate up
	for halt in -K --race '--halt soon,fail=5'; do
		# shellcheck disable=SC2086
		try 5 nursery $halt --service 'puppet read-line up write-err why exit 5' \
			'puppet say up sleep'
		err_has '[puppet] why' 'nursery: 1 cancelled in T' \
			'nursery: service puppet failed: exit status 5 after T: puppet '
	done
}

@test "it fails itself: finally: counts, and the next one runs" {
	try 6 nursery --finally 'puppet exit 6' --finally 'puppet write-text end' true
	out end
	err_has 'nursery: final command puppet failed: exit status 6 after T: puppet exit 6' \
		'nursery: 1 succeeded in T'
}

@test "it fails itself: adopted: cancels the others" {
	[ "$(printf '%s\n' 6.15 "$(uname -r)" | sort -V | head -n 1)" = 6.15 ] ||
		skip 'this kernel does not tell how a process ended'
	local pid
	gate up go
	adopt say up wait-fifo go exit 7
	pid=$adoptee
	await up
	start --adopt "$adoptee" 'puppet say up sleep'
	await up
	open_gate go
	finish 7
	adoptee_is_gone
	err_has "nursery: adopted process $pid failed: exit status 7 after T: " \
		'nursery: 1 failed, 1 cancelled in T'
}

@test "last job over: job: that is the end" {
	try 0 nursery true
	err
}

@test "last job over: shield: is waited for" {
	gate up go
	start --shield 'puppet say up wait-fifo go write-text done' true
	await up
	open_gate go
	finish 0
	out 'done'
}

@test "last job over: service: is stopped" {
	try 0 nursery -v --service 'puppet catch-exit TERM bye 9 write-text up sleep' \
		--ready log:up 'puppet write-text x'
	out x
	err_has '[puppet] bye' 'nursery: service puppet succeeded after T: puppet ' \
		'nursery: 1 succeeded in T'
}

@test "last job over: finally: runs" {
	try 0 nursery --finally 'test -e job && puppet write-text end' 'touch job'
	out end
	err
}

@test "last job over: adopted: is waited for" {
	gate up go
	adopt say up wait-fifo go
	await up
	start -v --adopt "$adoptee" 'puppet say up'
	await up
	open_gate go
	finish 0
	err_has "nursery: adopted process $adoptee succeeded after T: "
}

@test "--dry-run prints no special job" {
	try 0 nursery --dry-run --service 'touch a' --shield 'touch b' --finally 'touch c' 'touch d'
	out 'touch d'
	err
	[ -z "$(ls)" ]
}

@test "Ctrl-Z stops services and adopted processes, too" {
	gate up go
	adopt say up wait-fifo go
	await up
	start --adopt "$adoptee" --service 'puppet say up sleep' 'puppet wait-fifo go'
	await up
	suspend_and_continue "$adoptee"
	open_gate go
	finish 0
}
