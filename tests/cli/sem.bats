#!/usr/bin/env bats
# nursery called as sem: a command that waits for its place, then runs in the
# background.  differential.bats has the answers of GNU's sem in the foreground.
#
# shellcheck disable=SC2016

load ../helper
load byname

setup() {
	nursery_setup
	by_name
	export ID=bats-sem-$$-$BATS_TEST_NUMBER
	LEAK_GRACE=5 # the last of those in the background have ended soon after
}

# No file of the lock is left.
no_lock() {
	[ ! -e "/tmp/nursery-$UID/lock-$ID" ]
}

@test "sem returns while its command runs, -j of them; --wait waits for all" {
	gate go
	cat >script <<-'END'
		sem -j2 --id "$ID" 'cat go >/dev/null; echo one'
		sem -j2 --id "$ID" 'cat go >/dev/null; echo two' </dev/null
		echo returned
		sem -j2 --id "$ID" --st -0.1 echo three
		echo "status $?"
		echo input | sem -j3 --id "$ID" 'cat; exit 7'
		echo "status $?"
		exec 8>go
		exec 8>&-
		sem --id "$ID" --wait -j9
		echo all
	END
	try 0 watched sh script
	out_sorted 'status 1' 'status 0' all input one returned two
	[ "${lines[0]}" = returned ] && [ "${lines[-1]}" = all ]
	err 'nursery: Semaphore timed out. Exiting.'
	eventually no_lock
}

@test "the place of a sem whose processes are all killed is free again" {
	gate said
	cat >script <<-'END'
		sem --id "$ID" 'echo $NURSERY_PID >said; exec sleep 1000'
		read -r front <said
		worker=$(cut -d' ' -f1 /proc/$front/task/$front/children)
		sem --id "$ID" --st 0.1 --fg echo stolen
		kill -9 "$worker"
		sem --id "$ID" --fg 'echo free; exit 3'
	END
	try 3 watched sh script
	out stolen free
	err_has 'nursery: Semaphore timed out. Stealing the semaphore.'
	eventually no_lock
}

@test "when --wait has returned, nothing is left of those that it has waited for" {
	cat >job <<-'END'
		for n in 1 2 3; do
			sem --id "$ID" "echo $n"
			sem --id "$ID" --wait
		done
	END
	try 0 watched "$BINARY" 'sh job'
	out 1 2 3
	err
	eventually no_lock
}

@test "a sem that waits for a place of its own job's nursery says so" {
	start --limit "$ID=1" 'sem --id "$ID" --fg echo never'
	eventually err_so_far_has ', in a job of which this runs'
	err_so_far_has 'nursery: waiting for a place: held by nursery '
	tell TERM
	finish 143
	out
	eventually no_lock
}

@test "sem needs not write anything: where no file may grow, it waits all the same" {
	cat >script <<-'END'
		sem --id "$ID" --fg 'sem --id "$ID" --fg --st -0.1 echo two; echo "status $?"; exit 3' 2>/dev/null
	END
	try 3 watched prlimit --fsize=0 sh script
	out 'status 1'
	eventually no_lock
}

@test "what is wrong with the options of sem is said before it waits" {
	try 255 watched sem --id "$ID" --st x true
	complains "--st: 'x' is not a time"
	try 255 watched sem --id "$(printf '%300s')" true
	complains "cannot open the semaphore"
	try 255 watched sem --id "$ID" -a /nowhere true
	complains "/nowhere: No such file or directory"
	echo input >file
	try 0 watched sem --id "$ID" --fg -a file cat ::: x
	out input
}
