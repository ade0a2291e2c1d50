#!/usr/bin/env bats
# NO ORPHAN holds when any one process of nursery was killed with SIGKILL: the
# other one cleans up.

load ../helper

# How long the survivor may take; what counts is that nothing is left then.
setup() {
	nursery_setup
	LEAK_GRACE=5
}

# The job's parent is the worker, NURSERY_PID is the front.
kill_front() {
	try 137 nursery "$@" 'for i in $(seq '"$waiting"'); do read x; done <ready; kill -9 $NURSERY_PID; exec sleep 1000'
	ended signal 9
}

kill_worker() {
	try 137 nursery "$@" 'for i in $(seq '"$waiting"'); do read x; done <ready; kill -9 $PPID; exec sleep 1000'
	ended exit 137
	err 'nursery: the worker process was killed by signal 9; every job was ended'
}

animal_without() {
	"$HELPERS/programs/zoo" -c "$2" || skip "this machine forbids $2"
	gate ready
	lifeline life
	waiting=1
	"kill_$1" "zoo -l life -r ready $2"
	lifeline_cut
}

@test "the front is killed: jobs and their daemons are gone" {
	gate ready
	waiting=3
	lifeline life
	kill_front 'puppet open 9 life double-fork { say ready sleep } say ready sleep' \
		'puppet ignore TERM open 9 life say ready sleep'
	lifeline_cut
}

@test "the worker is killed: jobs and their daemons are gone, and it is said" {
	gate ready
	waiting=3
	lifeline life
	kill_worker 'puppet open 9 life double-fork { say ready sleep } say ready sleep' \
		'puppet ignore TERM open 9 life say ready sleep'
	lifeline_cut
	[[ $stderr == *nursery:* ]]
}

# A bystander's group, which a process of a job joins.
kill_beside() {
	local bystander
	gate ready
	puppet setpgrp say ready sleep 3>&- &
	bystander=$!
	await ready
	waiting=1
	"kill_$1" "puppet fork 1 { join-group $bystander say ready sleep } sleep"
	kill "$bystander" || fail 'the bystander was killed'
	wait "$bystander" || :
}

@test "the front is killed: whose group a job joined lives on" {
	kill_beside front
}

@test "the worker is killed: whose group a job joined lives on" {
	kill_beside worker
}

@test "the front is killed while jobs write" {
	gate ready
	waiting=1
	kill_front 'puppet say ready flood'
}

@test "the worker is killed while jobs write" {
	gate ready
	waiting=1
	kill_worker 'puppet say ready flood'
}

@test "the front is killed: the group that nursery was started in lives on" {
	local bystander
	gate joined ready
	PREFIX=(puppet setpgrp exec)
	start 'puppet fork 1 { join-group $NURSERY_PID say joined sleep } sleep'
	await joined
	puppet join-group "$(front)" say ready sleep 3>&- &
	bystander=$!
	await ready
	tell KILL
	finish 137
	kill "$bystander" || fail 'the bystander was killed'
	wait "$bystander" || :
}

# As timeout -s KILL and the shell's kill -9 %1 do.
@test "the whole group that nursery was started in is killed" {
	gate up
	lifeline life
	PREFIX=(puppet setpgrp exec)
	start --service 'puppet open 9 life say up sleep' \
		'puppet open 9 life double-fork { sleep } say up sleep; echo never'
	await up 2
	kill -KILL -- "-$(front)"
	finish 137
	lifeline_cut
	out
}

@test "the front is killed while nursery waits for commands" {
	gate up
	start_fed
	feed 'puppet say up sleep\n'
	await up
	tell KILL
	finish 137
}

@test "the front is killed during the grace of a cancelled job" {
	gate up told
	start --kill-after 1000s 'puppet catch-say TERM told say up sleep'
	await up
	tell TERM
	await told
	tell KILL
	finish 137
}

@test "the front is stopped and then killed" {
	gate up
	start 'puppet say up sleep'
	await up
	tell STOP
	tell KILL
	finish 137
}

@test "the front is killed while all of nursery is stopped" {
	local job
	gate up
	lifeline life
	start 'puppet open 9 life double-fork { sleep } say-pid up sleep'
	await up
	job=$said
	tell TSTP
	eventually in_state T "$job"
	eventually in_state T "$(worker)"
	eventually in_state T "$(front)"
	tell KILL
	finish 137
	lifeline_cut
}

@test "bomb: a fork bomb of 300 is gone when the front was killed" {
	animal_without front bomb
}

@test "bomb: a fork bomb of 300 is gone when the worker was killed" {
	animal_without worker bomb
}

@test "cloneparent: children made siblings by CLONE_PARENT are gone when the front was killed" {
	animal_without front cloneparent
}

@test "cloneparent: children made siblings by CLONE_PARENT are gone when the worker was killed" {
	animal_without worker cloneparent
}

@test "daemon: three double-forked daemons are gone when the front was killed" {
	animal_without front daemon
}

@test "daemon: three double-forked daemons are gone when the worker was killed" {
	animal_without worker daemon
}

@test "deep: a chain of 20, each in its own session is gone when the front was killed" {
	animal_without front deep
}

@test "deep: a chain of 20, each in its own session is gone when the worker was killed" {
	animal_without worker deep
}

@test "hop: a process that forks and exits in a loop is gone when the front was killed" {
	animal_without front hop
}

@test "hop: a process that forks and exits in a loop is gone when the worker was killed" {
	animal_without worker hop
}

@test "hoppers20: 20 hoppers are gone when the front was killed" {
	animal_without front hoppers20
}

@test "hoppers20: 20 hoppers are gone when the worker was killed" {
	animal_without worker hoppers20
}

@test "hopsid: a hopper with a new session at each hop is gone when the front was killed" {
	animal_without front hopsid
}

@test "hopsid: a hopper with a new session at each hop is gone when the worker was killed" {
	animal_without worker hopsid
}

@test "ignterm: a family that ignores every polite signal is gone when the front was killed" {
	animal_without front ignterm
}

@test "ignterm: a family that ignores every polite signal is gone when the worker was killed" {
	animal_without worker ignterm
}

@test "nosig: children without an exit signal are gone when the front was killed" {
	animal_without front nosig
}

@test "nosig: children without an exit signal are gone when the worker was killed" {
	animal_without worker nosig
}

@test "pidns: a family with its own PID namespace is gone when the front was killed" {
	animal_without front pidns
}

@test "pidns: a family with its own PID namespace is gone when the worker was killed" {
	animal_without worker pidns
}

@test "stopped: a stopped family is gone when the front was killed" {
	animal_without front stopped
}

@test "stopped: a stopped family is gone when the worker was killed" {
	animal_without worker stopped
}

@test "subreaper: a subreaper with two hoppers is gone when the front was killed" {
	animal_without front subreaper
}

@test "subreaper: a subreaper with two hoppers is gone when the worker was killed" {
	animal_without worker subreaper
}

@test "traced: a traced process is gone when the front was killed" {
	animal_without front traced
}

@test "traced: a traced process is gone when the worker was killed" {
	animal_without worker traced
}

@test "vhop: a hopper by vfork and exec is gone when the front was killed" {
	animal_without front vhop
}

@test "vhop: a hopper by vfork and exec is gone when the worker was killed" {
	animal_without worker vhop
}

@test "wide: 200 children, each in its own session are gone when the front was killed" {
	animal_without front wide
}

@test "wide: 200 children, each in its own session are gone when the worker was killed" {
	animal_without worker wide
}
