#!/usr/bin/env bats
# --timings: the slowest jobs, at the end.

load ../helper

# The names of the jobs that are told, in this order.
told() {
	sed -nE 's/^nursery: +[0-9.hms]+ +[0-9.hms]+ +([-0-9.KMGT]+)  (.*)$/\2/p' <<<"$stderr"
}

@test "the slowest jobs are told, the slowest first" {
	try 0 nursery --timings 'exit 0 # {}' ::: 1 2 3 4 5
	[ "$(told | wc -l)" -eq 5 ]
	awk '$2 ~ /s$/ { print $2 }' <<<"$stderr" >times
	[ "$(wc -l <times)" -eq 5 ]
	sort -c -n -r times
	err_has 'of the slowest jobs'
}

@test "as many as are asked for, or ten" {
	try 0 nursery --timings=2 'exit 0 # {}' ::: 1 2 3 4 5
	[ "$(told | wc -l)" -eq 2 ]
	try 0 nursery --timings 'exit 0 # {}' ::: 1 2 3 4 5 6 7 8 9 10 11 12
	[ "$(told | wc -l)" -eq 10 ]
	try 0 nursery --timings=100 true true
	[ "$(told | wc -l)" -eq 2 ]
	try 0 nursery --timings=0 true true
	err
}

@test "the columns are aligned, and the numbers under their heads" {
	try 0 nursery --timings true 'sh -c "exit 0"'
	[ "$(sed -E 's/(of the|job).*//' <<<"$stderr" | awk '{ print length }' | sort -u | wc -l)" -eq 1 ]
	[[ ${stderr_lines[0]} =~ ^'nursery: '+time' '+CPU' '+memory'  of the slowest jobs'$ ]]
}

@test "they come before the failures, whose cause is the last" {
	try 3 nursery -K --timings 'exit 3' true
	[[ ${stderr_lines[0]} == *'of the slowest jobs' ]]
	[[ ${stderr_lines[-2]} == 'nursery: job 1 failed: exit status 3 after '* ]]
	[[ ${stderr_lines[-1]} == 'nursery: 1 failed, 1 succeeded in '* ]]
}

@test "every attempt is one" {
	try 0 nursery --timings --retries 2 --retry-delay 1ms '[ $NURSERY_ATTEMPT = 2 ]'
	[ "$(told | sort)" = $'job 1 (attempt 2): [ $NURSERY_ATTEMPT = 2 ]\njob 1: [ $NURSERY_ATTEMPT = 2 ]' ]
}

@test "names are told; services and final commands are not" {
	try 0 nursery --timings --service 'exec sleep 1000' --finally true --names web 'exit 0'
	[ "$(told)" = 'job 1 (web): exit 0' ]
}

@test "memory is that of a large job" {
	need python3
	try 0 nursery --timings "python3 -c 'b = bytearray(50 << 20)'"
	[[ $stderr =~ \ ([0-9.]+)M\ \ job\ 1 ]]
	[ "${BASH_REMATCH[1]%.*}" -ge 50 ]
	[ "${BASH_REMATCH[1]%.*}" -lt 200 ]
}

@test "without jobs there is nothing to tell" {
	try 0 nursery --timings </dev/null
	err
}

@test "a number that is none is refused" {
	try 125 nursery --timings=x true
	complains "--timings: 'x' is not a number of jobs (try 10)"
	try 125 nursery --timings=-1 true
	complains "--timings: '-1' is not"
	try 125 nursery --timings= true
	complains "--timings: '' is not"
}
