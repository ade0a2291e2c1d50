#!/usr/bin/env bats
# --resume, --resume-failed, --retry-failed: going on with the log of a run.
#
# shellcheck disable=SC2016 # $ is for the shell of the jobs

load ../helper

# log_line SEQ STATUS SIGNAL COMMAND: to the log
log_line() {
	printf '%s\t:\t1700000000.000\t     0.100\t0\t0\t%s\t%s\t%s\n' "$@" >>log
}

as_parallel() {
	[ -e "$HOME/parallel" ] || ln -s "$BINARY" "$HOME/parallel"
	watched "$HOME/parallel" "$@"
}

find_gnu() {
	local path
	mkdir -p "$HOME/.parallel"
	touch "$HOME/.parallel/will-cite"
	while read -r path; do
		[ "$path" -ef "$BINARY" ] || GNU=$path
	done < <(type -ap parallel)
	[ -n "${GNU:-}" ] && "$GNU" --version 2>/dev/null | grep -q '^GNU parallel' ||
		skip 'needs GNU parallel'
}

in_ours() {
	as_parallel -j1 --results "ours/$1" "${@:2}" </dev/null >ours.out
}

# both RESULTS ARG...: GNU parallel with results in the folder gnu, nursery by that
# name in ours: the same status, output and results
both() {
	local status=0
	"$GNU" -j1 --results "gnu/$1" "${@:2}" </dev/null >gnu.out 2>gnu.err || status=$?
	try "$status" in_ours "$@"
	diff -r gnu ours || fail "$* left other results"
	cmp gnu.out ours.out || fail "$* wrote something else"
}

@test "by the name parallel --resume skips what has results, as GNU parallel does, and numbers go on" {
	find_gnu
	mkdir gnu ours
	local results
	for results in r 'f/{}.txt' 'd/{#}/' 's/{1}{seq}'; do
		both "$results" 'echo {}; echo {} is {#} >&2; [ {} != b ]' ::: a b c
		both "$results" --resume 'echo new {} {#}' ::: a b c
		find gnu ours -depth -path '*[b2]*' -delete
		both "$results" --resume 'echo {} is new {#}' ::: a b c d/e
		both "$results" --resume 'echo {}' ::: a b c d/e
	done
	both two --resume 'echo {1} {2}' ::: a b ::: 1
	both two --resume 'echo {1} {2} {#}' ::: a b ::: 1 2 3
	mkdir -p {gnu,ours}/empty/1/a
	both empty --resume 'echo {}' ::: a
	both empty --resume 'echo {}' ::: b -- ::: a
	rm -r gnu/* ours/*
	both r --joblog /dev/null 'echo {}' ::: a b
	both r --resume 'echo {}' ::: a b c
}

@test "by the name parallel --resume looks at the log and at the results" {
	local job='echo {} {#}'
	as_parallel -j1 --results r --joblog log "$job" ::: a b
	rm -r r/1/a
	as_parallel -j1 --results r --joblog log --resume "$job" ::: a b c d
	[ "$(cut -f 1 log | paste -sd' ')" = 'Seq 1 2 3 4' ] || fail "$(cat log)"
	[ ! -e r/1/a ] || fail 'it is in the log'
	rm -r log r/1/c
	as_parallel -j1 --results r --joblog log --resume "$job" ::: a b c d
	[ "$(cat r/1/{a,c}/stdout)" = $'a 1\nc 3' ] || fail "$(head r/1/*/stdout)"
	[ "$(cut -f 1 log | paste -sd' ')" = 'Seq 1 3' ] || fail "$(cat log)"
	try 0 as_parallel --results r --resume --dry-run 'echo {} {#}' ::: a b x d y
	out 'echo x 3' 'echo y 5'
}

@test "results alone are no log for what must know more" {
	mkdir -p r/1/a
	try 255 as_parallel --results r.csv --resume 'touch ran' ::: a
	complains '--resume needs the log of the run to go on with: try --joblog FILE in both runs (nothing was started)'
	complains '(nothing was started)'
	try 255 as_parallel --results r --resume-failed 'touch ran' ::: a
	complains '--resume-failed needs the log'
	complains '(nothing was started)'
	try 255 as_parallel --results r --retry-failed
	complains '--retry-failed needs the log'
	complains '(nothing was started)'
	try 125 nursery --results r --resume 'touch ran' ::: a
	complains '--resume needs the log'
	complains '(nothing was started)'
	[ ! -e ran ]
}

@test "what a resumed run would start, or did not start, has the numbers that it gets" {
	log_line 1 0 0 'echo a 1'
	log_line 4 0 0 'echo d 4'
	try 0 nursery --joblog log --resume --dry-run 'echo {} {#}' ::: a b c d e f
	out 'echo b 2' 'echo c 3' 'echo e 5' 'echo f 6'
	sed -i 's/$/; false/' log
	try 1 nursery -j1 --joblog log --resume --events ev 'echo {} {#}; false' ::: a b c d e f
	[ "$(jq -r 'select(.event == "not_started") | .number' ev | paste -sd' ')" = '3 5 6' ] || fail "$(cat ev)"
}

@test "--resume skips what the log has, whether or not that failed" {
	log_line 1 0 0 'echo a'
	log_line 3 1 0 'echo c'
	try 0 nursery -j1 --joblog log --resume 'echo {}' ::: a b c d
	out b d
	[ "$(cut -f 1 log | paste -sd' ')" = '1 3 2 4' ]
	try 0 nursery --joblog log --resume 'echo {}' ::: a b c d
	out
}

@test "--resume-failed skips what has succeeded" {
	log_line 1 0 0 'echo a'
	log_line 2 1 0 'echo b'
	log_line 3 0 9 'echo c'
	log_line 4 -1 15 'echo d'
	log_line 5 1 0 'echo e'
	log_line 5 0 0 'echo e'
	try 0 nursery --joblog log --resume-failed 'echo {}' ::: a b c d e f
	out b c d f
	try 0 nursery --joblog log --resume-failed 'echo {}' ::: a b c d e f
	out
}

@test "--retry-failed takes the commands that have failed from the log" {
	log_line 7 1 0 $'printf %s $NURSERY_SEQ\x01'
	log_line 2 0 0 'echo no'
	tr '\1' '\0' <log >log.2 # a newline in the command
	mv log.2 log
	log_line 3 0 15 'echo yes'
	log_line 4 1 0 'echo no'
	log_line 4 0 0 'echo no'
	try 0 nursery --joblog log --retry-failed
	out yes 7
	[ "$(tail -n 2 log | cut -f 1 | sort | paste -sd' ')" = '3 7' ]
	try 0 nursery --joblog log --retry-failed
	out
}

@test "--retry-failed runs again what --argv has run" {
	try 1 nursery --joblog log --argv 'echo "$1"; [ -e ok ]' ::: "it's  \$HOME" 
	: >ok
	try 0 nursery --joblog log --retry-failed
	out "it's  \$HOME"
}

@test "commands from standard input, with --argv and with special bytes are known again" {
	printf 'echo "a  b"\n\n# no\necho \xff\ttab\nexit 0\n' >list
	try 0 nursery --joblog log <list
	try 0 nursery --joblog log --resume <list
	out
	try 0 nursery --joblog log2 --argv 'echo "$1"' ::: 'a b' "c'd"
	try 0 nursery --joblog log2 --resume --argv 'echo "$1"' ::: 'a b' "c'd" e
	out e
	try 0 nursery --joblog log3 $'echo a\necho b'
	try 0 nursery --joblog log3 --resume $'echo a\necho b'
	out
}

@test "a job keeps its number and its name" {
	log_line 1 0 0 'echo $NURSERY_SEQ $NURSERY_NAME'
	try 0 nursery --joblog log --resume --names a,b,c 'echo $NURSERY_SEQ $NURSERY_NAME' \
		'echo $NURSERY_SEQ $NURSERY_NAME' 'echo $NURSERY_SEQ $NURSERY_NAME'
	out '2 b' '3 c'
	rm log
	log_line 2 0 0 'echo 2 b'
	try 0 nursery --tag --joblog log --resume 'echo {#} {}' ::: a b c d
	out $'a\t1 a' $'c\t3 c' $'d\t4 d'
}

@test "a log of other commands is noticed before anything starts" {
	log_line 1 0 0 'echo a'
	log_line 3 0 0 'echo c'
	try 125 nursery --joblog log --resume --service 'touch started' 'touch started;#{}' ::: a b c
	complains "log is the log of other commands: job 1 was 'echo a' and is 'touch started;#a' now"
	complains '(nothing was started)'
	[ ! -e started ]
	rm log
	log_line 3 0 0 'echo c'
	printf 'touch started\ntouch started\necho C\n' >list
	try 125 nursery --joblog log --resume <list
	complains "job 3 was 'echo c' and is 'echo C' now"
	try 125 nursery --joblog log --resume 'touch started' 'touch started'
	complains 'it has job 3, but there are only 2 commands'
	try 125 nursery --joblog log --resume-failed --dry-run 'touch started' 'touch started'
	complains 'it has job 3, but there are only 2 commands'
	[ ! -e started ]
	[ "$(wc -l <log)" -eq 1 ]
}

@test "commands are awaited that the log has, and then started" {
	log_line 1 0 0 'echo a'
	log_line 3 0 0 'echo c'
	start_fed --joblog log --resume
	feed 'echo a\n: >started; echo b\n'
	feed 'echo c\n'
	eventually [ -e started ]
	feed 'echo d\n'
	no_more_food
	finish 0
	out b d
}

@test "with {%} commands are not compared" {
	log_line 1 0 0 'echo 5 a'
	try 0 nursery -j1 --joblog log --resume 'echo {%} {}' ::: a b
	out '1 b'
}

@test "if all was done earlier, nothing is left to do, and nothing to say" {
	log_line 1 0 0 true
	try 0 nursery --joblog log --resume --service 'puppet sleep' true
	out
	err
}

@test "no log yet: all commands run" {
	try 0 nursery --joblog log --resume-failed 'echo {}' ::: a b
	out a b
	try 0 nursery --joblog log --resume-failed 'echo {}' ::: a b
	out
	: >log
	try 0 nursery --joblog log --resume 'echo {}' ::: a b
	out a b
	try 125 nursery --joblog none --retry-failed
	complains 'none cannot be read as a job log: No such file'
	complains '(nothing was started)'
}

@test "a line that is none is an error that names it" {
	local bad
	for bad in x '1 : 1 1 0 0 0 0 true' $'0\t:\t1\t1\t0\t0\t0\t0\ttrue' $'1\t:\t1\t1\t0\t0\t0\ttrue' \
		$'-1\t:\t1\t1\t0\t0\t0\t0\ttrue' $'1\t:\t1\tx\t0\t0\t0\t0\ttrue' \
		$'99999999999999999999\t:\t1\t1\t0\t0\t0\t0\ttrue' $'1\t:\t1\t1\t0\t0\t\t0\ttrue' ''; do
		rm -f log
		log_line 1 0 0 true
		printf '%s\n' "$bad" >>log
		log_line 2 0 0 true
		try 125 nursery --joblog log --resume 'touch started'
		complains 'log, line 2: not a line of a job log'
		complains '(nothing was started)'
		[ ! -e started ]
	done
}

@test "the last line counts for nothing if a crash has cut it" {
	log_line 1 0 0 'echo a'
	printf '2\t:\t1700000000.000\t     0.100\t0\t0\t0\t0\tech' >>log
	try 0 nursery --joblog log --resume 'echo {}' ::: a b
	out b
	[ "$(wc -l <log)" -eq 2 ]
	[[ $(tail -n 1 log) == 2*$'\techo b' ]]
}

@test "these options need a log that can be read" {
	local option
	for option in --resume --resume-failed --retry-failed; do
		try 125 nursery "$option" 'touch started'
		complains "$option needs the log"
		complains '(nothing was started)'
		try 125 nursery "$option" --joblog - 'touch started'
		complains "$option needs a --joblog that is a file"
		complains '(nothing was started)'
	done
	try 125 nursery --retry-failed --joblog log 'touch started'
	complains 'takes its commands from the log'
	complains '(nothing was started)'
	mkdir folder
	try 125 nursery --resume --joblog folder 'touch started'
	complains 'Is a directory'
	gate fifo
	try 125 nursery --resume --joblog fifo 'touch started'
	complains 'fifo cannot be read as a job log'
	complains '(nothing was started)'
	[ ! -e started ]
}

@test "what is skipped counts nowhere" {
	log_line 1 0 0 'exit 0'
	log_line 2 1 0 'exit 1'
	log_line 3 0 0 'exit 0'
	# half of the two that run, not of five
	try 1 nursery -v -j1 --halt now,fail=50% --joblog log --resume 'exit {}' ::: 0 1 0 1 0
	err_has '1 failed, 1 not started in T'
}

@test "what was cancelled runs again" {
	gate up
	try 3 nursery -j2 --joblog log 'puppet read-line up exit 3' 'puppet say up sleep' 'echo c'
	sed -i '$d' log
	printf '%s\n' 'puppet read-line up exit 3' 'puppet say up sleep' 'echo c' >list
	try 0 nursery --joblog log --resume --dry-run <list
	out 'puppet read-line up exit 3' 'puppet say up sleep' 'echo c'
}

@test "a log of a million lines is read, and only what is left is run" {
	not_under valgrind asan
	awk 'BEGIN { for (i = 1; i <= 200000; i++) if (i != 77777)
		printf "%d\t:\t1700000000.000\t     0.100\t0\t0\t0\t0\techo %d\n", i, i }' >log
	seq -f 'echo %.0f' 200001 >list
	try 0 nursery --joblog log --resume <list
	out 77777 200001
	try 0 as_parallel --joblog log --resume echo :::: <(seq 200002)
	out 200002
}

@test "called as parallel, numbers alone count" {
	log_line 1 0 0 'echo a'
	log_line 2 1 0 'echo b'
	try 0 as_parallel -j1 --joblog log --resume 'echo {}' ::: x y z </dev/null
	out z
	try 0 as_parallel -j1 --joblog log --resume-failed 'echo {}' ::: x y z </dev/null
	out y
	log_line 4 1 0 'echo d'
	try 0 as_parallel -j1 --joblog log --retry-failed 'echo {}' ::: x </dev/null
	out d
	try 255 as_parallel --resume echo ::: x </dev/null
	complains '--resume needs the log'
	complains '(nothing was started)'
}

@test "GNU parallel goes on with our log, and we with its log" {
	find_gnu
	local list='echo a|exit 1|echo "c  d"|echo e' option
	tr '|' '\n' <<<"$list" >list
	head -n 3 list >first
	for option in --resume --resume-failed; do
		rm -f log
		try 1 nursery -j1 -K --joblog log <first
		run "$GNU" -j1 "$option" --joblog log <list
		echo "$output" >theirs
		rm -f log
		run "$GNU" -j1 --joblog log <first
		run --separate-stderr nursery -j1 -K "$option" --joblog log <list
		[ "$output" = "$(<theirs)" ] || fail "$option: $(<theirs)"
		[ "$output" = e ]
		[ "$(wc -l <log)" -eq $((5 + ($(grep -c exit log) - 1))) ]
	done
	rm -f log
	run "$GNU" -j1 --joblog log 'echo {}; exit {}' ::: 0 2 3 </dev/null
	try 2 nursery -j1 -K --joblog log --retry-failed
	out 2 3
	run "$GNU" -j1 --joblog log --retry-failed </dev/null
	[ "$output" = $'2\n3' ]
}

# kill_one: front or worker, if it is still there; kills counts
kill_one() {
	local pid
	pid=$(front)
	((RANDOM % 2)) || pid=$(cut -d' ' -f1 "/proc/$pid/task/$pid/children" 2>/dev/null) || :
	[ -z "$pid" ] || ! kill -9 "$pid" 2>/dev/null || kills=$((kills + 1))
}

@test "front or worker is killed at any moment: each job runs, and no finished one again" {
	local i n=200 kills=0 want=0 rounds
	LEAK_GRACE=5 # for the one that is left
	for ((i = 1; i <= n; i++)); do
		echo "echo $i >>ran; :"
	done >list
	: >ran
	for ((rounds = 0; want < n - 20; rounds++)); do
		start -j4 --joblog log --resume <list
		# some moment: when so many more jobs have begun
		want=$(($(wc -l <ran) + RANDOM % 30))
		eventually eval '(($(wc -l <ran) >= (want < n ? want : n)))'
		kill_one
		wait "$started" && status=0 || status=$?
		started=
		((status != 99 && status != 98)) || fail 'a process is left'
		[ ! -e log ] || tail -n +2 log | cut -f 1 | sort >"done.$rounds"
		wc -l <ran >"ran.$rounds"
	done
	((kills > 0)) || fail 'nobody was killed'
	try 0 nursery -j4 --joblog log --resume <list
	[ "$(tail -n +2 log | cut -f 1 | sort -n)" = "$(seq $n)" ] ||
		fail 'a job has no line, or two' "$(<log)"
	[ "$(sort -nu ran)" = "$(seq $n)" ] ||
		fail 'not every job has run' "$(<log)"
	for ((i = 0; i < rounds; i++)); do
		# who had a line then has not begun since
		[ -e "done.$i" ] || continue
		tail -n +"$(($(<"ran.$i") + 1))" ran | sort | comm -12 - "done.$i" >again
		[ ! -s again ] || fail "finished, and run again: $(<again)"
	done
}

@test "a job that somebody kills together with the front has no line, and runs again" {
	local pid worker
	LEAK_GRACE=5
	start --joblog log 'echo $$ >pid; exec sleep 1000'
	eventually [ -s pid ]
	pid=$(<pid) worker=$(worker)
	# the worker hears of both deaths at once, as it may beside the cleaning
	# of another nursery, which ends the cgroups of one whose front is gone
	kill -STOP "$worker"
	eventually in_state T "$worker"
	kill -9 "$pid"
	eventually in_state Z "$pid"
	kill -9 "$(front)" # the kernel continues the worker then
	finish 137
	[ "$(wc -l <log)" -eq 1 ] || fail "$(<log)"
}

@test "a log whose line has no end is refused before it fills the memory" {
	try 125 nursery --joblog /dev/zero --resume 'echo {}' ::: a
	complains '/dev/zero, line 1: not a line of a job log'
	complains '(nothing was started)'
	try 125 nursery --history /dev/zero --order=longest 'echo {}' ::: a
	complains '/dev/zero, line 1: not a line of a job log'
	complains '(nothing was started)'
}
