#!/usr/bin/env bats
# Jobs that go on when the others are cancelled: --shield.

load ../helper

@test "a shield knows no time limits of its own" {
	gate go
	start -v --job-timeout 0.1 --idle-timeout 0.1 -K \
		--shield 'puppet wait-fifo go write-text done' 'puppet sleep'
	eventually err_so_far_has 'job 1 failed'
	open_gate go
	finish 124
	out 'done'
}

@test "a shield takes a place of --jobs" {
	try 0 nursery -j1 --shield 'echo a >>order' 'echo b >>order'
	[ "$(cat order)" = $'a\nb' ]
}

@test "a shield that fails after a race is won counts" {
	gate won
	start -v --race --shield 'puppet wait-fifo won exit 5' true 'puppet sleep'
	eventually err_so_far_has 'job 2 cancelled'
	open_gate won
	finish 5
}
