#!/usr/bin/env bats
# --spawn in jobs on other machines: what they add runs on any machine.  Agents
# on this one stand for the others.  tests/run/spawn.bats has the rest.

load ../helper

MACHINES=(--hosts a,b --carrier 'env X={host}' --kill-after .5)
ONE=(--hosts a --carrier 'env X={host}' --kill-after .5)

# script NAME: an executable from standard input, in the current folder.
script() {
	{ echo '#!/bin/sh' && cat; } >"$1"
	chmod +x "$1"
}

@test "a job on another machine adds commands to the nursery, and goes on at once" {
	try 0 nursery "${ONE[@]}" -j1 -v 'nursery --spawn "echo b \$NURSERY_SEQ" "echo c"; echo "a $?"' 'echo d'
	out 'a 0' 'b 2' c d
	err_has 'job 2 succeeded' '4 succeeded in T'
	try 0 nursery "${MACHINES[@]}" -j1 'nursery --spawn "echo b" "echo c"; echo "a $?"'
	out 'a 0' b c
}

@test "they run on any machine, where the caller is, with its environment and PATH" {
	mkdir 'sub dir'
	script 'sub dir/tool' <<<'echo "tool $A"'
	gate both
	try 0 nursery "${MACHINES[@]}" -j1 'cd "sub dir" && A="x  y" PATH=.:$PATH nursery --spawn "pwd; echo \"\$A\"" tool'
	out "$PWD/sub dir" 'x  y' 'tool x  y'
	# two that wait for each other run on two machines
	try 0 nursery "${MACHINES[@]}" -j1 'A=1 nursery --spawn --wait "echo \$NURSERY_HOST\$A >both" "read x <both; echo \$NURSERY_HOST\$A \$x"'
	[[ $output = 'a1 b1' || $output = 'b1 a1' ]]
	try 0 nursery "${ONE[@]}" -j1 'env -i A=1 NURSERY_SOCKET="$NURSERY_SOCKET" '"$BINARY"' --spawn /usr/bin/env'
	[ "$(grep -c '^HOME=' <<<"$output")" -eq 0 ]
	[ "$(grep -c '^NURSERY_HOST=a' <<<"$output")" -eq 1 ]
	grep -qx NURSERY_SEQ=2 <<<"$output"
	grep -qx A=1 <<<"$output"
}

@test "a directory that is not there is the job's failure" {
	mkdir sub
	try 126 nursery "${ONE[@]}" -j1 'cd sub && nursery --spawn "echo never"; rmdir ../sub'
	err_has 'job 2 failed: cannot enter the directory it is to run in: No such file or directory'
}

@test "--wait returns 0, or the status of the first to fail" {
	try 0 nursery "${ONE[@]}" -j1 'nursery --spawn --wait "echo a" "echo b"; echo $?'
	out 0 a b
	try 3 nursery "${MACHINES[@]}" -K -j1 'nursery --spawn --wait "echo a" "exit 3"; echo $?'
	out 3 a
	try 143 nursery "${ONE[@]}" -K -j1 'nursery --spawn --wait "kill \$\$"; echo $?'
	out 143
	try 127 nursery "${ONE[@]}" -K -j1 'nursery --spawn --wait no-such-command; echo $?'
	out 127
}

@test "who waits lends its slot, however deep" {
	script deep <<-'E'
		mkdir lock || echo overlap
		rmdir lock
		[ "$1" -eq 0 ] || nursery --spawn --wait "./deep $(($1 - 1))" "./deep 0" || exit
		mkdir lock || echo overlap
		echo end
		rmdir lock
	E
	try 0 nursery "${ONE[@]}" -j1 './deep 8'
	[ "$(sort <<<"$output" | uniq -c | tr -s ' ')" = ' 17 end' ]
	sed -i /lock/d deep
	try 0 nursery "${MACHINES[@]}" -j1 './deep 8' './deep 8'
	[ "$(grep -cx end <<<"$output")" -eq 34 ]
}

@test "a slot that was lent is there again when its job has ended" {
	script first <<-'E'
		nursery --spawn --wait 'echo >begun; exec sleep 1000' &
		until [ -e begun ]; do sleep 0.02; done
		nursery --spawn 'echo >>more'
	E
	script second <<-'E'
		mkdir lock || echo overlap
		rmdir lock
	E
	# the commands of who is gone run all the same: they are ended by a timeout
	try 124 nursery "${ONE[@]}" -j1 -K --job-timeout 2 ./first ./second ./second ./second
	out
}

@test "many commands, and many jobs that spawn, lose nothing" {
	local many few
	many=$(scaled 5000) few=$(scaled 500)
	try 0 nursery "${MACHINES[@]}" "seq $many | sed 's/^/echo /' | nursery --spawn --wait; echo \$?"
	diff <(sort -n <<<"$output") <({ echo 0; seq "$many"; }) || fail 'not all numbers came'
	script walk <<-'E'
		n=$1 i=$2
		set --
		[ $((2 * i)) -gt "$n" ] || set -- "./walk $n $((2 * i))"
		[ $((2 * i + 1)) -gt "$n" ] || set -- "$@" "./walk $n $((2 * i + 1))"
		echo "$i"
		[ "$#" -eq 0 ] || exec nursery --spawn "$@"
	E
	try 0 nursery "${MACHINES[@]}" -j4 "./walk $few 1"
	diff <(sort -n <<<"$output") <(seq "$few") || fail 'not all numbers came'
	plain_err
}

@test "clients that wait are parked where descriptors are short, and lose nothing" {
	not_under valgrind # it keeps descriptors for itself
	script spawners <<-'E'
		i=0
		while [ $i -lt 20 ]; do
			i=$((i + 1))
			{ nursery --spawn --wait "echo $i" || echo "failed $?"; } &
		done
		wait
	E
	local limit
	LIMIT=120
	for limit in 40 50; do
		PREFIX=(prlimit "--nofile=$limit:$limit")
		try 0 nursery "${ONE[@]}" -j1 ./spawners
		diff <(sort -n <<<"$output") <(seq 20) || fail 'not all numbers came'
	done
}

@test "a nursery that is closing tells clients on other machines" {
	script retry <<-'E'
		while nursery --spawn : 2>err || { echo "$?"; cat err; false; }; do :; done
		nursery --spawn --wait :
		echo "$?"
	E
	try 1 nursery "${MACHINES[@]}" -j2 --halt soon,fail=1 'exit 1' ./retry
	out 125 'nursery: --spawn: the nursery is closing' 125
	gate up go go2
	start "${ONE[@]}" --halt soon,fail=1 -j2 'puppet say up wait-fifo go exit 1' \
		'nursery --spawn --wait "puppet say up wait-fifo go2" "echo never"; echo $? >up'
	await up 2
	open_gate go
	await up
	[ "$said" = 125 ]
	open_gate go2
	finish 1
	err_has 'nursery: --spawn: the nursery is closing'
}

@test "a spawned job that fails closes the nursery, but first its client hears of it" {
	try 3 nursery "${MACHINES[@]}" -j1 'nursery --spawn "exit 3"; exec sleep 1000'
	err_has 'job 2 failed: exit status 3'
	try 3 nursery "${ONE[@]}" --kill-after 5 'trap "" TERM; nursery --spawn --wait "exit 3"; echo $?'
	out 3
}

@test "the machine of a client is lost: what it has asked for runs all the same" {
	LEAK_GRACE=8
	try 255 nursery "${MACHINES[@]}" -K -j1 --machine-timeout 1s \
		'A=there nursery --spawn --wait ": >killed; kill -9 $NURSERY_PID; exec sleep 2" "until [ -e killed ]; do sleep .01; done; echo \$A >>ran" "echo \$A >>ran" "echo \$A >>ran"; exec sleep 1000'
	err_has 'job 1 failed: lost with its machine'
	[ "$(sort -u ran)" = there ]
}

@test "a spawned job runs again on another machine, as it was spawned" {
	mkdir sub
	try 0 nursery "${MACHINES[@]}" -j1 --retries 2 --retry-delay 0 \
		'cd sub; A=1 nursery --spawn --wait "echo \$A \$NURSERY_ATTEMPT; pwd; [ \$NURSERY_ATTEMPT = 3 ]"; echo $?'
	out 0 '1 3' "$PWD/sub"
}

@test "hostile messages are refused there" {
	gate socket go
	start "${ONE[@]}" 'echo $NURSERY_SOCKET >socket; read x <go'
	await socket
	export NURSERY_SOCKET=$said
	local n
	for n in 'garbage 1' 'garbage 100000' bare 'descriptors 2' short long magic flags unsealed 'sealed 7' 'file .'; do
		# shellcheck disable=SC2086 # a verb and its argument
		[ "$(spawner $n)" = malformed ] || fail "$n"
	done
	[ "$(spawner twice)" = $'accepted\naccepted\nmalformed\nhung up' ]
	unset NURSERY_SOCKET
	echo >go
	finish 0
	[ "$(grep -c spawned <<<"$output")" -eq 2 ]
	plain_err
}

@test "with --onall what is spawned runs once; --tag labels it with its machine" {
	try 0 nursery "${MACHINES[@]}" -j1 --onall 'nursery --spawn "echo x >>ran"; : {}' ::: 1
	[ "$(wc -l <ran)" -eq 2 ]
	try 0 nursery "${ONE[@]}" -j1 --tag 'nursery --spawn "echo x"'
	out $'a echo 2\tx'
}
