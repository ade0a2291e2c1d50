#!/usr/bin/env bats
# What a job finds when it starts.

load ../helper

@test "a job knows its nursery, number, slot and attempt" {
	try 0 nursery -j1 true 'puppet print-env NURSERY_SEQ print-env NURSERY_SLOT print-env NURSERY_ATTEMPT'
	out NURSERY_SEQ=2 NURSERY_SLOT=1 NURSERY_ATTEMPT=1
	err
	start 'echo $NURSERY_PID'
	local pid
	pid=$(front)
	finish 0
	out "$pid"
}

@test "NURSERY_HOST is this machine, in spawned jobs and services, too" {
	export NURSERY_HOST=inherited
	try 0 nursery --service 'echo "service $NURSERY_HOST"; sleep 1000' --ready log:. \
		'echo $NURSERY_HOST; NURSERY_HOST=other nursery --spawn "echo spawned \$NURSERY_HOST"'
	out "$(uname -n)" "spawned $(uname -n)"
	err_has "service $(uname -n)"
}

@test "NURSERY_DEADLINE is there under --timeout, in Unix seconds" {
	local before after
	before=$(date +%s)
	try 0 nursery --timeout 1000s 'echo $NURSERY_DEADLINE'
	after=$(date +%s)
	[[ $output =~ ^[0-9]+$ ]]
	[ "$output" -ge $((before + 999)) ] && [ "$output" -le $((after + 1001)) ]
	try 0 nursery 'puppet print-env NURSERY_DEADLINE'
	out 'NURSERY_DEADLINE is unset'
}

@test "NURSERY_DEADLINE is there under --move-on-after, too, and the earlier counts" {
	local before after
	before=$(date +%s)
	try 0 nursery --move-on-after 1000s --timeout 5000s 'echo $NURSERY_DEADLINE'
	after=$(date +%s)
	[[ $output =~ ^[0-9]+$ ]]
	[ "$output" -ge $((before + 999)) ] && [ "$output" -le $((after + 1001)) ]
}

@test "NURSERY_DEADLINE is never later than the one that nursery inherited" {
	export NURSERY_DEADLINE=1234567890
	try 0 nursery 'puppet print-env NURSERY_DEADLINE'
	out NURSERY_DEADLINE=1234567890
	try 0 nursery --timeout 1000s 'puppet print-env NURSERY_DEADLINE'
	out NURSERY_DEADLINE=1234567890
	NURSERY_DEADLINE=99999999999
	try 0 nursery --timeout 1000s 'puppet print-env NURSERY_DEADLINE'
	[[ $output =~ ^NURSERY_DEADLINE=[0-9]{10}$ ]]
}

@test "the other variables pass through, shell or no shell" {
	export SOME_VARIABLE='a  b'
	try 0 nursery 'puppet print-env SOME_VARIABLE' 'puppet print-env SOME_VARIABLE; :'
	out 'SOME_VARIABLE=a  b' 'SOME_VARIABLE=a  b'
}

@test "NURSERY_NO_POPT and such do not get lost" {
	try 0 nursery 'puppet print-env NURSERY_NO_POPT print-env PATH'
	out NURSERY_NO_POPT=1 "PATH=$PATH"
}

@test "standard input is /dev/null" {
	try 0 nursery 'puppet print-link 0 print-flags 0 cat write-text end' <<<'not for jobs'
	[ "${lines[0]}" = /dev/null ]
	[[ ${lines[1]} == read* || ${lines[1]} == both* ]]
	[ "${lines[2]}" = end ]
	err
}

@test "a job does not eat the commands that follow" {
	try 0 nursery -j1 <<-'END'
		cat
		read line; echo "got $line"
		echo c
	END
	out 'got ' c
}

@test "a job leads its own process group, in nursery's session" {
	try 0 nursery 'puppet print-pgid print-session'
	[ "${lines[0]}" = leader ]
	local session=${lines[1]}
	try 0 watched puppet print-session
	out "$session"
}

@test "a job starts in nursery's directory" {
	mkdir sub
	cd sub
	try 0 nursery 'puppet print-cwd'
	out "$BATS_TEST_TMPDIR/work/sub"
}

@test "the signal mask and dispositions are those that nursery was born with" {
	not_under asan # its runtime catches signals in the puppet, too
	try 0 nursery 'puppet print-dispositions' 'puppet print-dispositions; :'
	out '' '' '' '' '' ''
	PREFIX=(puppet ignore PIPE ignore USR2 ignore CONT ignore ABRT
		block HUP block CHLD block SYS exec)
	try 0 nursery 'puppet print-mask print-ignored print-caught'
	out 'CHLD HUP SYS' 'ABRT CONT PIPE USR2' ''
	err
}

@test "the open files limit is the one that nursery was born with" {
	not_under valgrind # it keeps descriptors for itself
	need prlimit
	PREFIX=(prlimit --nofile=123:456)
	try 0 nursery 'puppet print-files-limit' 'ulimit -Hn'
	out 123 456
}

@test "descriptors above 2 pass through, and none of ours leak" {
	not_under valgrind # it opens descriptors of its own
	local bare
	try 0 watched puppet print-fds
	bare=$output
	try 0 nursery 'puppet print-fds'
	out "$bare"
	try 0 nursery -k 'puppet print-fds' 'puppet print-fds' 'puppet print-fds; :'
	out "$bare" "$bare" "$bare"
	echo hello >file
	PREFIX=(puppet open 7 file open 9 file exec)
	try 0 watched "${PREFIX[@]}" puppet print-fds
	bare=$output
	[[ $bare == *'7 9'* ]]
	try 0 nursery 'puppet print-fds' 'cat <&7' 'puppet print-link 9'
	out "$bare" hello "$PWD/file"
}

@test "under every output mode a job has the same descriptors" {
	not_under valgrind # it opens descriptors of its own
	local mode bare
	try 0 watched puppet print-fds
	bare=$output
	for mode in --keep-order --group --line-buffer --ungroup; do
		try 0 nursery $mode 'puppet print-fds' 'puppet print-fds'
		out "$bare" "$bare"
	done
}

@test "an inherited descriptor keeps its position and flags" {
	seq 1 100000 >file
	exec 8<file
	read -r _ <&8
	try 0 nursery 'puppet print-flags 8'
	out read
	read -r line <&8
	[ "$line" = 2 ]
	exec 8<&-
}

@test "stdout and stderr of a job are open for writing and blocking" {
	try 0 nursery 'puppet print-flags 1 print-flags 2'
	[[ ${lines[0]} != *nonblock* && ${lines[0]} != read* ]]
	[[ ${lines[1]} != *nonblock* && ${lines[1]} != read* ]]
}

@test "popt aliases of the user work, and NURSERY_NO_POPT=1 turns them off" {
	echo 'nursery alias --twice -K' >"$HOME/.popt"
	unset NURSERY_NO_POPT
	try 1 nursery --twice -j1 'exit 1' 'echo b'
	out b
	export NURSERY_NO_POPT=1
	try 125 nursery --twice -j1 'exit 1' 'echo b'
	out
}
