#!/usr/bin/env bats
# What happens to jobs and to the scope, as listeners hear it.

load ../helper

# events STATUS ARG...: what listeners hear of nursery ARG...
events() {
	local expected=$1
	shift
	try "$expected" watched "$HELPERS/drivers/scope" events --quiet "$@"
}

@test "each start and end of a job is an event, and so is the end of all" {
	events 0 -j1 true 'exit 0'
	out opened 'started job 1' 'ended job 1: succeeded' \
		'started job 2' 'ended job 2: succeeded' closed finished
}

@test "a failure closes the scope, and who is cancelled was asked to end" {
	gate up
	events 3 'puppet read-line up exit 3' 'puppet say up sleep'
	out opened 'started job 1' 'started job 2' 'ended job 1: exit status 3' \
		closed 'asked job 2: signal 15' 'ended job 2: cancelled' finished
}

@test "a job that does not end in its grace is told to be killed" {
	events 124 --timeout 100ms --kill-after 10ms 'puppet ignore TERM sleep'
	out opened 'started job 1' 'interrupted job 1' closed 'asked job 1: signal 15' \
		'killed job 1: signal 15' 'ended job 1: cancelled' finished
}

@test "an attempt that failed is no end of the job" {
	events 2 --retries 1 'exit 2'
	out opened 'started job 1' 'retry job 1: exit status 2' \
		'started job 1 attempt 2' 'ended job 1 attempt 2: exit status 2' \
		closed finished
}

@test "a service is told to be ready, or why it is not" {
	events 0 --service 'puppet sleep' --ready exec:true true
	out opened 'started service puppet' 'ready service puppet' 'started job 1' \
		'ended job 1: succeeded' closed 'asked service puppet: signal 15' \
		'ended service puppet: succeeded' finished
	events 124 --service 'puppet sleep' --ready file:nothing --ready-timeout 10ms true
	out opened 'started service puppet' 'not ready service puppet' \
		'ended service puppet: not ready within 10ms' 'asked service puppet: signal 15' closed finished
}

@test "orphans that a job leaves behind are told" {
	events 0 'puppet double-fork { sleep }'
	out opened 'started job 1' 'orphans job 1' 'ended job 1: succeeded' closed finished
}
