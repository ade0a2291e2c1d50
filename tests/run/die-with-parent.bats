#!/usr/bin/env bats
# --die-with-parent: nursery ends with the process that started it.

load ../helper

# leakcheck gives nursery that many seconds when its parent is gone.
setup() {
	nursery_setup
	LEAK_GRACE=10
	export BINARY
}

# The shell starts nursery and dies of a signal once the job is up.
dies_of() {
	gate up
	try "$((128 + $1))" watched bash -c '
		"$BINARY" --die-with-parent --kill-after 100ms "$1" & read x <up; kill -"$0" $$; sleep 1000
	' "$@"
}

@test "nursery ends all jobs when its parent is killed" {
	dies_of 9 'puppet double-fork { sleep } say up sleep'
	err_has 'nursery: stopped, because the process that started nursery ended'
	start_over
	dies_of 15 'puppet ignore TERM say up sleep'
}

@test "a nursery of which a process is stopped ends with its parent, too" {
	gate up
	try 137 watched bash -c '
		"$BINARY" --die-with-parent "puppet say up sleep" & read x <up
		kill -STOP $(cat /proc/$!/task/$!/children); kill -9 $$'
}

@test "a parent that lives on is no reason to end" {
	try 0 watched bash -c '"$BINARY" --die-with-parent "echo a" "sleep 0.05; echo b"; exit $?'
	out a b
}
