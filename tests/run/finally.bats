#!/usr/bin/env bats
# Commands that run at the end whatever happened: --finally.

load ../helper

@test "final commands run one by one, and time no longer counts" {
	try 0 nursery --timeout 1 --move-on-after 0.3 --finally 'puppet write-text a' \
		--finally 'test ! -e x && touch x; puppet write-text b; rm x' \
		--finally 'test ! -e x && puppet write-text c' 'puppet sleep'
	out a b c
}

@test "a signal to a running final command stops that one only" {
	gate up
	start --finally 'puppet catch-exit INT told 0 say up sleep' \
		--finally 'puppet write-text next' true
	await up
	tell INT
	finish 130
	out told next
}

# The second command takes longer than the time between the first signal of a cancel
# and the next one.
@test "what stopped one final command does not stop the next" {
	gate up
	start --finally 'puppet catch-exit INT told 0 say up sleep' \
		--finally 'sleep 1.3; puppet write-text next' true
	await up
	tell INT
	finish 130
	out told next
}

@test "the failure of a final command counts after a won race" {
	try 7 nursery --race --finally 'puppet exit 7' true false
}

@test "the jobs' failure comes before that of a final command" {
	try 3 nursery --finally 'puppet exit 7' 'puppet exit 3'
}

@test "a final command that is stopped later has a grace of its own" {
	# The sleep outlasts the grace that began with the timeout.
	try 124 nursery --timeout 0.1 --kill-after 1 --finally \
		'sleep 1.2; exec puppet catch-exit TERM polite 0 die TTIN' 'puppet sleep'
	out polite
}
