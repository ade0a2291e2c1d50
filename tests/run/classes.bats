#!/usr/bin/env bats
# --limit: how many jobs of a class run in all nurseries of a user.
#
# shellcheck disable=SC2016

load ../helper

setup() {
	nursery_setup
	CLASS=bats-class-$$-$BATS_TEST_NUMBER
}

no_lock() {
	[ ! -e "/tmp/nursery-$UID/lock-$CLASS" ]
}

@test "--limit holds for all nurseries together, and a job that waits says who has it" {
	gate said go
	start --limit "$CLASS=2" 'echo a >said; cat go' 'echo b >said; cat go'
	await said 2
	try 124 nursery --limit "$CLASS=2" --timeout 300ms 'echo c'
	out
	err_has '1 not started'
	try 0 nursery --limit "$CLASS=3" --limit "$CLASS-other=1" -j 3 'echo '{d,e,f}
	out d e f
	# It asks for the state as soon as it has begun to wait: then it is known for what.
	rm "$BATS_TEST_TMPDIR/pids"
	nursery --limit "$CLASS=2" 'echo c' >o 2>e &
	local waiting=$!
	worker >/dev/null # before it has one, the signal may kill it
	wait_is_said() {
		kill -USR1 "$(front)" && grep -q 'waiting for one of' e
	}
	eventually wait_is_said
	grep -q "waiting for one of --limit $CLASS=2: held by nursery [0-9]* (echo a >said; cat go), nursery [0-9]* (echo a" e
	exec {GATE_FD[said]}>&-
	: >go
	wait "$waiting"
	[ "$(<o)" = c ]
	rm -f "$BATS_TEST_TMPDIR/pids"
	finish 0
	eventually no_lock
}

@test "--limit holds where nothing can be written to its file, as on a full disk" {
	gate said go first
	PREFIX=(prlimit --fsize=0)
	start --limit "$CLASS=3" -j 3 'echo a >said; cat go' 'echo b >said; cat go' 'echo c >said; cat first'
	await said 3
	: >first
	# as one of the three has ended
	try 0 nursery --limit "$CLASS=3" 'echo d'
	out d
	try 124 nursery --limit "$CLASS=2" --timeout 300ms 'echo e'
	out
	: >go
	rm -f "$BATS_TEST_TMPDIR/pids"
	finish 0
	eventually no_lock
}

@test "that somebody is stopped who has the lock for himself is said" {
	local lock=/tmp/nursery-$UID/lock-$CLASS
	in_turn || return 0 # it takes 5 s
	gate held go
	mkdir -p -m 700 "/tmp/nursery-$UID"
	: >"$lock"
	: >"$lock-other"
	# while he takes one, and while he removes the file
	puppet lock "$lock" 0 say held wait-fifo go 3>&- &
	puppet lock "$lock-other" 1 say held wait-fifo go 3>&- &
	await held 2
	start --limit "$CLASS=1" 'echo a'
	"$BINARY" --limit "$CLASS-other=1" 'echo b' >o 2>e 3>&- &
	eventually err_so_far_has "a process that may be stopped has $lock for itself"
	eventually grep -q "waiting for $lock-other: another process has it for itself" e
	open_gate go
	finish 0
	out a
	wait
	[ "$(<o)" = b ]
	eventually no_lock
}

@test "a nursery that was killed holds a class until its jobs are gone, no longer" {
	gate said
	start --limit "$CLASS=1" 'echo $$ >said; exec sleep 1000'
	await said
	kill -9 "$(worker)"
	try 0 nursery --limit "$CLASS=1" "! kill -0 $said"
	finish 137
	eventually no_lock
}

@test "commands that jobs add, retries and shielded jobs are of the class, too" {
	cat >job <<-'END'
		mkdir only || exit 9
		[ "$NURSERY_ATTEMPT" = 2 ] || failed=1
		rmdir only
		exit "${failed:-0}"
	END
	try 0 nursery --limit "$CLASS=1" -j 4 --retries 1 --retry-delay 10ms --shield 'sh job' \
		'sh job' 'sh job && nursery --spawn --wait "sh job"' 'sh job'
	err_lacks failed
	eventually no_lock
}
@test "a nursery that cannot start leaves no lock of its --limit behind" {
	try 125 watched prlimit --nofile=13 "$BINARY" --limit "$CLASS=1" true
	complains 'only 13 files may be open at once'
	no_lock
}

@test "what is wrong with a --limit is said" {
	local value
	for value in gpu gpu= =2 gpu=0 gpu=x "$(printf '%90s')=1"; do
		try 125 nursery --limit "$value" true
		complains "--limit: "
	done
	try 125 nursery --limit a=1 --limit a=2 true
	complains "'a=2' is a second limit for this class"
}
