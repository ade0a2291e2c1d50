#!/usr/bin/env bats
# What tells the machine on which a job runs.  Agents on this machine stand for
# the others.

load ../helper
load fakessh

MACHINES=(--hosts a,b --carrier 'env X={host}' --kill-after .5)

setup() {
	nursery_setup
	mkdir bin
	ln -s "$BINARY" bin/parallel
}

parallel() {
	watched "${WRAPPER[@]}" "$PWD/bin/parallel" "$@"
}

# each line's label names the machine that the line names
labelled() {
	[ -n "$output" ]
	while read -r label line; do
		[ "$label" = "$line" ] || fail "not of this machine: $label $line"
	done <<<"$output"
}

@test "--tag begins with the machine" {
	try 0 nursery "${MACHINES[@]}" --tag --onall 'echo $NURSERY_HOST {}' ::: x y
	out $'a x\ta x' $'b x\tb x' $'a y\ta y' $'b y\tb y'
	try 0 nursery "${MACHINES[@]}" --tag --names one,two --nonall 'echo $NURSERY_HOST' 'echo $NURSERY_HOST'
	out $'a one\ta' $'b one\tb' $'a two\ta' $'b two\tb'
	try 0 nursery --hosts a --carrier 'env X={host}' --tag --shield 'echo shield' --finally 'echo end' 'echo $NURSERY_HOST'
	out_sorted $'a echo\ta' $'echo\tshield' $'echo 2\tend'
	try 0 nursery --hosts a --carrier 'env X={host}' --tag -I @ --line-buffer 'echo @' ::: x
	out $'a x\tx'
}

@test "{host} in --tagstring is the machine on which the job runs" {
	try 0 nursery "${MACHINES[@]}" -j1 --tagstring '{host}' 'echo $NURSERY_HOST; echo $NURSERY_HOST {}' ::: {1..9}
	output=$(sed 's/ [0-9]$//' <<<"$output")
	labelled
	try 0 nursery "${MACHINES[@]}" --tagstring '{host}/{#}/{host}' --onall 'echo {}' ::: x
	out $'a/1/a\tx' $'b/1/b\tx'
}

@test "a job that runs again elsewhere has the label of that machine" {
	try 1 nursery "${MACHINES[@]}" -j1 --tagstring '{host}' --retries 3 --retry-delay 0 --quiet \
		'echo $NURSERY_HOST; exit 1'
	labelled
	try 1 nursery "${MACHINES[@]}" -j1 --tagstring '{host}' --retries 3 --retry-delay 0 --quiet --show-attempts \
		'echo $NURSERY_HOST; exit 1'
	output=$(grep -v attempt <<<"$output")
	[ "$(wc -l <<<"$output")" -eq 4 ]
	labelled
}

@test "called as parallel, --tag is the machine with --onall, and nothing else has changed" {
	fake_ssh
	try 0 parallel -S './ssh a,./ssh b' -k --tag --onall 'echo {}' ::: x y
	out $'a\tx' $'a\ty' $'b\tx' $'b\ty'
	try 0 parallel -S './ssh a,./ssh b' -k --tag --nonall 'echo x'
	out $'a\tx' $'b\tx'
	try 0 parallel -S './ssh a,./ssh b' -k --tagstring 'no{#}' --onall 'echo {}' ::: x y
	out x y x y
	try 0 parallel -S './ssh a,./ssh b' -k --tag 'echo {}' ::: x
	out $'x\tx'
}

@test "-v says on which machine a job has started" {
	try 3 nursery --hosts a --carrier 'env X={host}' -v 'exit 3'
	err_has 'nursery: job 1 started on a: exit 3'
	err_has 'nursery: job 1 failed: exit status 3 after'
	try 0 nursery --hosts a --carrier 'env X={host}' -v --nonall true
	err_has 'nursery: job 1 on a started: true'
	try 0 nursery -v true
	err_has 'nursery: job 1 started: true'
}

@test "the status of SIGUSR1 says where jobs run, and is of jobs only" {
	gate up
	start --hosts a --carrier 'env X={host}' 'puppet say up sleep'
	await up
	tell USR1
	eventually err_so_far_has '1 running, 0 failed, 0 succeeded'
	tell TERM
	finish 143
	err_has 'job 1 on a running for T: puppet say up sleep'
	err_lacks carrier
}

@test "reports have the machine" {
	try 3 nursery --hosts a --carrier 'env X={host}' --junit j.xml --trace t.json --timeline l.svg \
		--summary s.md 'exit 3'
	grep -q '<property name="machine" value="a"/>' j.xml
	grep -q '"machine":"a"' t.json
	grep -q 'job 1 on a' l.svg
	grep -q 'job 1 on a failed' s.md
	for format in csv tsv json; do
		try 3 nursery --hosts a --carrier 'env X={host}' --results "r.$format" 'exit 3'
	done
	grep -q '^1,a,' r.csv
	grep -q $'^1\ta\t' r.tsv
	grep -q '"Host":"a"' r.json
	try 0 nursery --junit j.xml --results r.csv true
	run ! grep '"machine"' j.xml
	grep -q '^1,:,' r.csv
}

@test "a lost machine is an error in --junit, not a failure of the test" {
	LEAK_GRACE=8
	try 255 nursery --hosts a --carrier 'env X={host}' --kill-after .5 --junit j.xml 'kill -9 $NURSERY_PID; exec sleep 1000'
	grep -q '<error message="lost with its machine (a)' j.xml
}

@test "with --onall the jobs that run at a time have slots of their own, unless {%} is used" {
	gate both
	start "${MACHINES[@]}" --events events --onall 'echo $NURSERY_SLOT >slot.$NURSERY_HOST; puppet wait-fifo both; : {}' ::: x
	eventually [ -s slot.a ]
	eventually [ -s slot.b ]
	open_gate both
	finish 0
	[ "$(cat slot.a slot.b | sort | tr '\n' ' ')" = '1 2 ' ]
	try 0 nursery "${MACHINES[@]}" -j2 --onall '[ {%} = $NURSERY_SLOT ]; : {}' ::: {1..9}
}
