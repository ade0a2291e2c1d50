#!/usr/bin/env bats
# Files that reports are written to while nursery runs: full disks, slow
# readers, readers that never come or go away, and two for one file.

load ../helper

# whole_lines FILE: each line of it is an object that Python reads
whole_lines() {
	python3 - "$1" <<'EOF' || fail "$1 has a line that is not whole"
import json, sys
data = open(sys.argv[1], "rb").read()
assert data.endswith(b"\n") or not data, data[-100:]
for line in data.splitlines():
    assert json.loads(line)["event"]
EOF
}

@test "what cannot be written is an error before anything starts" {
	mkdir sub
	try 125 nursery --events sub 'echo started'
	complains '--events cannot be written to sub: Is a directory (nothing was started)'
	try 125 nursery --events none/file 'echo started'
	complains 'No such file or directory (nothing was started)'
	local option
	for option in --joblog --events --junit --trace --timeline --summary --history; do
		try 125 nursery "$option" '' 'touch ran'
		complains "$option: '' is no file ("
		try 125 nursery "$option=" 'touch ran'
		complains "$option: '' is no file ("
	done
	[ ! -e ran ]
	try 125 nursery --events fd:77 'echo started'
	complains 'no such descriptor was given to nursery'
	try 125 nursery --events fd:3 'echo started'
	complains 'no such descriptor was given to nursery'
	try 125 nursery --events fd:x 'echo started'
	complains 'after fd: comes the number of a descriptor'
	run --separate-stderr nursery --events fd:5 'echo started' 5</dev/null
	expect_status 125
	complains 'it is not open for writing'
}

@test "a report is not written to where standard output or input is" {
	try 125 nursery --events fd:1 'echo started'
	complains 'standard output goes there, too (nothing was started)'
	try 125 nursery --events fd:2 'echo started'
	complains 'standard error goes there, too (nothing was started)'
	nursery --events o 'echo started' >o 2>e && fail 'it was written to'
	grep -q 'standard output goes there, too' e
	[ ! -s o ]
	echo 'echo started' >commands
	try 125 nursery --events commands <commands
	complains 'standard input comes from there'
	[ "$(cat commands)" = 'echo started' ]
	try 0 nursery --events /dev/null true
	try 0 nursery --events fd:5 true 5>/dev/null
}

@test "a report is not written to a file that arguments come from" {
	printf '%s\n' one two >args
	ln args link
	for option in --events --joblog --junit --trace --timeline --summary; do
		try 125 nursery -a args $option link 'echo {}'
		complains "$option cannot be written to link: arguments are read from there (nothing was started)"
		try 125 nursery $option args 'echo {}' :::: args
		[ "$(cat args)" = $'one\ntwo' ]
	done
	try 125 nursery -a args --joblog +args 'echo {}'
	ln args args.csv
	try 125 nursery -a args --results args.csv 'echo {}'
	ln -s "$BINARY" parallel
	try 255 watched "${WRAPPER[@]}" ./parallel -a args --joblog args 'echo {}'
	[ "$(cat args)" = $'one\ntwo' ]
	try 0 nursery -a args --events ev 'echo {}'
}

@test "two nurseries that write to one file do not write into each other's lines" {
	gate go
	start --events ev 'puppet wait-fifo go'
	eventually grep -q started ev
	try 0 nursery --events ev 'echo a command that is longer than the other'
	open_gate go
	finish 0
	whole_lines ev
	[ "$(tail -1 ev | jq -r .event)" = finished ]
	[ "$(jq -r .event ev | grep -c finished)" -eq 2 ]
}

@test "a disk that is full is said once, the jobs go on, and the status is 125" {
	try 125 nursery --events /dev/full 'echo one' 'echo two'
	out one two
	err_has 'nursery: --events cannot be written to /dev/full: No space left on device (the jobs go on, but the exit status will tell)'
	[ "$(grep -c 'cannot be written' <<<"$stderr")" -eq 1 ]
	try 125 nursery --quiet --events /dev/full 'exit 3'
}

@test "on a full disk the last line is whole" {
	seq -f 'echo %.0f' 300 >commands
	(trap '' XFSZ; ulimit -f 20; nursery --quiet --events ev <commands >o 2>e) && fail 'there is no limit'
	grep -q 'File too large (the jobs go on' e
	[ "$(wc -l <o)" -eq 300 ]
	whole_lines ev
	[ "$(wc -l <ev)" -gt 20 ]
}

@test "the same where SIGXFSZ was not ignored" {
	seq -f 'echo %.0f' 300 >commands
	(ulimit -f 20; nursery --quiet --events ev <commands >o 2>e) && fail 'there is no limit'
	[ "$(wc -l <o)" -eq 300 ]
	grep -q 'File too large (the jobs go on' e
	whole_lines ev
}

@test "a folder that goes away meanwhile is no error for a file of lines" {
	gate go
	mkdir sub
	start --events sub/ev 'puppet wait-fifo go'
	eventually grep -q started sub/ev
	rm -r sub
	open_gate go
	finish 0
}

@test "a symbolic link stays one, and an old file is emptied" {
	mkdir sub
	echo old >sub/file
	ln -s sub/file link
	try 0 nursery --events link true
	[ -L link ]
	whole_lines sub/file
	[ "$(head -1 sub/file | jq -r .event)" = opened ]
}

@test "a reader who goes away is said once, and the status is 125" {
	local reader
	mkfifo ev
	gate go
	head -1 ev >first 3>&- &
	reader=$!
	start --events ev 'puppet wait-fifo go' 'echo end'
	wait "$reader"
	open_gate go
	finish 125
	[ "$(jq -r .event first)" = opened ]
	[[ $output == *end* ]]
	[ "$(grep -c 'cannot be written to ev: Broken pipe' <<<"$stderr")" -eq 1 ]
}

@test "nothing starts until somebody reads the FIFO" {
	local reader
	mkfifo ev
	start --events ev 'echo started >o'
	eventually grep -q 'somebody to read --events from ev' "$BATS_TEST_TMPDIR/err"
	[ ! -e o ]
	cat ev >got 3>&- &
	reader=$!
	finish 0
	wait "$reader"
	whole_lines got
	[ "$(tail -1 got | jq -r .event)" = finished ]
	[ -e o ]
}

@test "who waits for the reader of a FIFO is ended by a signal, or by time" {
	mkfifo ev
	start --events ev 'echo started >o'
	front >/dev/null
	worker >/dev/null
	tell TERM
	finish 143
	ended signal 15
	[ ! -e o ]
	try 125 nursery --timeout $SHORT --events ev 'echo started >o'
	err_has 'nobody has opened it for reading' "timed out after"
	[ ! -e o ]
}

@test "what is waited for is told to who asks" {
	mkfifo ev
	start --events ev true
	worker >/dev/null
	eventually ask_for 'waiting for somebody to read --events from ev'
	tell TERM
	finish 143
}

# ask_for TEXT: nursery says it when it is asked for its state
ask_for() {
	tell USR1
	err_so_far_has "$1"
}

# stopped_reader: the FIFO ev has a reader who reads nothing, the test
stopped_reader() {
	mkfifo ev
	hold_gate ev
}

# read_now: from here on somebody reads the FIFO, into the file got
read_now() {
	read_gate_now ev got
}

# held_up: nursery waits for the reader, and starts nothing
held_up() {
	worker >/dev/null # it is there, and knows the signal
	eventually ask_for 'waiting for the reader of --events: '
}

@test "a reader who has stopped holds up the start of jobs, not their end" {
	stopped_reader
	seq -f 'echo %.0f >>done' 1000 >commands
	start --quiet --events ev -j2 <commands {GATE_FD[ev]}>&-
	held_up
	[ "$(wc -l <done)" -lt 700 ]
	read_now
	finish 0
	wait
	[ "$(wc -l <done)" -eq 1000 ]
	whole_lines got
	[ "$(grep -c '"event":"ended"' got)" -eq 1000 ]
	[ "$(tail -1 got | jq -r .event)" = finished ]
}

@test "jobs are cancelled at once while the reader has stopped, and what he misses is said" {
	stopped_reader
	seq -f 'echo %.0f >>done' 5000 >commands
	start --kill-after 100ms --events ev -j2 <commands {GATE_FD[ev]}>&-
	held_up
	tell TERM
	finish 143
	ended signal 15
	err_has '--events cannot be written to ev: ' ' bytes were not read'
}

@test "a time limit ends the jobs while the reader has stopped; then he is waited for" {
	stopped_reader
	seq -f 'echo %.0f >>done' 5000 >commands
	start --timeout 2s --events ev -j2 <commands {GATE_FD[ev]}>&-
	held_up
	read_now
	finish 124
	wait
	whole_lines got
	[ "$(tail -1 got | jq -r .event)" = finished ]
	[ "$(grep -c '"event":"not_started"' got)" -eq "$(tail -1 got | jq .not_started)" ]
}

@test "final commands run although the reader has stopped" {
	stopped_reader
	seq -f 'echo %.0f >>done' 5000 >commands
	start --kill-after 100ms --finally 'echo final >final' --events ev -j2 <commands {GATE_FD[ev]}>&-
	held_up
	tell TERM
	finish 143
	[ -e final ]
}

@test "memory does not grow with what is told of jobs that never start" {
	not_under asan valgrind
	stopped_reader
	PREFIX=(prlimit --as=40000000) # the events are 20 million bytes
	start --quiet --events ev -j1 'false {}' ::: $(seq 100) ::: $(seq 100) \
		::: $(seq 20) {GATE_FD[ev]}>&-
	held_up
	read_now
	finish 1
	wait
	[ "$(grep -c '"event":"not_started"' got)" -eq 199999 ]
	[ "$(wc -c <got)" -gt 20000000 ]
}

@test "a report in a pipe from process substitution is read to its end" {
	try 0 nursery --events >(cat >got) true
	eventually grep -q finished got
	whole_lines got
}

@test "the descriptor of a file that others write to is not emptied" {
	echo first >file
	try 0 nursery --events fd:5 true 5>>file
	[ "$(head -1 file)" = first ]
	[ "$(tail -1 file | jq -r .event)" = finished ]
}

@test "the next job starts when a reader has taken much at once" {
	local big
	big=$(head -c 100000 /dev/zero | tr '\0' x)
	try 0 nursery -j1 --events /dev/null "true #$big" 'echo b'
	out b
	err
}
