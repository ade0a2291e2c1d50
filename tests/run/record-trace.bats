#!/usr/bin/env bats
# --trace: the run as trace events of Chrome.

load ../helper

setup() {
	nursery_setup
	need jq
}

# has FILTER: it is true of the array of all events
has() {
	jq -e "$1" t.json >/dev/null || fail "not so: $1" "$(cat t.json)"
}

# What the format wants; see "Trace Event Format".
well_formed() {
	has 'type == "array" and all(.[]; type == "object")'
	has 'all(.[]; .ph | IN("X", "i", "C", "M"))'
	has 'all(.[]; has("name") and (.pid | type == "number") and (.tid | type == "number"))'
	has 'all(.[]; .ts | type == "number" and . >= 0)'
	has 'all(.[] | select(.ph == "X"); (.dur | type == "number") and .dur >= 0 and has("cat"))'
	has 'all(.[] | select(.ph == "i"); .s | IN("t", "p", "g"))'
	has 'all(.[] | select(.ph == "C"); .args | length > 0 and all(.[]; type == "number"))'
	has 'all(.[] | select(.ph == "M"); .args | length == 1)'
	has 'all(.[] | select(.ph == "M"); .name | IN("process_name", "thread_name", "thread_sort_index"))'
	# each thread that has something has a name, and nothing overlaps there
	has '([.[] | select(.ph == "X") | .tid] | unique) - [.[] | select(.name == "thread_name") | .tid] == []'
	has '[.[] | select(.ph == "X")] | group_by(.tid) | all(.[]; sort_by(.ts, .dur) |
		[., .[1:]] | transpose | all(.[]; .[1] == null or .[0].ts + .[0].dur <= .[1].ts))'
}

@test "each attempt is a complete event on the thread of its slot" {
	try 4 nursery -K -j 1 --trace t.json --names one,two 'printf abc' 'printf de >&2; exit 4'
	well_formed
	has '[.[] | select(.ph == "X")] | length == 2'
	has '.[] | select(.name == "one") | .tid == 1 and .cat == "job" and
		.args.number == 1 and .args.command == "printf abc" and .args.outcome == "succeeded" and
		.args.status == 0 and .args.attempt == 1 and .args.stdout_bytes == 3 and
		.args.stderr_bytes == 0 and (.args.user_s | type == "number")'
	has '.[] | select(.name == "two") | .args.status == 4 and .args.stderr_bytes == 2'
	has 'any(.[]; .name == "thread_name" and .tid == 1 and .args.name == "slot 1")'
	has 'any(.[]; .name == "process_name")'
}

@test "a job without a name is called by its command" {
	try 0 nursery --trace t.json 'true # this'
	has 'any(.[]; .ph == "X" and .name == "true # this")'
}

@test "attempts and the waits between them are events of one thread" {
	try 0 nursery --retries 2 --retry-delay 20ms --trace t.json '[ "$NURSERY_ATTEMPT" = 3 ]'
	well_formed
	has '[.[] | select(.ph == "X" and .cat == "job") | .args.attempt] == [1, 2, 3]'
	has '[.[] | select(.cat == "wait") | .tid] == [1, 1]'
}

@test "services have threads of their own and say when they are ready; so have final commands" {
	try 0 nursery --trace t.json --service 'echo >up; exec sleep 1000' --name db --ready file:up \
		--finally true --name clean true
	well_formed
	has 'any(.[]; .name == "thread_name" and .args.name == "service db")'
	has 'any(.[]; .name == "thread_name" and .args.name == "final command clean")'
	has '(.[] | select(.name == "ready") | .tid) == (.[] | select(.name == "db") | .tid)'
	has '.[] | select(.name == "db") | .cat == "service" and .tid > 1000000'
}

@test "why no more jobs start, whom that ended, and how many ran, is there" {
	gate up
	try 3 nursery -j 2 --trace t.json 'read x <up; exit 3' 'echo >up; exec sleep 1000'
	well_formed
	has 'any(.[]; .ph == "i" and .s == "p" and (.name | startswith("closed")))'
	has 'any(.[]; .name == "asked to end: SIGTERM" and .s == "t")'
	has '[.[] | select(.ph == "C") | .args.jobs] | max == 2 and last == 0'
	has 'last | .name | startswith("all is over: 1 failed, 1 cancelled in ")'
}

@test "any bytes of a command are JSON that can be read" {
	try 0 nursery --trace t.json $': "\x01\x1b\xff" \\\\ é # </script>'
	well_formed
	has 'any(.[]; .ph == "X" and .args.command_base64 != null)'
}

@test "an event is in the file when it has happened, and what SIGKILL left can be read" {
	gate out
	start --trace t.json -j 1 true ': >out; exec sleep 1000'
	: <out
	eventually grep -q '"ph":"X"' t.json
	kill -KILL "$(worker)"
	wait "$started" || :
	started=
	[ "$(tail -c 2 t.json)" = , ]
	run ! jq . t.json
	# as viewers read it: "]" may be missing, and a comma before it is none
	{ sed '$ s/,$//' t.json && echo ']'; } >whole
	mv whole t.json
	well_formed
	has 'any(.[]; .name == "true")'
}

@test "a trace goes to a descriptor" {
	try 0 nursery --trace fd:5 true 5>t.json
	well_formed
}

@test "a full disk leaves whole events, is said, and the exit status tells" {
	try 125 nursery --trace /dev/full true
	err_has '--trace cannot be written to /dev/full: No space left on device'
	# a limit of the size of files, in blocks of 1024 bytes
	seq 100 | sed 's/^/: /' >commands
	PREFIX=(bash -c 'trap "" XFSZ; ulimit -f 4; exec "$@"' -)
	try 125 nursery --quiet --trace t.json <commands
	err_has '--trace cannot be written to t.json: File too large'
	[ "$(wc -c <t.json)" -le 4096 ]
	[ "$(tail -c 2 t.json)" = , ]
	{ sed '$ s/,$//' t.json && echo ']'; } >whole
	mv whole t.json
	well_formed
}

@test "a folder that is not there is said before anything starts" {
	try 125 nursery --trace no/t.json 'echo started'
	complains '--trace cannot be written to no/t.json: No such file or directory'
}
