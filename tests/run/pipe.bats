#!/usr/bin/env bats
# --pipe: standard input is given to jobs.  That blocks are those of GNU parallel
# is compared by tests/cli/differential.bats.
#
# shellcheck disable=SC2016 # the jobs expand their variables

load ../helper

@test "each block of whole records is the input of a job of its own" {
	try 0 nursery --pipe -N 2 'cat; echo $NURSERY_SEQ {#} end' < <(seq 5)
	out 1 2 '1 1 end' 3 4 '2 2 end' 5 '3 3 end'
	err
	try 0 nursery -j2 --pipe --block 1K 'cat' < <(seq 3000)
	[ "$output" = "$(seq 3000)" ]
	try 0 nursery --pipe cat </dev/null
	out
	err
	# nobody has to write a separator, and what is behind one goes round once
	try 0 nursery --pipe -N 1 'echo $(cat) {}' ::: a b < <(seq 3)
	out '1 a' '2 b' '3 '
}

@test "a job that reads in part, closes its input, never reads or dies takes nothing from the others" {
	run --separate-stderr nursery -K -j2 --pipe --block 100K 'case {#} in
		1) head -n 1 ;; 2) exec <&-; echo closed ;; 3) echo never ;; 4) read -r x; kill -9 $$ ;;
		5) cat >five; exit 3 ;; *) cat >>rest ;; esac' < <(seq 100000)
	[ "$status" = 137 ] || [ "$status" = 3 ] # whichever of the two failed first
	head -n 3 <<<"$output" >got
	[ "$(<got)" = "$(printf '1\nclosed\nnever')" ]
	# blocks end at the same places whoever reads them
	nursery -j1 --pipe --block 100K 'cat >all.{#}' < <(seq 100000)
	cmp five all.5
	[ "$(sort -n rest)" = "$(cat all.[6-9]* | sort -n)" ]
}

has_jobs() {
	pgrep -P "$(worker)"
}

@test "nothing more is read than can be passed on: memory is bounded" {
	local how words
	for how in '--block 1M' '--round-robin' '-N 1000000' '--shard 1' --tee; do
		gate go data
		words=()
		[ "$how" != --tee ] || words=(::: 1 2)
		# more than pipes and two blocks can take; --tee needs no end of a record
		{ head -c 24M /dev/zero | if [ "$how" = --tee ]; then cat; else tr '\0' '\n'; fi && : >written; } \
			>data 3>&- &
		# shellcheck disable=SC2086 # words
		start -j2 --pipe $how ': <go; cat >/dev/null; : {}' "${words[@]}" <data
		eventually has_jobs
		[ ! -e written ] || fail "$how: all was read"
		open_gate go
		eventually [ -e written ]
		finish 0
		start_over
	done
}

@test "an attempt gets the block of the one before" {
	try 0 nursery --pipe --retries 2 --retry-delay 0 -N 2 \
		'x=$(md5sum); echo "$x" >>sums; [ $NURSERY_ATTEMPT = 3 ]' < <(seq 4)
	[ "$(sort sums | uniq -c | awk '{ print $1 }')" = $'3\n3' ]
	refused_with() {
		try 125 nursery "$@" </dev/null
		complains 'it does not go together with --round-robin'
	}
	refused_with --retries 1 --pipe --round-robin cat
	refused_with --retries 1 --pipe --tee cat ::: a
}

@test "--round-robin: as many jobs as may run get the blocks in turn, one that is gone none" {
	try 0 nursery -j2 --pipe --round-robin --block 4 --header : 'cat; echo end' < <(seq 9)
	[ "$(sort -n <<<"$output" | tr '\n' ' ')" = 'end end 1 1 2 3 4 5 6 7 8 9 ' ]
	# the first job reads one line only; all others go to the second, after it is known
	gate gone
	start -j2 --pipe --round-robin --block 2 'if [ {#} = 1 ]; then read -r x; echo $x; exec <&-; echo >gone; else cat; fi' \
		< <(seq 1 2; await gone; seq 3 9)
	finish 0
	[[ $output == $'1\n2\n'* ]]
	try 0 nursery -j1 --pipe --round-robin 'read -r x; echo $x' < <(seq 500000)
	out 1
	err_has 'standard input was not read to its end'
	# no more jobs than blocks
	try 0 nursery -j4 --pipe --round-robin 'cat; echo end' < <(echo a)
	out a end
}

@test "--tee: the job of each argument gets all, from a pipe and from a file" {
	seq 100000 >file
	sum=$(md5sum <file)
	try 0 nursery -k --pipe --tee 'md5sum; : {}' ::: 1 2 3 <file
	out "$sum" "$sum" "$sum"
	try 0 nursery -k --pipe --tee '[ {} = 2 ] && head -n 1 || md5sum' ::: 1 2 3 < <(cat file)
	out "$sum" 1 "$sum"
	try 0 nursery -k --pipe --tee 'head -n {}' ::: 1 2 < <(cat file)
	out 1 1 2
	err
	try 125 nursery -j1 --pipe --tee 'cat; : {}' ::: 1 2 < <(cat file)
	err_has '--tee needs all of its jobs at once'
	try 0 nursery -k --pipe-part -a file --tee 'md5sum; : {}' ::: 1 2
	out "$sum" "$sum"
}

@test "--shard and --bin: a value goes to one job only, a number to that job" {
	seq 1 300 | awk '{ print $1 % 7 "," $1 }' >lines
	try 0 nursery -j3 --pipe --shard 1 --block 100 'cut -d, -f1 | sort -u; echo end' <lines
	[ "$(grep -v end <<<"$output" | sort | tr -d '\n')" = 0123456 ]
	[ "$(grep -c end <<<"$output")" = 3 ]
	try 0 nursery -k -j3 --pipe --bin 2 'head -n 2' < <(head -n 7 lines)
	out 1,1 4,4 2,2 5,5 3,3 6,6
	try 0 nursery -j2 -C ' ' --pipe --shard b 'cat' < <(printf 'a b\n1 2\n3 2\n')
	out 'a b' '1 2' '3 2'
}

@test "--pipe-part: each job is given its part of the file" {
	seq 200000 >file
	try 0 nursery -j2 --pipe-part -a file cat
	[ "$output" = "$(<file)" ]
	try 0 nursery -j2 --pipe-part --block -1 -a file --joblog log 'wc -l'
	[ "$(awk '{ n += $1 } END { print n, NR }' <<<"$output")" = '200000 2' ]
	# GNU parallel's column Send is what each job was given
	[ "$(awk 'NR > 1 { n += $5 } END { print n }' log)" = "$(stat -c %s file)" ]
	try 0 nursery -j1 --pipe-part --block 500K --header : -a file 'head -n 1; cat >/dev/null'
	[ "$(sort -u <<<"$output")" = 1 ]
	try 125 nursery --pipe-part -a nosuch cat
	complains 'cannot read nosuch: No such file or directory'
	try 125 nursery --pipe-part -a . cat
	complains '. is no file that can be read in parts'
}

@test "a file that becomes shorter meanwhile is told of, and is no success" {
	seq 300000 >file
	try 125 nursery -j1 --pipe-part --block -2 -a file --events events 'if [ {#} = 1 ]; then : >file; fi; cat >/dev/null; : $((x += 1))'
	err_has 'it did not get all of its input'
	grep -q '"input_lost"' events
}

@test "--cat and --fifo: the input is in a file, which is removed in any case" {
	local how
	for how in --cat --fifo; do
		try 0 nursery $how -N 2 'cat {}; test -e {}; echo {#}' < <(seq 4)
		out 1 2 1 3 4 2
		err
		try 7 nursery $how -N 2 'exit 7; : {}' < <(seq 3)
		err_lacks 'left'
	done
	try 0 nursery --fifo -N 2 'test -p {} && echo yes' < <(seq 2)
	out yes
	try 124 nursery --cat --timeout "$SHORT" --kill-after 0 'exec puppet ignore TERM sleep; : {}' < <(seq 2)
	[ -z "$(ls "$TMPDIR")" ]
}

@test "halts, time limits and signals come while input is awaited" {
	start_fed -j1 --pipe --block 1 --job-timeout 60 'read -r x; echo $x; [ $x != 3 ]'
	feed '1\n2\n3\n4\n'
	finish 1
	out 1 2 3
	no_more_food
	start_over
	start_fed --timeout "$SHORT" --pipe cat
	finish 124
	no_more_food
	start_over
	start_fed -j2 --pipe --round-robin --block 2 'cat; echo end'
	feed '1\n2\n'
	eventually out_so_far_has 1
	tell INT
	wait "$started" || status=$?
	started=
	no_more_food
	[ "$status" = 130 ]
}

@test "what cannot be read is an error of one line" {
	try 125 nursery --pipe cat < .
	err_has 'cannot read standard input: Is a directory'
	try 125 sh -c 'exec "$0" --pipe cat <&-' "$BINARY"
	err_has 'cannot read standard input: Bad file descriptor'
	try 125 nursery -j2 --pipe --round-robin cat < .
	err_has 'cannot read standard input: Is a directory'
	try 125 nursery -j2 --pipe --group-by nosuch cat < <(echo a)
	err_has "no column of the header is called 'nosuch'"
}

@test "a report of jobs that were not started reads no input for that" {
	start_fed -j1 --pipe --block 1 --junit report 'read -r x; exit $x'
	feed '5\n6\n7\n8\n'
	finish 5
	no_more_food
	grep -q 'failures="1"' report
}

@test "what makes no sense together is refused, and nothing is started" {
	refused_because() {
		try 125 nursery "${@:2}" </dev/null
		complains "$1"
	}
	refused_because '--pipe needs a command' --pipe
	refused_because 'there is none' --pipe --tee cat
	refused_because 'needs --tee' --pipe-part -a /dev/null cat ::: a
	refused_because 'add -a FILE' --pipe-part cat
	refused_because '-n, -N and -L' --pipe-part -N 2 -a /dev/null cat
	refused_because 'needs --pipe-part' --pipe --block -1 cat
	refused_because '(add --pipe)' --round-robin cat ::: a
	refused_because 'need --jobs N' --pipe --shard 1 -j0 cat
	refused_because 'take the number' --pipe --shard '1 $_ %= 3' cat
	refused_because 'does not go together with --recstart' --group-by 1 --recend x cat
	refused_because 'on this machine' --hosts n1 --pipe cat
	refused_because 'cannot come from it, too' --pipe -a - cat
	refused_because 'together with --stdin' --pipe --stdin each cat
	refused_because '--shuf' --pipe --shuf cat
	refused_because "--recend: '('" --pipe --regexp --recend '(' cat
	refused_because "--header: '2' is" --header 2 echo ::: a
	refused_because '--fifo and --cat' --cat --fifo cat
}

@test "--resume skips the blocks of jobs that the log has" {
	local command='cat; [ -e good ] || [ $NURSERY_SEQ != 2 ] || exit 3'
	try 3 nursery -j1 --pipe -N 2 --joblog log "$command" < <(seq 6)
	touch good
	try 0 nursery -j1 --pipe -N 2 --joblog log --resume "$command" < <(seq 6)
	out 5 6
	try 0 nursery -j1 --pipe -N 2 --joblog log --resume-failed "$command" < <(seq 6)
	out 3 4
}

says_so() {
	tell USR1
	err_so_far_has 'waiting for more input for jobs'
}

@test "SIGUSR1 says that input is awaited" {
	local how
	for how in '--block 2' '--block 2 --round-robin'; do
		# shellcheck disable=SC2086 # words
		start_fed -j2 --pipe $how cat
		feed '1\n'
		eventually out_so_far_has 1
		eventually says_so
		no_more_food
		finish 0
		start_over
	done
}
