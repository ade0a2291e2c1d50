#!/usr/bin/env bats
# ssh itself: what nursery relies on, with an sshd of our own.

load ../helper
load sshd

setup_file() {
	ssh_up
}

teardown_file() {
	ssh_down
}

setup() {
	nursery_setup
	ssh_use
	DRIVER=$HELPERS/drivers/hosts
}

# agent LIST PATH: starts PATH as the agent of the machine would be
agent() {
	local -a words
	mapfile -t words < <("$DRIVER" ssh "$1" "$2" | sed 's/^\[//; s/\]$//; s/\] \[/\n/g')
	timeout 20 "${words[@]}"
}

@test "the machines can be reached, by the wrapper and by -F" {
	local name
	for name in n1 n2 n3 n4; do
		timeout 20 ssh -o BatchMode=yes "$name" true
	done
	[ "$(timeout 20 ssh -F "$SSH_FOLDER/config" -T n1 'echo $((6 * 7))')" = 42 ]
	[ "$(timeout 20 ssh noisy echo a)" = $'Welcome\na' ]
}

@test "the command for the agent starts the path, with --agent" {
	printf '#!/bin/sh\necho "$@"\n' >agent-1.0
	chmod +x agent-1.0
	[ "$(agent n1 "$PWD/agent-1.0")" = --agent=0f ]
	[ "$(agent "$(id -un)@n2" "$PWD/agent-1.0")" = --agent=0f ]
	[ "$(agent 'ssh -v -oLogLevel=QUIET n3' "$PWD/agent-1.0")" = --agent=0f ]
	[ "$(agent noisy "$PWD/agent-1.0")" = $'Welcome\n--agent=0f' ]
}

@test "all bytes pass, in both directions" {
	printf '#!/bin/sh\nexec cat\n' >pass
	chmod +x pass
	head -c 1000000 /dev/urandom >bytes
	agent n1 "$PWD/pass" <bytes >got
	cmp bytes got
}

@test "an agent that is not there is told from one that fails" {
	run -127 agent n1 "$PWD/missing"
	printf '#!/bin/sh\nexit 7\n' >fails
	chmod +x fails
	run -7 agent n1 "$PWD/fails"
	run -255 agent nowhere:1 "$PWD/fails"
}

@test "a carrier that is a command reaches them, too" {
	local -a words
	printf '#!/bin/sh\necho "$@"\n' >agent-1.0
	chmod +x agent-1.0
	mapfile -t words < <("$DRIVER" command n4 "ssh -T {host}" "$PWD/agent-1.0" |
		sed 's/^\[//; s/\]$//; s/\] \[/\n/g')
	[ "$(timeout 20 "${words[@]}")" = --agent=0f ]
}
