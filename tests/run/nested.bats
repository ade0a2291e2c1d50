#!/usr/bin/env bats
# A nursery inside a job of another one.

load ../helper

@test "an inner nursery's output and status are its job's" {
	try 0 nursery -j1 "nursery -j1 'echo a' 'echo b'" 'echo c'
	out a b c
	err
	try 5 nursery -j1 "nursery 'exit 5'"
	out
	err_has "nursery: job 1 failed: exit status 5 after T: nursery 'exit 5'" \
		'nursery: job 1 failed: exit status 5 after T: exit 5'
}

@test "cancelling the outer cancels the inner and all that is in it" {
	gate up
	try 3 nursery "nursery 'puppet double-fork { say up sleep } say up sleep' 'puppet sleep'" \
		'{ read x; read x; } <>up; exit 3'
	out
	err_has '1 failed, 1 cancelled in T' 'stopped by signal 15 (SIGTERM)'
}

@test "a timeout of the outer ends the inner" {
	try 124 nursery --timeout 500ms "nursery 'puppet sleep'"
	out
	err_has 'timed out after 500ms'
}

@test "a timeout of the inner is a failure of its job" {
	try 124 nursery "nursery --timeout 100ms 'puppet sleep'" 'puppet sleep'
	out
	err_has 'timed out after 100ms' \
		"job 1 failed: exit status 124 after T: nursery --timeout 100ms 'puppet sleep'"
}

@test "the inner's grace is 80 % of the outer's" {
	try 0 nursery --kill-after 10s 'puppet print-env NURSERY_GRACE_MS'
	out NURSERY_GRACE_MS=8000
	try 0 nursery 'puppet print-env NURSERY_GRACE_MS'
	out NURSERY_GRACE_MS=4000
	try 0 nursery --kill-after 10s "nursery 'puppet print-env NURSERY_GRACE_MS'"
	out NURSERY_GRACE_MS=6400
}

@test "the inner ends what ignores TERM within the outer's grace" {
	gate up go
	start --kill-after 4s "nursery 'puppet ignore TERM say up sleep'" \
		'puppet wait-fifo go exit 3'
	await up
	open_gate go
	finish 3
	# The inner one says how it ended: so the outer one did not kill it.
	err_has 'stopped by signal 15 (SIGTERM)' '1 failed, 1 cancelled in T'
}

@test "an inner nursery that ran past its limit and is cancelled later has its grace" {
	gate told cancelled more
	# The third job begins when the first two are over their limit; before it
	# reaches its own, --timeout cancels everything.
	start -K -j2 --job-timeout 1500ms --timeout 2900ms --kill-after 1000s \
		"nursery 'puppet catch-say TERM told wait-fifo more write-text polite-end'" \
		'puppet sleep' 'puppet catch-say TERM cancelled wait-fifo more'
	await told
	await cancelled
	open_gate more
	finish 124
	out polite-end
}

@test "an inner nursery that was killed leaves nothing" {
	gate up
	try 137 nursery "nursery 'puppet double-fork { say up sleep }; echo \$NURSERY_PID >up; exec sleep 1000'" \
		'{ read x; read y; } <>up; case $x in [0-9]*) kill -9 $x;; *) kill -9 $y;; esac; exec sleep 1000'
	out
	err_has 'job 1 failed: '
}

@test "three levels deep, nothing is left" {
	gate up
	try 6 nursery "nursery 'nursery \"puppet double-fork { sleep } say up sleep\"'" \
		'read x <up; exit 6'
	out
	err_has '1 failed, 1 cancelled in T'
}

@test "the inner's daemons are the inner's to name" {
	try 0 nursery "nursery 'sleep 1000 & echo a'"
	out a
	err_matches 'nursery: job 1 left 1 process behind: (sleep|sh)\[[0-9]+\]; it is ended now'
}

@test "a signal to the outer ends both, and the inner's jobs get it" {
	gate up
	start "nursery 'puppet catch-exit INT got-INT 0 say up sleep'"
	await up
	tell INT
	finish 130
	ended signal 2
	out got-INT
}

# The inner one's final command takes longer than the time after which the outer one
# sends its next signal.
@test "one signal to the outer leaves the inner its --finally" {
	gate up
	start "nursery --finally 'sleep 1.3; puppet write-text end' 'puppet say up sleep'"
	await up
	tell INT
	finish 130
	out end
}

@test "the inner's jobs see the inner's numbers" {
	try 0 nursery -j1 true "nursery -j1 true true 'puppet print-env NURSERY_SEQ'"
	out NURSERY_SEQ=3
	try 0 nursery 'nursery "test $NURSERY_PID != \$NURSERY_PID && echo differs"'
	out differs
}

@test "jobs of an inner nursery that ignore TSTP are stopped and continued with the outer" {
	not_under valgrind # it has no pidfd_open(2)
	local inner job
	gate up go1 go2
	# The second inner nursery was born with SIGCONT ignored, and needs it.
	set -- "nursery 'nursery <job'" 'puppet ignore CONT exec nursery <job'
	for inner; do
		echo "puppet ignore TSTP say-pid up wait-fifo go$# write-text end" >job
		start "$inner"
		await up
		job=$said
		for _ in 1 2 3; do
			tell TSTP
			eventually in_state T "$(front)"
			eventually in_state T "$job"
			tell CONT
			eventually in_state SR "$job"
		done
		open_gate "go$#"
		shift
		finish 0
		out end
	done
}

@test "an inner nursery that --orphans=leave leaves alone keeps its folder" {
	gate up go
	LEAK_GRACE=$LIMIT
	start --orphans=leave \
		"nursery 'puppet say up wait-fifo go; nursery --spawn --wait \"echo spawned >said\"' & read x <up"
	eventually grep -q . "$BATS_TEST_TMPDIR/ended"
	open_gate go
	finish 0
	[ "$(cat said)" = spawned ]
	[ -z "$(ls -A "$XDG_RUNTIME_DIR")" ]
}

@test "a nested nursery that is killed leaves no folder behind" {
	gate up told
	mkdir run
	chmod 700 run
	XDG_RUNTIME_DIR=$PWD/run start --kill-after 100 \
		"$BINARY 'puppet ignore TERM catch-say INT told say up sleep'"
	await up
	[ "$(find run -type s | wc -l)" -eq 2 ]
	tell INT
	await told
	tell INT
	finish 130
	[ -z "$(ls run)" ]
}

@test "a nested nursery shares its grace among its services" {
	try 0 nursery --kill-after 10 \
		"$BINARY --service 'puppet sleep' 'puppet print-env NURSERY_GRACE_MS'"
	out NURSERY_GRACE_MS=3200
}

@test "a folder that is no nursery's is neither used nor removed, whatever NURSERY_SOCKET says" {
	mkdir plain
	mkdir -m 755 nursery.abcdef
	mkdir -m 700 nursery.ghijkl
	local folder
	for folder in plain nursery.abcdef nursery.ghijkl; do
		try 0 env NURSERY_SOCKET="$PWD/$folder/socket" "$HELPERS/programs/leakcheck" -- \
			"$BINARY" 'puppet print-env NURSERY_SOCKET'
		[[ $output != *"$folder"* ]] || fail "it works in $folder"
		[ -d "$folder" ] || fail "$folder is gone"
	done
}
