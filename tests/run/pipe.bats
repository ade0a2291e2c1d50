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
	for how in '--block 1M' '--round-robin' '-N 1000000' '--shard 1' '--bin 1' --tee; do
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
	try 0 nursery -j0 --dry-run --pipe --round-robin cat < <(seq 3)
	out cat
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

@test "--block-timeout: what waits for a full block is given, up to the end of a record" {
	local how
	for how in '' '-N 5' '-L 2 -N 9' '--group-by 1' '--csv' '--regexp --recend \n'; do
		# shellcheck disable=SC2086 # words
		start_fed -j2 --pipe --block-timeout 10ms $how 'cat; echo end'
		feed '1\n1\n2\n2\nx'
		eventually out_so_far_has end
		feed 'y\n'
		no_more_food
		finish 0
		# with --group-by it is not known yet whether the last group goes on
		[[ $output == $'1\n1\n2\n2\nend\nxy\nend' || $how == --group* && $output == $'1\n1\nend\n2\n2\nxy\nend' ]] ||
			fail "$how: $output"
		rm "$BATS_TEST_TMPDIR/out"
		start_over
	done
	start_fed --lb -j2 --pipe --block-timeout 10ms --round-robin --header : 'cat; echo end'
	feed 'head\n1\n'
	eventually out_so_far_has 1
	feed '2\n'
	eventually out_so_far_has 2
	no_more_food
	finish 0
	[ "$(sort <<<"$output" | tr '\n' ' ')" = '1 2 end end head head ' ]
}

@test "--block-timeout: a header that is not complete is waited for, and holds up nothing" {
	start_fed --pipe --block-timeout 10ms --header 2 cat
	feed 'a\n'
	worker >up # from then on a signal is answered
	eventually says_so
	feed 'b\n1\n'
	eventually out_so_far_has 1
	no_more_food
	finish 0
	out a b 1
}

@test "--csv: a block ends at the end of a record, which may have newlines among quotes" {
	local how
	for i in {1..300}; do printf '%d,"a\n""b%d\n",c\n' $((i / 10)) $i; done >table
	for how in '--block 100' '-N 7' '--group-by 1' '-j3 --shard 1' '-j3 --bin 1' '-j2 --round-robin --block 300'; do
		# shellcheck disable=SC2086 # words
		try 0 nursery --csv --pipe $how 'cat >part.{#}; tail -n 1 part.{#}; head -n 1 part.{#}' <table
		[ "$(sort -u <<<"$output" | grep -v '^[0-9]*,"a$')" = '",c' ] || fail "$how"
		sort part.* | cmp - <(sort table) || fail "$how"
		rm part.*
	done
	try 0 nursery --csv --pipe --group-by 1 -N 1 'wc -l' <table
	[ "$(sort <<<"$output" | uniq -c | tr -s ' \n' ' ')" = ' 1 27 1 3 29 30 ' ]
	# an empty line among quotes is none
	try 0 nursery --csv --pipe -r cat < <(printf '1,"a\n\n b"\n\n \n2,c\n\n')
	[ "$output" = $'1,"a\n\n b"\n2,c' ]
	try 0 nursery --csv --pipe --header : --group-by k -N 1 'tail -n +3 | wc -l' < <(printf '"x\n1",k\n'; sed 's/^.*,/&/' table | awk 'NR % 3 == 1 { print "1,\"q\"" }' | head -n 5)
	out 5
}

@test "--group-by, --shard and --bin look at what Perl makes of a column, or of the line" {
	need perl
	local how
	for i in {0..39}; do echo "$((i / 10)),x$((i / 7))y$i,$i"; done >table
	try 0 nursery -k -j3 --pipe --bin '3 $_ %= 2' -C , 'tee part.{#} | wc -l' <table
	out 20 0 20
	sort part.* | cmp - <(sort table)
	try 0 nursery -k -j3 --pipe --block 40 --shard '3 $_ %= 2' 'cut -d, -f 3 | awk "{ print \$1 % 2 }" | uniq -c | wc -l' <table
	[[ $(sort -n <<<"$output" | tr -d '\n') =~ ^(011|002)$ ]]
	for how in '--block 40' ''; do
		# shellcheck disable=SC2086 # words
		try 0 nursery -k $how --pipe -N 1 --group-by '2 s/y.*//' -C , 'wc -l' <table
		out 7 7 7 7 7 5
		# shellcheck disable=SC2086 # words
		try 0 nursery -k $how --pipe -N 2 --group-by 's/,.*//' 'wc -l' <table
		out 20 20
	done
	try 0 nursery -k --pipe --block 200 --group-by '0 $_ = substr($_, 0, 1)' 'cut -c 1 | uniq | paste -s; cat' <table
	[ "$(tr -d ' \t\n' <<<"$output")" = 0123 ]
	try 0 nursery -k --pipe -N 1 --header : --group-by 'b $_ = lc' -C ' ' 'paste -s -d.' < <(printf 'a b\n1 x\n2 X\n3 y')
	out 'a b.1 x.2 X' 'a b.3 y'
	try 0 nursery -k --csv --pipe -N 1 --group-by '2 tr/\n//d' 'wc -l' < <(printf '1,"a\nb"\n2,ab\n3,"c"\n')
	out 3 1
	# the same perl serves the template
	ln -s "$BINARY" parallel
	PATH=$PWD:$PATH try 0 watched "${WRAPPER[@]}" parallel -k --pipe -N 1 --group-by '1 s/.$//' 'echo {= $_ = seq() * 2 =}; cat' < <(seq 8 11)
	out 2 8 9 4 10 11
	try 125 nursery -j2 --pipe --shard '1 die "so\n"' cat <table
	err_has 'Perl code for a column has died: so'
	try 125 nursery --pipe --group-by '1 exit' cat <table
	err_has '(does the code call exit()?)'
	try 125 nursery --pipe --group-by '1 (' cat <table
	err_has "cannot use the Perl code '('"
	try 125 env PATH=/nowhere "$BINARY" --pipe --bin '1 $_++' cat
	complains 'there is no perl in PATH'
}

@test "Perl code that does not end holds up input only: a time limit comes" {
	need perl
	local how
	for how in --shard --group-by; do
		try 124 nursery --timeout "$SHORT" -j2 --pipe $how '1 1 while 1' cat < <(seq 3)
	done
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
	refused_because 'does not go together with --recstart' --group-by 1 --recend x cat
	refused_because 'does not go together with --csv' --pipe-part -a /dev/null --csv cat
	refused_because '--csv says itself' --pipe --csv --recend x cat
	refused_because '(add --pipe)' --block-timeout 1 cat ::: a
	refused_because 'comes slowly' --pipe-part --block-timeout 1 -a /dev/null cat
	refused_because 'with --onall and --nonall' --hosts n1 --onall --pipe cat
	refused_because 'cannot come from it, too' --pipe -a - cat
	refused_because 'together with --stdin' --pipe --stdin each cat
	refused_because '--shuf' --pipe --shuf cat
	refused_because "--recend: '('" --pipe --regexp --recend '(' cat
	refused_because "--header: '2' is" --header 2 echo ::: a
	refused_because '--fifo and --cat' --cat --fifo cat
	refused_because 'does not go together with it (try --pipe < FILE)' --pipe-part --group-by 0 -a /dev/null cat
	refused_because "--colsep: '': no text between columns of --csv" --pipe --csv --colsep '' --group-by 1 cat
	local how column
	for how in --group-by --shard --bin; do
		for column in 1-2 - -0 --5 1000001 -1000001; do
			refused_because "$how: '$column' is no column" --pipe -j2 "$how=$column" cat
		done
		refused_because "'1-2 \$_++' is no column" --pipe -j2 $how '1-2 $_++' cat
	done
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

says_perl() {
	tell USR1
	err_so_far_has 'waiting for the Perl code for a column'
}

@test "SIGUSR1 says that Perl code for a column is awaited" {
	need perl
	local how
	for how in --group-by --shard; do
		start_fed -j2 --pipe $how '1 1 until -e "go"' cat
		feed '1\n2\n'
		no_more_food
		worker >up # from then on a signal is answered
	eventually says_perl
		touch go
		finish 0
		rm go
		start_over
	done
}
