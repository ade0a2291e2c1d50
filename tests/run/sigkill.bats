#!/usr/bin/env bats
# Nursery is two processes, the front and the worker.  If one is killed with SIGKILL,
# the other one still ends every job.

load zoo

# leakcheck gives the survivor that many seconds to clean up.
setup() {
	nursery_setup
	LEAK_GRACE=5
}

# Both run the jobs that are given, and one more that kills a process of nursery once
# $waiting lines have come from the gate ready.  A job's parent is the worker,
# NURSERY_PID is the front.
kill_front() {
	try 137 nursery "$@" 'for i in $(seq '"$waiting"'); do read x; done <ready; kill -9 $NURSERY_PID; exec sleep 1000'
	ended signal 9
}

kill_worker() {
	try 137 nursery "$@" 'for i in $(seq '"$waiting"'); do read x; done <ready; kill -9 $PPID; exec sleep 1000'
	ended exit 137
	err 'nursery: the worker process was killed by signal 9; every job was ended'
}

# without ANIMAL PROCESS: for each_animal; PROCESS, front or worker, is killed
without() {
	waiting=1
	"kill_$2" "zoo -l life -r ready $1"
}

@test "the front or the worker is killed: jobs and their daemons are gone" {
	local who
	waiting=3
	for who in front worker; do
		gate ready
		lifeline life
		"kill_$who" 'puppet open 9 life double-fork { say ready sleep } say ready sleep' \
			'puppet ignore TERM open 9 life say ready sleep'
		lifeline_cut
		start_over
	done
}

@test "the front or the worker is killed: whose group a job joined lives on" {
	local who bystander
	waiting=1
	for who in front worker; do
		gate ready
		puppet setpgrp say ready sleep 3>&- &
		bystander=$!
		await ready
		"kill_$who" "puppet fork 1 { join-group $bystander say ready sleep } sleep"
		kill "$bystander" || fail "the $who was killed, and with it the bystander"
		wait "$bystander" || :
		start_over
	done
}

@test "the front or the worker is killed while jobs write" {
	local who
	waiting=1
	gate ready
	for who in front worker; do
		"kill_$who" 'puppet say ready flood'
	done
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

# timeout -s KILL and the shell's kill -9 %1 kill a whole group.
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

# Both are killed at once, and the job dies with the worker that has started it.
kill_both() {
	local front worker
	front=$(front) worker=$(worker)
	kill -STOP "$front" "$worker"
	eventually in_state T "$front"
	eventually in_state T "$worker"
	# not the front first: its end continues a worker that is stopped
	kill -KILL "$worker" "$front"
	finish 137
}

# signed PID STARTED NAMESPACE [BOOT]: how the folder of such a nursery is signed
signed() {
	echo "nursery-$1-$2-$3@${4:-$(</proc/sys/kernel/random/boot_id)}"
}

namespace() {
	stat -Lc %i /proc/self/ns/pid
}

folders() {
	(cd "$XDG_RUNTIME_DIR" && echo nursery.*)
}

@test "both are killed at once: the next nursery removes their folder, and no other" {
	local dead kept=$XDG_RUNTIME_DIR/nursery.kept01
	gate up
	start 'puppet say up sleep'
	await up
	dead=$(folders)
	mkdir -m 700 "$kept" # nobody says whose it is
	"$BINARY" 'cd "$XDG_RUNTIME_DIR" && echo nursery.*' >found 3>&-
	[[ $(<found) == *"$dead"* ]] || fail 'it has removed what is in use'
	kill_both
	[ -d "$XDG_RUNTIME_DIR/$dead" ] || fail 'there is nothing to remove'
	try 0 nursery true
	out
	err
	[ "$(folders)" = nursery.kept01 ]
	ln -s "$(signed 1 99999 1)" "$kept/owner" # of another PID namespace: nobody here can know
	try 0 nursery true
	[ "$(folders)" = nursery.kept01 ]
}

@test "both are killed at once: the next nursery removes the files of --cat and --fifo, too" {
	local how
	for how in --cat --fifo; do
		gate up
		start $how 'cat {} >/dev/null & exec puppet say up sleep' < <(seq 3)
		await up
		[ -n "$(find "$TMPDIR" -mindepth 2)" ] || fail 'there is nothing to remove'
		kill_both
		rm "$BATS_TEST_TMPDIR/err"
		try 0 nursery true
		[ -z "$(ls "$TMPDIR")$(ls "$XDG_RUNTIME_DIR")" ] || fail "$how: $(ls "$TMPDIR" "$XDG_RUNTIME_DIR")"
		start_over
	done
}

@test "the worker is killed: no file of --cat is left" {
	gate up
	start --cat 'exec puppet say up sleep; : {}' < <(seq 3)
	await up
	kill -KILL "$(worker)"
	finish 137
	[ -z "$(ls "$TMPDIR")" ]
}

@test "a folder of another machine stays, one of a dead nursery of this machine goes" {
	local kept=$XDG_RUNTIME_DIR/nursery.kept01 dead other
	dead=$(bash -c 'echo $$')
	other=00000000-0000-4000-8000-000000000000
	mkdir -m 700 "$kept"
	ln -s "$(signed "$dead" 1 "$(namespace)" "$other")" "$kept/owner"
	try 0 nursery true
	[ "$(folders)" = nursery.kept01 ]
	ln -sf "nursery-$dead-1-$(namespace)" "$kept/owner" # no machine is named
	try 0 nursery true
	[ "$(folders)" = nursery.kept01 ]
	ln -sf "$(signed "$dead" 1 "$(namespace)")" "$kept/owner"
	try 0 nursery true
	[ "$(folders)" = 'nursery.*' ]
}

@test "both are killed at once: a folder with one of a nursery that lives in it stays" {
	local outer
	XDG_RUNTIME_DIR=$(mktemp -d /tmp/n.XXXXXX) # a short path: sockets have to fit
	outer=$XDG_RUNTIME_DIR/nursery.outer0
	mkdir -m 700 "$outer"
	gate up
	start "XDG_RUNTIME_DIR='$outer' NURSERY_SOCKET= exec nursery 'puppet say up sleep'"
	await up
	# as if the one that made the folder had been killed
	ln -s "$(signed "$(bash -c 'echo $$')" 1 "$(namespace)")" "$outer/owner"
	"$BINARY" true 3>&-
	compgen -G "$outer/nursery.*/socket" >found || fail 'a living one has lost its folder'
	tell TERM
	finish 143
	try 0 nursery true
	rmdir "$XDG_RUNTIME_DIR" || fail 'the folder is still there'
}

@test "no animal of the zoo survives when the front is killed" {
	each_animal without front
}

@test "no animal of the zoo survives when the worker is killed" {
	each_animal without worker
}
