#!/usr/bin/env bats
# --onall and --nonall: each command once on each machine.  Agents on this
# machine stand for the others.

load ../helper
load fakessh

MACHINES=(--hosts a,b --carrier 'env X={host}' --kill-after .5)

# Machine a cannot be reached.
NO_A=(--hosts a,b,c --carrier "sh -c 'test \$0 != a && shift 0 && exec \"\$@\"' {host}")

@test "each command runs once on each machine, in the order of commands, then of machines" {
	try 0 nursery "${MACHINES[@]}" --onall 'echo $NURSERY_HOST {} $NURSERY_SEQ' ::: x y z
	out 'a x 1' 'b x 1' 'a y 2' 'b y 2' 'a z 3' 'b z 3'
	plain_err
	printf '%s\n' 'echo one $NURSERY_HOST' 'echo two $NURSERY_HOST' >list
	try 0 nursery "${MACHINES[@]}" -j1 --onall <list
	out 'one a' 'one b' 'two a' 'two b'
	try 0 nursery "${MACHINES[@]}" -j1 --tagstring '{#}' --onall 'echo $NURSERY_HOST {}' ::: x y
	out $'1\ta x' $'1\tb x' $'2\ta y' $'2\tb y'
}

@test "--dry-run prints each command once for each machine" {
	try 0 nursery "${MACHINES[@]}" --dry-run --onall 'echo {}' ::: x y
	out 'echo x' 'echo x' 'echo y' 'echo y'
	try 0 nursery "${MACHINES[@]}" --dry-run 'echo {}' ::: x
	out 'echo x'
}

@test "--nonall does not read standard input" {
	try 0 nursery "${MACHINES[@]}" --nonall 'echo $NURSERY_HOST' 'echo two' <<<'echo no'
	out a b two two
	try 0 nursery "${MACHINES[@]}" --tag --names x,y --nonall 'echo $NURSERY_SEQ' 'echo two' <<<'echo no'
	[ "$(cut -f 2 <<<"$output" | tr '\n' ' ')" = '1 1 two two ' ]
}

@test "a slow machine holds back its own jobs only, and the order of the output" {
	gate slow
	start "${MACHINES[@]}" -j1 --onall \
		'echo {} $NURSERY_HOST; [ "$NURSERY_HOST"{} != a1 ] || puppet wait-fifo slow; echo {} >>done.$NURSERY_HOST' ::: {1..20}
	eventually grep -qx 20 done.b
	[ ! -e done.a ]
	open_gate slow
	finish 0
	for i in {1..20}; do
		echo "$i a"
		echo "$i b"
	done >want
	diff want - <<<"$output"
}

@test "on each machine so many jobs run at once as -j says" {
	try 0 nursery "${MACHINES[@]}" -j2 --onall \
		'echo $NURSERY_HOST.$NURSERY_SLOT >>slots; sleep .0{}' ::: {1..9}
	[ "$(sort slots | uniq -c | wc -l)" -ge 2 ]
	[ "$(wc -l <slots)" -eq 18 ]
	try 0 nursery "${MACHINES[@]}" -j1 --onall \
		'mkdir $NURSERY_HOST && echo {} && rmdir $NURSERY_HOST' ::: {1..9}
}

@test "a failure stops the others, and says on which machine it was" {
	mkfifo up
	try 4 nursery "${MACHINES[@]}" -j1 --nonall \
		'[ $NURSERY_HOST = a ] || { : <up; exit 4; }; : >up; exec sleep 1000' 'echo never'
	err 'nursery: job 1 on b failed: exit status 4 after T: [ $NURSERY_HOST = a ] || { : <up; exit 4; }; : >up; exec sleep 1000' \
		'nursery: 1 failed, 1 cancelled, 2 not started in T'
	try 5 nursery "${MACHINES[@]}" -K --names x --nonall 'exit 5'
	err_has 'job 1 (x) on a failed: exit status 5'
	err_has 'job 1 (x) on b failed: exit status 5'
	err_has '2 failed in'
}

@test "the jobs of a machine that cannot be used have failed" {
	try 255 nursery "${NO_A[@]}" -K --onall 'echo $NURSERY_HOST {}' ::: x y
	out 'b x' 'c x' 'b y' 'c y'
	err_has "machine 'a' cannot be used"
	err_has 'job 1 on a failed: its machine cannot be used after'
	err_has 'job 2 on a failed: its machine cannot be used after'
	err_has '2 failed, 4 succeeded'
	try 255 nursery "${NO_A[@]}" -K --retries 2 --retry-delay 0 --onall 'echo $NURSERY_HOST {}' ::: x y
	out 'b x' 'c x' 'b y' 'c y'
	try 255 nursery "${NO_A[@]}" --nonall 'exec sleep 1000'
	err_has 'job 1 on a failed: its machine cannot be used'
	try 255 nursery --hosts a "${NO_A[@]:2}" -K --nonall true true
	err_has '2 failed in'
	try 255 nursery --hosts a "${NO_A[@]:2}" -K --onall true
	err_has '1 failed in'
	# shielded jobs run here
	try 255 nursery --hosts a "${NO_A[@]:2}" -K --shield 'echo shield' --nonall true
	out shield
	err_has '1 failed, 1 succeeded in'
}

@test "a lost job runs again on its own machine, never on another" {
	LEAK_GRACE=8
	try 255 nursery "${MACHINES[@]}" -K --machine-timeout 1s --nonall \
		'[ $NURSERY_HOST = b ] || { kill -9 $NURSERY_PID; exec sleep 1000; }; echo $NURSERY_HOST'
	out b
	err_has 'job 1 on a failed: lost with its machine (a)'
	try 0 nursery "${MACHINES[@]}" -K --machine-timeout 1s --retries 1 --retry-delay 0 --nonall \
		'[ $NURSERY_HOST$NURSERY_ATTEMPT != a1 ] || { kill -9 $NURSERY_PID; exec sleep 1000; }; echo $NURSERY_HOST $NURSERY_ATTEMPT'
	out 'a 2' 'b 1'
}

@test "special jobs run once" {
	try 0 nursery "${MACHINES[@]}" --shield 'echo >>shielded' --finally 'echo final' \
		--nonall 'echo $NURSERY_HOST'
	out_sorted a b final
	[ "$(wc -l <shielded)" -eq 1 ]
}

@test "logs and results tell the machines apart" {
	try 0 nursery "${MACHINES[@]}" -j1 --joblog log --results out --onall 'echo {} $NURSERY_HOST' ::: x y
	[ "$(cut -f 1,2 log | sort | tr '\t\n' ' ,')" = '1 a,1 b,2 a,2 b,Seq Host,' ]
	[ "$(cat out/1/x/a/stdout out/1/y/b/stdout)" = $'x a\ny b' ]
	try 0 nursery "${MACHINES[@]}" --results out2 --nonall 'echo $NURSERY_HOST'
	[ "$(cat out2/1/b/stdout)" = b ]
	try 0 nursery "${MACHINES[@]}" --results 'out3/{}.txt' --onall 'echo {} $NURSERY_HOST' ::: x
	[ "$(cat out3/x.txt.a)" = 'x a' ]
	try 3 nursery "${MACHINES[@]}" -j1 --events events --onall '[ $NURSERY_HOST = b ] || exit 3; : {}; exec sleep 1000' ::: x y
	[ "$(grep -c '"not_started".*"machine":"[ab]"' events)" -ge 2 ]
	grep -q '"queued".*"machine":"a"' events
}

@test "--resume does not go together with --onall" {
	local option
	for option in --resume --resume-failed --retry-failed; do
		try 125 nursery "${MACHINES[@]}" --joblog log "$option" --onall 'touch started' ::: x
		complains "$option does not know which machines have run a command"
	done
	[ ! -e started ]
}

@test "the totals that --halt counts are those of all machines" {
	try 1 nursery "${MACHINES[@]}" -j1 --halt soon,fail=75% --nonall \
		'[ $NURSERY_HOST = a ]' '[ $NURSERY_HOST = b ]'
	err_has '2 failed, 2 succeeded'
	try 0 nursery "${MACHINES[@]}" --race --nonall '[ $NURSERY_HOST = b ] || exec sleep 1000'
}

@test "called as parallel, one job at a time runs on each machine" {
	ssh_here
	try 0 parallel -S './ssh a,./ssh b' -k --onall 'mkdir $NURSERY_HOST && echo {} {#} {%} $NURSERY_HOST; rmdir $NURSERY_HOST' ::: x y
	out 'x 1 1 a' 'y 2 1 a' 'x 1 1 b' 'y 2 1 b'
	try 0 parallel -S './ssh a,./ssh b' -j1 --onall 'mkdir one && echo {} $NURSERY_HOST && rmdir one' ::: x y
	out_sorted 'x a' 'x b' 'y a' 'y b'
}

@test "called as parallel, the status is the number of machines with failures" {
	ssh_here
	try 2 parallel -S './ssh a,./ssh b' --onall 'exit {}' ::: 3 4 0
	try 1 parallel -S './ssh a,./ssh b' --nonall 'test $NURSERY_HOST = a'
	try 0 parallel -S './ssh a,./ssh b' --nonall true
}
