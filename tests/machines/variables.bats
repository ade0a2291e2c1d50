#!/usr/bin/env bats
# Called as parallel: the variables of jobs that say where and by whom they were
# started.

load ../helper
load fakessh

setup() {
	nursery_setup
	mkdir bin
	ln -s "$BINARY" bin/parallel
	fake_ssh
}

parallel() {
	watched "${WRAPPER[@]}" "$PWD/bin/parallel" "$@"
}

WHERE='echo "$PARALLEL_SSHLOGIN|$PARALLEL_SSHHOST"; echo $PARALLEL_PID $PPID >>pids.$PARALLEL_SSHHOST'

@test "jobs there have the machine as it was named, and the pid of the controller" {
	try 0 parallel -S "./ssh -p 22 me@a,2/./ssh b,:" --nonall "$WHERE"
	out_sorted './ssh -p 22 me@a|a' './ssh b|b' ':|:'
	[ "$(cut -d' ' -f1 pids.* | sort -u | wc -l)" = 1 ]
	[ "$(cut -d' ' -f2 pids.* | sort -u | wc -l)" = 3 ]
	try 0 parallel -S './ssh a' -j2 -k 'echo $PARALLEL_SEQ $PARALLEL_JOBSLOT' ::: x
	out '1 1 x'
}

@test "jobs here have a colon in its place" {
	try 0 parallel "$WHERE; : {}" ::: x
	out ':|:'
	PARALLEL_SSHHOST=outer try 0 nursery 'echo $PARALLEL_SSHHOST'
	out outer
}

@test "what env_parallel passes on, --nice and --plus reach jobs there" {
	PARALLEL_ENV='f() { echo "<$1>"; }' try 0 parallel -S './ssh a' -k --nice 7 --plus \
		'f {}; echo {host}{slot}{sshlogin}; nice' '#' ::: 'x y'
	out '<x y>' 'a1./ssh a' 7
	try 255 parallel -S './ssh a' --wd {} pwd ::: x
	err_has '--workdir: one for each job is for this machine only'
}
