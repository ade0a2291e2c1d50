#!/usr/bin/env bats
# --joblog: a line for each job that has ended, as GNU parallel writes it.
#
# shellcheck disable=SC2016 # $ is for the shell of the jobs

load ../helper

HEADER=$'Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand'

# log_is FILE LINE...: the log has its header and these lines, without times
log_is() {
	local file=$1 found
	shift
	[ "$(head -n 1 "$file")" = "$HEADER" ] || fail "no header: $(head -n 1 "$file")"
	found=$(tail -n +2 "$file" | cut -f 1,2,5- | tr '\0' '@')
	[ "$found" = "$(lines_of "$@")" ] || fail 'the log is:' "$found"
}

# As nursery, but called as parallel.
as_parallel() {
	[ -e bin/parallel ] || { mkdir -p bin && ln -s "$BINARY" bin/parallel; }
	watched "$PWD/bin/parallel" "$@" </dev/null
}

@test "a job has a line: how many bytes it wrote, its exit status, its signal" {
	try 3 nursery -j1 -K --joblog log 'printf 12345' 'exit 3' 'kill -9 $$' 'puppet die TERM'
	log_is log $'1\t:\t0\t5\t0\t0\tprintf 12345' $'2\t:\t0\t0\t3\t0\texit 3' \
		$'3\t:\t0\t0\t0\t9\tkill -9 $$' $'4\t:\t0\t0\t0\t15\tpuppet die TERM'
	# times: seconds with three decimals, the second one right-aligned
	tail -n +2 log | cut -f 3,4 >times
	run ! grep -vE $'^[0-9]{10}\\.[0-9]{3}\t +[0-9]+\\.[0-9]{3}$' times
	run ! grep -vE $'^.{14}\t.{10}$' times
}

@test "a job whose command cannot run, or whose time ran out, has a line, too" {
	try 127 nursery -j1 -K --joblog log --job-timeout "$SHORT" --kill-after 0 \
		no-such-command /etc/passwd 'exec sleep 1000' 2>/dev/null
	log_is log $'1\t:\t0\t0\t127\t0\tno-such-command' $'2\t:\t0\t0\t126\t0\t/etc/passwd' \
		$'3\t:\t0\t0\t-1\t9\texec sleep 1000'
}

@test "only the last attempt has a line" {
	try 0 nursery --joblog log --retries 3 'echo $NURSERY_ATTEMPT; [ $NURSERY_ATTEMPT = 3 ]'
	log_is log $'1\t:\t0\t2\t0\t0\techo $NURSERY_ATTEMPT; [ $NURSERY_ATTEMPT = 3 ]'
}

@test "who was cancelled or not started has no line, nor has a special job" {
	gate up
	try 1 nursery -j2 --joblog log --service 'puppet sleep' --finally true \
		'puppet read-line up exit 1' 'puppet say up sleep' 'true'
	log_is log $'1\t:\t0\t0\t1\t0\tpuppet read-line up exit 1'
}

@test "newlines of a command become NULs, tabs stay" {
	try 0 nursery --joblog log $'true\nprintf \'\t\''
	log_is log $'1\t:\t0\t1\t0\t0\ttrue@printf \'\t\''
}

@test "with --argv the log has a command that does the same" {
	try 0 nursery --joblog log --argv 'printf %s "$1"' ::: "it's"
	sh -c "$(tail -n 1 log | cut -f 9)" >found
	[ "$(<found)" = "it's" ]
}

@test "an exit status that --ok-codes has is written as success" {
	try 0 nursery --joblog log --ok-codes 3 'exit 3'
	log_is log $'1\t:\t0\t0\t0\t0\texit 3'
}

@test "the line of a job is there when the next one can begin" {
	try 0 nursery -j1 --joblog log true 'tail -n 1 log | cut -f 1,9' 'tail -n 1 log | cut -f 1'
	out $'1\ttrue' 2
}

@test "a log is emptied, or with + added to" {
	try 0 nursery --joblog log true
	try 0 nursery --joblog log 'exit 0'
	log_is log $'1\t:\t0\t0\t0\t0\texit 0'
	try 0 nursery --joblog +log :
	log_is log $'1\t:\t0\t0\t0\t0\texit 0' $'1\t:\t0\t0\t0\t0\t:'
	try 0 nursery --joblog +new :
	log_is new $'1\t:\t0\t0\t0\t0\t:'
}

@test "what a crash has left of the last line is dropped before lines are added" {
	local left
	for left in '' 'Seq' "$HEADER" "$HEADER"$'\n''1' "$HEADER"$'\n''1	:	12'; do
		printf %s "$left" >log
		try 0 nursery --joblog +log true
		log_is log $'1\t:\t0\t0\t0\t0\ttrue'
	done
	{
		printf '%s\n1\t:\t1.0\t 1.0\t0\t0\t0\t0\ttrue\n2' "$HEADER"
		head -c 10000 /dev/zero | tr '\0' x
	} >log
	try 0 nursery --joblog +log true
	log_is log $'1\t:\t0\t0\t0\t0\ttrue' $'1\t:\t0\t0\t0\t0\ttrue'
}

@test "nothing is added to a file that is no job log" {
	echo 'my notes' >notes
	try 125 nursery --joblog +notes 'touch started'
	complains "notes: it is no job log"
	[ "$(<notes)" = 'my notes' ]
	[ ! -e started ]
}

@test "a log that cannot be written is an error before anything starts" {
	mkdir folder
	local file
	for file in /dev/full no/log folder ''; do
		try 125 nursery --joblog "$file" 'touch started'
		complains "--joblog"
		[ ! -e started ]
	done
}

@test "if the disk is full later, the jobs go on, each line is whole, and the status tells" {
	not_under valgrind asan
	ulimit -f 1 # 1024 bytes, with SIGXFSZ as the writer's error
	try 125 nursery -j1 --joblog log 'trap "" XFSZ; true' "$(printf ': %01000d' 0)" 'echo ran'
	out ran
	err_has '--joblog cannot be written to log: File too large'
	[ "$(tail -c 1 log | od -An -c | tr -d ' ')" = '\n' ]
	[ "$(wc -l <log)" -eq 2 ]
}

@test "- is standard output, and fd:N a descriptor" {
	try 0 nursery --joblog - true
	[ "${lines[0]}" = "$HEADER" ]
	[[ ${lines[1]} == *$'\ttrue' ]]
	try 0 nursery --joblog fd:4 true 4>log
	log_is log $'1\t:\t0\t0\t0\t0\ttrue'
}

@test "a log may be a FIFO" {
	gate log
	cat log >copy 3>&- &
	try 0 nursery --joblog log true
	wait $!
	log_is copy $'1\t:\t0\t0\t0\t0\ttrue'
}

@test "--dry-run writes no log" {
	try 0 nursery --joblog log --dry-run true
	[ ! -e log ]
}

@test "both programs write the same log, byte for byte but for the times" {
	need perl
	local gnu
	gnu=$(type -ap parallel | while read -r p; do [ "$p" -ef "$BINARY" ] || echo "$p"; done | head -n 1)
	[ -n "$gnu" ] && "$gnu" --version 2>/dev/null | grep -q '^GNU parallel' || skip 'needs GNU parallel'
	mkdir -p "$HOME/.parallel"
	touch "$HOME/.parallel/will-cite"
	local -a cases=(
		'exit {} ::: 0 1 2 200'
		'-k echo {} ::: a b%c'
		'--retries 2 exit {} ::: 1'
		'--timeout 0.3 sleep {} ::: 9'
		'-q echo {} ::: a;b'
		'-N2 echo ::: 1 2 3'
		'--halt now,fail=1 exit ::: 3 0'
		'nosuchcommand ::: x'
	) line
	for line in "${cases[@]}"; do
		read -ra words <<<"$line"
		PARALLEL_SHELL=/bin/sh "$gnu" -j1 --joblog theirs "${words[@]}" </dev/null >/dev/null 2>&1 || :
		PARALLEL_SHELL=/bin/sh as_parallel -j1 --joblog ours "${words[@]}" >/dev/null 2>&1 || :
		sed -E 's/[0-9]+\.[0-9]{3}/T/g; s/ +T/ T/' theirs >want
		sed -E 's/[0-9]+\.[0-9]{3}/T/g; s/ +T/ T/' ours >found
		cmp want found || fail "$line:" "$(cat want)" "$(cat found)"
	done
}
