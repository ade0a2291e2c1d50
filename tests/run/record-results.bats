#!/usr/bin/env bats
# --results: what jobs write, in files of their own or in a table.  By the name
# parallel the tree is that of GNU parallel, which is compared; --files, too.
#
# shellcheck disable=SC1003,SC1083,SC2016

load ../helper

setup() {
	nursery_setup
	mkdir bin
	ln -s "$BINARY" bin/parallel
	OURS=$PWD/bin/parallel
	export PARALLEL_HOME=$PWD/home PARALLEL_SHELL=/bin/sh
	mkdir home
	touch home/will-cite
	unset PARALLEL
}

parallel() {
	watched "${WRAPPER[@]}" "$OURS" "$@"
}

# same ARG...: GNU parallel and ours leave the same files, output and status
same() {
	in_turn 4 || return 0
	rm -rf want got
	mkdir want got
	cd want || return
	"$GNU" "$@" </dev/null >../want.out 2>/dev/null 3>&- &&
		echo 0 >../want.status || echo $? >../want.status
	cd ../got || return
	parallel "$@" </dev/null >../got.out 2>../got.err &&
		echo 0 >../got.status || echo $? >../got.status
	cd ..
	diff -r want got || fail "files differ: $*"
	diff want.out got.out || fail "output differs: $*"
	diff want.status got.status || fail "status differs: $*"
}

# holds FILE TEXT: it has exactly these bytes, as printf writes them
holds() {
	printf "$2" | cmp - "$1" || fail "$1 is not: $2" "$(cat "$1" 2>&1)"
}

# tree FOLDER PATH...: these files are in the folder, and no others
tree() {
	local folder=$1 found
	shift
	found=$(cd "$folder" && find . -type f | LC_ALL=C sort)
	[ "$found" = "$(lines_of "${@/#/./}")" ] || fail "in $folder:" "$found"
}

@test "by the name parallel the tree is that of GNU parallel" {
	GNU=$(type -P parallel) || skip 'no parallel here'
	"$GNU" --version </dev/null 2>/dev/null | grep -Eq '^GNU parallel [0-9]+$' ||
		skip 'needs GNU parallel'
	same --results o 'echo {}; echo e{} >&2; exit {}' ::: 0 1 2
	same --results o/p/ echo ::: a
	same --results 'o/{1}_{2}' echo {} ::: a b ::: c
	same --results 'o/{1}/{2}/' echo {} ::: a b ::: c
	same --results 'o/{}' echo {} ::: a/b ''
	same --results o echo ::: a/b 'x\y' $'t\tb' 'two words' ''
	same --results 'o/{#}' echo {} ::: a b
	same --results 'o/{/.}.{##}' echo {} ::: x/y.c x/z.c
	same --results o --header : echo {b} ::: b x ::: a y
	same --results o --header : echo ::: 10 x ::: 9 y ::: b z ::: 1a w
	same --results o --colsep , echo {2} ::: a,b,c
	same --results o -N2 echo {2} ::: a b c d e
	same --results o -N2 --colsep , echo ::: a,b c,d
	same --results o --link echo ::: a b ::: c d
	same -j1 --results o -X echo ::: a b c d e
	same -j1 --results o echo ::: "$(printf 'a%.0s' $(seq 300))"
	same --results o --retries 3 'echo {}; exit 1' ::: a
	same --results o -u echo ::: a
	same --results o -v 'echo {}; echo e >&2' ::: a
}

@test "each command has a folder, its number or its name" {
	try 3 nursery -K -j1 --results r --names web,,4 --finally 'echo end' --name end \
		'echo out; echo err >&2' 'exit 3' 'echo four; exit 4' 'kill -9 $$'
	out out four end
	tree r 2/seq 2/status 2/stderr 2/stdout 4/seq 4/status 4/stderr 4/stdout \
		'\4/seq' '\4/status' '\4/stderr' '\4/stdout' end/status end/stderr end/stdout web/seq web/status web/stderr web/stdout
	holds r/web/stdout 'out\n'
	holds r/web/stderr 'err\n'
	holds r/web/seq 1
	holds r/web/status '0\n'
	holds r/2/stdout ''
	holds r/2/status '3\n'
	holds 'r/\4/stdout' 'four\n'
	holds r/4/status '137\n'
	holds r/end/stdout 'end\n'
}

@test "a name that is no name of a file is made one" {
	try 0 nursery --results r --names 'a/b,..,x\y' 'echo 1' 'echo 2' 'echo 3'
	holds 'r/a\_b/stdout' '1\n'
	holds 'r/\../stdout' '2\n'
	holds 'r/x\\y/stdout' '3\n'
	try 0 nursery --results r --header : echo ::: .. a
	holds 'r/\../a/stdout' 'a\n'
	try 0 nursery --results v echo ::: ../x .. .
	holds 'v/1/..\_x/stdout' '../x\n'
	holds 'v/1/\../stdout' '..\n'
	holds 'v/1/\./stdout' '.\n'
}

@test "a template has the tree of its arguments, and a status in it" {
	try 0 nursery --results 'r/{1}.{2}' echo ::: a ::: b
	out 'a b'
	tree r a.b a.b.err a.b.seq a.b.status
	holds r/a.b 'a b\n'
	try 0 nursery --results s echo ::: a
	tree s 1/a/seq 1/a/status 1/a/stderr 1/a/stdout
	try 0 nursery --results s --tag 'echo x'
	out $'echo\tx'
	holds s/1/stdout 'x\n'
}

@test "stdout and stderr are told apart where both go to one file, in the order that they came" {
	gate asked go1 go2
	nursery --results r 'true' 'echo 1; puppet say asked wait-fifo go1
		echo 2 >&2; puppet say asked wait-fifo go2; echo 3' >all 2>&1 &
	await asked
	eventually seen '1'
	open_gate go1
	await asked
	eventually seen '1 2'
	open_gate go2
	wait $!
	out=$(cat all)
	[ "$out" = $'1\n2\n3' ] || fail "all is: $out"
	holds r/2/stdout '1\n3\n'
	holds r/2/stderr '2\n'
}

seen() {
	[ "$(tr '\n' ' ' <all)" = "$1 " ]
}

@test "output modes and labels are as without it" {
	local mode
	for mode in --keep-order --group --lb --show=none --show=failed; do
		nursery $mode --results r -K -j1 'echo a; echo b >&2' 'printf c' 'printf d >&2; exit 1' >with 2>&1 || :
		nursery $mode -K -j1 'echo a; echo b >&2' 'printf c' 'printf d >&2; exit 1' >without 2>&1 || :
		diff <(sed 's/after .*s:/:/; s/in .*s$//' with) <(sed 's/after .*s:/:/; s/in .*s$//' without) || fail "$mode"
		holds r/1/stderr 'b\n'
		holds r/2/stdout c
		holds r/3/stderr d
		rm -r r
	done
	nursery --tag --results r -j1 'echo a; printf b' 'echo c >&2' >with 2>&1
	[ "$(cat with)" = $'echo 1\ta\necho 1\tb\necho 2\tc' ] || fail "$(cat with)"
}

@test "the last attempt replaces those before" {
	try 0 nursery --retries 2 --retry-delay 0 --results r \
		'echo x >>n; echo "try $(wc -l <n)"; [ "$(wc -l <n)" = 3 ]'
	holds r/1/stdout 'try 3\n'
	holds r/1/status '0\n'
}

@test "a job that is killed keeps what it wrote; without a status it is not over" {
	gate said
	start --results r 'echo half; puppet say said sleep' 'true'
	await said
	eventually grep -q half r/1/stdout
	[ ! -e r/1/status ]
	tell TERM
	finish 143
	holds r/1/stdout 'half\n'
	holds r/1/status '143\n'
	echo 7 >r/1/status
	start --results r 'echo again; puppet say said sleep'
	await said
	eventually grep -q again r/1/stdout
	kill -KILL "$(worker)"
	finish 137
	holds r/1/stdout 'again\n'
	[ ! -e r/1/status ]
}

@test "what jobs have put in its place is not followed, nor waited for" {
	mkdir -p r/1 r/2 r/3
	echo keep >precious
	ln -s "$PWD/precious" r/1/stdout
	ln precious r/1/stderr
	mkfifo r/2/stdout
	mkdir r/3/stderr
	try 125 nursery --results r 'echo a; echo b >&2' 'echo c' 'echo d' 'echo e'
	out a c d e
	err_has "nursery: --results cannot be written to r/2/stdout: File exists (the jobs go on, but the exit status will tell)"
	[ "$(grep -c 'cannot be written' <<<"$stderr")" = 1 ] || fail 'said more than once'
	holds precious 'keep\n'
	holds r/1/stdout 'a\n'
	holds r/1/stderr 'b\n'
	holds r/3/stdout 'd\n'
	holds r/4/stdout 'e\n'
}

@test "what cannot work is said before anything is started" {
	echo file >file
	try 125 nursery --results file/r 'touch ran'
	complains '--results cannot be written to file/r: Not a directory (nothing was started)'
	try 125 nursery --results file/r.csv 'touch ran'
	complains '--results cannot be written to file/r.csv: Not a directory (nothing was started)'
	try 125 nursery --results '' 'touch ran'
	complains "--results: '' is no folder"
	try 125 nursery --results r -u 'touch ran'
	complains '--results cannot see what jobs write under --ungroup'
	complains '(nothing was started)'
	try 125 nursery --results 'r/{1}' 'touch ran'
	complains '--results: replacement strings are for commands with arguments'
	complains '(nothing was started)'
	[ ! -e ran ]
}

@test "few descriptors are enough for many jobs" {
	ulimit -n 24
	try 0 nursery -j 30 --results r 'echo {}; echo e{} >&2' ::: $(seq 60)
	ulimit -n 1024 2>/dev/null || :
	[ "$(cat r/1/*/stdout | sort -n)" = "$(seq 60)" ] || fail 'stdout'
	[ "$(cat r/1/*/stderr | wc -l)" = 60 ] || fail 'stderr'
	[ "$(cat r/1/*/status | sort -u)" = 0 ] || fail 'status'
}

@test "a table of CSV, TSV or JSON has a row for each job, that any reader reads" {
	local kind
	for kind in csv tsv json; do
		try 1 nursery -j1 -K --results "t.$kind" 'printf "%s" {}; printf "é\\n\"\\001\"" >&2; exit {2}' \
			::: 'a "b", c' $'x\ty' ::: 0 1
		cat >read.py <<-'END'
			import csv, json, sys
			path = sys.argv[1]
			if path.endswith('json'):
			    rows = [json.loads(line) for line in open(path)]
			    rows = [{**row, 'V1': row['V'][0], 'V2': row['V'][1]} for row in rows]
			else:
			    rows = list(csv.DictReader(open(path, newline=''),
			        delimiter=',' if path.endswith('csv') else '\t'))
			for row in rows:
			    print(row['Seq'], row['Host'], row['Exitval'], row['Signal'], row['Receive'],
			        repr(row['V1']), row['V2'], repr(row['Stdout']), repr(row['Stderr']))
			    assert 1.7e9 < float(row['Starttime']) and float(row['JobRuntime']) >= 0
			    assert row['Command'].startswith('printf')
		END
		run -0 python3 read.py "t.$kind"
		out "1 : 0 0 9 'a \"b\", c' 0 'a \"b\", c0' 'é\\n\"\\x01\"'" \
			"2 : 1 0 9 'a \"b\", c' 1 'a \"b\", c1' 'é\\n\"\\x01\"'" \
			"3 : 0 0 4 'x\\ty' 0 'x\\ty0' 'é\\n\"\\x01\"'" \
			"4 : 1 0 4 'x\\ty' 1 'x\\ty1' 'é\\n\"\\x01\"'"
	done
}

@test "of a job that ran out of time, or was cancelled, a table says the same as a log" {
	gate up
	try 124 nursery --results t.csv --joblog log --job-timeout "$SHORT" --kill-after 0 \
		'exec sleep 1000'
	[ "$(tail -n 1 t.csv | cut -d , -f 7,8)" = '-1,9' ] || fail "$(cat t.csv)"
	[ "$(tail -n 1 log | cut -f 7,8)" = $'-1\t9' ] || fail "$(cat log)"
	# a log has no line for who was cancelled, since that may run again
	try 1 nursery -j2 --results t.json 'puppet read-line up exit 1' 'puppet say up sleep'
	[ "$(jq -c '[.Seq, .Exitval, .Signal]' t.json | sort)" = $'[1,1,0]\n[2,0,15]' ] ||
		fail "$(cat t.json)"
	try 1 nursery -j2 --results d 'puppet read-line up exit 1' 'puppet say up sleep'
	[ "$(cat d/2/status)" = 143 ] || fail "$(cat d/2/status)"
}

@test "by the name parallel a table has the rows of GNU parallel" {
	GNU=$(type -P parallel) || skip 'no parallel here'
	"$GNU" --version </dev/null 2>/dev/null | grep -Eq '^GNU parallel [0-9]+$' ||
		skip 'needs GNU parallel'
	local kind job='printf "%s\n" {}; echo {} >&2; exit {#}'
	for kind in csv tsv; do
		"$GNU" -j1 --results "want.$kind" "$job" ::: 'a,"b"' 'c d' </dev/null || :
		try 2 parallel -j1 --results "got.$kind" "$job" ::: 'a,"b"' 'c d'
		out
		diff <(sed -E 's/[0-9]+\.[0-9]+/T/g' "want.$kind") <(sed -E 's/[0-9]+\.[0-9]+/T/g' "got.$kind") ||
			fail "$kind differs"
	done
	try 0 parallel --results -.csv -j1 echo ::: a
	[[ ${lines[0]} == Seq,Host,*,V1,Stdout,Stderr && ${lines[1]} == 1,:,*',"echo a",a,"a' ]] || fail 'no table'
}

@test "a table holds bytes that are no UTF-8, and an output longer than memory may be" {
	try 0 nursery --results t.json 'printf "a\\377b"'
	[ "$(jq -r '.Stdout_base64' t.json)" = Yf9i ] || fail "$(cat t.json)"
	try 127 nursery -K --results -.json 'printf "a\nb"; echo c >&2' nosuch-command
	[ "$(jq -sc 'sort_by(.Seq)[] | [.Seq, .Exitval, .Stdout, .Stderr, .Starttime > 1.7e9]' <<<"$output")" = \
		'[1,0,"a\nb","c\n",true]
[2,127,"","",true]' ] || fail 'no table'
	try 0 nursery --results t.json 'yes é | head -c 6000001' 'echo end'
	run -0 python3 -c '
import json
for line in open("t.json"):
    row = json.loads(line)
    print(row["Receive"], len(row["Stdout"]))'
	out_sorted '4 4' '6000001 4000001'
}

@test "a table that cannot be written is said once, and no half row is left" {
	try 125 nursery --results /dev/full 'echo a'
	complains 'Not a directory'
	ln -s /dev/full t.json
	try 125 nursery --results t.json 'echo a' 'echo b'
	out a b
	err_has 'nursery: --results cannot be written to t.json: No space left on device'
	gate said
	start --results u.json 'echo a' 'puppet say said sleep'
	await said
	eventually grep -q a u.json
	kill -KILL "$(worker)"
	finish 137
	[ "$(jq -r .Stdout u.json)" = a ] || fail "$(cat u.json)"
}

@test "a table of JSON has all bytes in base64, too, and takes little memory for that" {
	not_under asan valgrind # they need more
	need prlimit
	local len
	head -c 4000000 /dev/urandom >bytes
	for len in 1 2 3 16384 16385 300001 4000000; do
		head -c "$len" bytes >part
		PREFIX=(prlimit --as=14000000)
		try 0 nursery -j2 --show=none --results t.json 'cat part' 'cat part >&2; head -c 70000 /dev/zero'
		run -0 python3 -c '
import base64, json
part = open("part", "rb").read()
rows = sorted(map(json.loads, open("t.json")), key=lambda row: row["Seq"])
for row, name in zip(rows, ("Stdout", "Stderr")):
    raw = base64.b64decode(row[name + "_base64"]) if name + "_base64" in row else row[name].encode()
    assert raw == part, name
assert "Stderr_base64" not in rows[0] and rows[0]["Stderr"] == ""
assert "Stdout_base64" not in rows[1] and len(rows[1]["Stdout"]) == 70000'
	done
}

# The most bytes that the trace has written between two looks at what happens.
longest_turn() {
	awk '$2 ~ /^epoll_/ { sum[$1] = 0 }
		$2 ~ /^write\(/ && $1 in sum && (sum[$1] += $NF) > most { most = sum[$1] }
		END { print most }' trace
}

@test "a long row is written in pieces, between which signals are served" {
	need_strace
	not_under valgrind coverage
	local kind most
	PREFIX=(strace -f -qq -o trace -e trace=write,epoll_wait,epoll_pwait,epoll_pwait2)
	for kind in json csv tsv; do
		try 0 nursery --show=none --results "t.$kind" 'puppet write 20000000; echo e >&2' 'echo b'
		most=$(longest_turn)
		[ "$most" -gt 65536 ] && [ "$most" -lt 4000000 ] || fail "$kind: $most bytes at once"
		[ "$(wc -c <"t.$kind")" -gt 20000000 ] || fail "$kind: not all was written"
	done
}

@test "the next job starts when a long row is written" {
	local kind
	for kind in json csv; do
		try 0 nursery -j1 --results "t.$kind" --show=none 'puppet write 5000000' 'touch ran'
		[ -e ran ] || fail "not after $kind"
		rm ran
	done
}

@test "a table for a slow reader takes no more memory than one in a file" {
	not_under asan valgrind coverage # they need more
	gate pipe up
	hold_gate pipe
	start_into_pipe --results -.json 'echo >up; head -c 20000000 /dev/zero' 'echo b'
	await up
	waits() {
		tell USR1
		err_so_far_has 'the reader of --results'
	}
	eventually waits
	local peak
	peak=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$(worker)/status")
	[ "$peak" -lt 60000 ] || fail "$peak kB"
	read_pipe_now
	finish 0
	run -0 python3 -c '
import json, sys
for line in open("o"):
    row = json.loads(line)
    print(row["Seq"], len(row["Stdout"]))'
	out_sorted '1 20000000' '2 2'
}

@test "a long row that there is no time for is said, and nothing of it is left" {
	need_strace
	not_under valgrind coverage
	gate up go
	start -j1 --show=none --kill-after 100ms --results t.csv 'echo a' \
		'puppet write 20000000 say up wait-fifo go' 'touch ran'
	await up
	cp t.csv before
	inject "$(worker)" write:delay_enter=100000
	open_gate go
	begun() {
		[ "$(stat -c %s t.csv)" -gt 1000000 ]
	}
	eventually begun
	tell TERM
	finish 143
	err_has '--results cannot be written to t.csv: there was no time to write all'
	[ ! -e ran ] || fail 'a job was started meanwhile'
	cmp t.csv before
}

@test "--files prints the names of files that hold the output, in its place" {
	mkdir t
	try 1 parallel -k --tmpdir t --files --tag 'echo {}; echo e >&2; exit {}' ::: 0 1
	[[ $output =~ ^$'0\t't/par[[:alnum:]]{6}\.par$'\n1\t't/par[[:alnum:]]{6}\.par$ ]] || fail 'no names'
	err
	# shellcheck disable=SC2046
	[ "$(cat $(cut -f2 <<<"$output"))" = $'0\n1' ] || fail 'the files are not what was written'
	[ "$(find t -type f | wc -l)" = 2 ] || fail 'more files are left'
	rm t/*
	try 0 parallel --tmpdir t --retries 2 --files0 \
		'echo x >>n; wc -l <n; [ "$(wc -l <n)" = {} ]' ::: 2
	[ "$(find t -type f | wc -l)" = 1 ] || fail 'the first attempt has left a file'
	holds t/par*.par '2\n'
	try 0 parallel -u --tmpdir t --files echo ::: a
	out a
}
