#!/usr/bin/env bats
# --events: what is written of jobs and of the scope, a JSON object a line.

load ../helper

# checked FILE: every line is an object that other programs read, and the first
# and the last are what they should be
checked() {
	python3 - "$1" <<'EOF' || fail "$1 is not as it should be"
import json, sys
lines = open(sys.argv[1], "rb").read().decode("utf-8").split("\n")
assert lines.pop() == "", "the last line has no end"
events = [json.loads(line) for line in lines]
for event in events:
    assert list(event)[:2] == ["event", "time"], event
    assert 1e9 < event["time"] < 1e11, event
assert events[0]["event"] == "opened" and events[0]["version"] == 1
assert events[-1]["event"] == "finished", events[-1]
assert [e["event"] for e in events].count("closed") == 1
EOF
	jq -e . "$1" >/dev/null
}

# events STATUS ARG...: runs it, and checks what was written
events() {
	local expected=$1
	shift
	try "$expected" nursery --quiet --events ev "$@"
	checked ev
}

# members FILTER LINE...: what jq -c FILTER says of the events is these lines
members() {
	local filter=$1 got
	shift
	got=$(jq -c "$filter" ev)
	text_is "$filter (it is: $got)" "$got" "$@"
}

# names LINE...: these events came, in this order, each with its job
names() {
	local got
	got=$(jq -r '[.event, (.number // .name // empty)] | join(" ")' ev)
	text_is "events (they are: $got)" "$got" "$@"
}

@test "jobs that succeed are told in the order of what happens" {
	events 0 -j1 true 'exit 0'
	names opened 'queued 1' 'started 1' 'ended 1' 'queued 2' 'started 2' 'ended 2' \
		closed finished
	members 'select(.event == "closed") | [.cause, .reason, .signal]' \
		'["done","all jobs are over",null]'
	members 'select(.event == "finished") | [.status, .signal, .reason, .succeeded, .failed]' \
		'[0,null,null,2,0]'
}

@test "the first line says who writes, and where" {
	start --events ev -j2 'puppet sleep' true
	eventually grep -q '"number":2.*"outcome"' ev
	members 'select(.event == "opened") | del(.time)' \
		"{\"event\":\"opened\",\"version\":1,\"nursery\":\"$("$BINARY" --version | cut -d' ' -f2)\",\"machine\":\"$(uname -n)\",\"pid\":$(front),\"jobs\":2,\"commands\":2}"
	tell TERM
	finish 143
	ended signal 15
	checked ev
}

@test "an end has what the job was, how it ended and what it used" {
	events 3 'echo out; echo error >&2; exit 3'
	members 'select(.event == "ended") | del(.time, .id, .started, .duration, .user_cpu, .system_cpu, .max_memory)' \
		"{\"event\":\"ended\",\"number\":1,\"name\":null,\"kind\":\"job\",\"command\":\"echo out; echo error >&2; exit 3\",\"machine\":\"$(uname -n)\",\"slot\":1,\"attempt\":1,\"outcome\":\"exited\",\"reason\":\"exit status 3\",\"status\":3,\"signal\":null,\"killed\":false,\"stdout_bytes\":4,\"stderr_bytes\":6}"
	members 'select(.event == "ended") | .duration < 30 and .started <= .time and .user_cpu + .system_cpu >= 0' true
	members '[.id // empty] | unique' '[]' '[2]' '[2]' '[2]' '[]' '[]'
}

@test "what a job used is told: CPU time and memory" {
	events 0 'python3 -c "b = bytearray(64 << 20)
while __import__(\"time\").process_time() < .1: pass"'
	members 'select(.event == "ended") | .user_cpu + .system_cpu >= .1 and .max_memory > 67108864' true
}

@test "each way to end has its word and its status" {
	touch plain
	events 137 -K -j1 --job-timeout $SHORT --kill-after 10ms 'kill -9 $$' ./none ./plain \
		'exec puppet ignore TERM sleep' 'exit 7' true
	members 'select(.event == "ended") | [.number, .outcome, .status, .signal, .killed]' \
		'[1,"killed",137,9,false]' '[2,"not_found",127,null,false]' \
		'[3,"not_executable",126,null,false]' '[4,"job_timeout",124,null,true]' \
		'[5,"exited",7,null,false]' '[6,"succeeded",0,null,false]'
	members 'select(.event == "ended") | .started > 1e9' true true true true true true
}

@test "who is cancelled, asked and killed is told, and why all ended" {
	gate up
	events 3 --kill-after 10ms 'puppet read-line up exit 3' 'puppet ignore TERM say up sleep'
	[ "$(jq -r 'select(.number != 1) | .event' ev | tr '\n' ' ')" = \
		'opened queued started closed stop_asked killed ended finished ' ]
	members 'select(.event == "closed") | [.cause, .reason]' '["halt","1 job failed"]'
	members 'select(.event == "stop_asked") | .signal' 15
	members 'select(.event == "killed") | [.signal, .after > 0]' '[15,true]'
	members 'select(.number == 2 and .event == "ended") | [.outcome, .status, .killed]' \
		'["cancelled",null,true]'
	members 'select(.event == "finished") | [.status, .failed, .cancelled, .killed]' '[3,1,1,1]'
}

@test "each cause that closes the scope is told" {
	events 124 --timeout $SHORT 'exec sleep 1000'
	members 'select(.event == "closed") | [.cause, .reason]' \
		"[\"timeout\",\"timed out after $SHORT\"]"
	members 'select(.event == "finished") | .reason' "\"timed out after $SHORT\""
	events 0 --move-on-after $SHORT 'exec sleep 1000'
	members 'select(.event == "closed") | .cause' '"moved_on"'
	events 0 --race true 'exec sleep 1000'
	members 'select(.event == "closed") | [.cause, .reason]' '["won","1 job succeeded"]'
	events 2 --halt now,done=2 -j1 'exit 2' true true
	members 'select(.event == "closed") | [.cause, .reason]' '["halt","2 jobs ended"]'
	events 1 --service 'exit 1' --ready exec:false true
	members 'select(.event == "closed") | [.cause, .reason]' '["halt","a service failed"]'
	try 125 nursery --quiet --events ev < <(printf 'true\n\0\n')
	checked ev
	members 'select(.event == "closed") | .cause' '"input"'
}

@test "a signal from outside is told, and is what finishes it" {
	gate up
	start --events ev 'puppet say up sleep'
	await up
	tell TERM
	finish 143
	ended signal 15
	checked ev
	members 'select(.event == "closed") | [.cause, .signal]' '["signal",15]'
	members 'select(.event == "finished") | [.status, .signal]' '[null,15]'
}

@test "attempts that failed are told with what they used, and when the next comes" {
	events 2 --retries 1 --retry-delay 1ms 'echo xy; exit 2'
	members 'select(.number == 1) | .event' '"queued"' '"started"' '"attempt_failed"' \
		'"started"' '"ended"'
	members 'select(.event == "attempt_failed") | [.attempt, .status, .stdout_bytes, .next_in >= 0]' \
		'[1,2,3,true]'
	members 'select(.event == "ended") | [.attempt, .status]' '[2,2]'
}

@test "services are told by name: ready, or why not" {
	events 0 --service 'exec puppet sleep' --name db --ready exec:true true
	names opened 'queued db' 'started db' 'ready db' 'queued 1' 'started 1' 'ended 1' \
		closed 'stop_asked db' 'ended db' finished
	members 'select(.name == "db") | .kind' '"service"' '"service"' '"service"' '"service"' '"service"'
	events 124 --service 'exec puppet sleep' --name db --ready file:nothing --ready-timeout 10ms true
	members 'select(.event == "not_ready") | .reason' \
		'"is not ready: nothing: No such file or directory"'
	members 'select(.event == "ended") | .outcome' '"not_ready"'
	members 'select(.event == "not_started") | [.number, .command]' '[1,"true"]'
}

@test "orphans and adopted processes are told" {
	local pid
	puppet sleep 3>&- &
	pid=$!
	events 0 --adopt $pid --name old --race 'puppet double-fork { sleep }'
	members 'select(.event == "adopted") | [.name, .kind, .pid]' \
		"[\"old\",\"adopted process\",$pid]"
	members 'select(.event == "orphans_left") | [.number, .count, .more]' '[1,1,false]'
	members 'select(.event == "ended" and .name == "old") | [.outcome, .attempt]' '["cancelled",null]'
}

@test "every command that never started is told, with the number that it would have" {
	events 1 -j1 false b c
	members 'select(.event == "not_started") | [.number, .command]' '[2,"b"]' '[3,"c"]'
	members 'select(.event == "finished") | [.not_started, .more_not_started]' '[2,false]'
	events 1 -j1 'exit {}' ::: 1 2 3
	members 'select(.event == "not_started") | [.number, .command]' '[2,"exit 2"]' '[3,"exit 3"]'
	printf 'false\nb\n# none\n\nc\n' >commands
	try 1 nursery --quiet --events ev -j1 <commands
	members 'select(.event == "not_started") | [.number, .command]' '[2,"b"]' '[3,"c"]'
	events 1 --names x,y,z -j1 false b c
	members 'select(.event == "not_started") | .name' '"y"' '"z"'
}

@test "services, shielded and final commands that never started are told, too" {
	gate up
	start --events ev --service 'puppet ignore TERM say up sleep' --ready file:none --name a \
		--service b --name b --shield s --name s --finally f --name f true
	await up
	tell TERM
	eventually grep -q '"closed"' ev
	tell TERM
	finish 143
	checked ev
	[ "$(jq -r 'select(.event == "not_started") | .name // .number' ev | sort | tr '\n' ' ')" = '1 b f s ' ] ||
		fail "$(cat ev)"
}

@test "spawned commands that never started are told, without a number" {
	gate up
	start --events ev -j1 'nursery --spawn x y; nursery --spawn z; puppet say up sleep'
	await up
	tell TERM
	finish 143
	checked ev
	[ "$(jq -r 'select(.event == "not_started") | .command' ev | sort | tr '\n' ' ')" = 'x y z ' ]
	members 'select(.event == "not_started" and .command != "x") | .number' null null
	members 'select(.event == "finished") | .not_started' 3
}

@test "a command that is no UTF-8 is read by others, and comes back as it was" {
	local command=$': \'\377\n"\\\033[1m \303\251\''
	events 0 "$command"
	members 'select(.event == "queued") | .command' $'": \'\xef\xbf\xbd\\n\\"\\\\\\u001b[1m \xc3\xa9\'"'
	jq -r 'select(.event == "ended") | .command_base64' ev | base64 -d >got
	printf %s "$command" | cmp - got
	events 0 true
	members 'select(.event == "queued") | has("command_base64")' false
}

@test "every line but the last is whole after SIGKILL of the worker or the front" {
	local who pid
	for who in worker front; do
		gate up
		seq -f 'echo %.0f >up' 100000 >commands
		start --quiet --events ev -j4 <commands
		await up 50
		pid=$($who)
		kill -KILL "$pid"
		wait "$started" || :
		started=
		python3 - ev <<'EOF'
import json, sys
lines = open(sys.argv[1], "rb").read().split(b"\n")
assert len(lines) > 100
for line in lines[:-1]:
    assert json.loads(line)["event"], line
EOF
		start_over
	done
}

@test "who reads the events of a descriptor sees them as they come, and their end" {
	local fd line
	gate go ev
	exec {fd}<>ev
	start --events fd:5 'puppet read-line go' 5>ev {fd}>&-
	while read -r -t "$LIMIT" -u "$fd" line && [[ $line != *'"started"'* ]]; do :; done
	jq -e '.number == 1' <<<"$line"
	echo >go
	while read -r -t "$LIMIT" -u "$fd" line && [[ $line != *'"finished"'* ]]; do :; done
	jq -e '.status == 0' <<<"$line"
	finish 0
	exec {fd}>&-
}

@test "jobs do not get the descriptor" {
	try 0 nursery --events fd:5 'puppet print-fds' 5>ev 6>other
	[[ " $output " != *' 5 '* ]] || fail 'descriptor 5 is there'
	[[ " $output " == *' 6 '* ]] || fail 'descriptor 6 is not passed on'
	checked ev
}
