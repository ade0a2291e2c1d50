#!/usr/bin/env bats
# nursery under the name parallel against GNU parallel: for the same command line
# both programs give the same standard output and the same status.  What templates
# become is compared in more depth by tests/unit/template.bats.
#
# GNU parallel needs a tenth of a second for an answer, so digests of its answers
# are kept in differential.answers.  The variable ORACLE says when it is asked
# all the same, as in template.bats: nothing: one question in fifty, at random,
# and whatever differs; all; record.  With nothing ours is only asked one question
# in five, too, but all that are meant to differ.
#
# shellcheck disable=SC1003,SC1083,SC2016,SC2288 # strange words are the point

load ../helper

ANSWERS=$BATS_TEST_DIRNAME/differential.answers

setup_file() {
	export ORACLE=${ORACLE:-}
	[ "$ORACLE" != record ] || : >"$ANSWERS"
}

teardown_file() {
	[ "$ORACLE" != record ] || sort -u -o "$ANSWERS" "$ANSWERS"
}

# What is meant to differ, and why.  A line that no longer differs is an error.
declare -gA MEANT=(
	['-n x echo ::: a']='GNU takes a number that is none for 0; nursery refuses it'
	['-C ( echo ::: a']='a bad regular expression is 255, not the 25 that Perl happens to die with'
	['--timeout 0.2 --halt now,fail=1 sleep ::: 9']='a time-out is 124, as timeout(1) has it; GNU has -1, which is 255'
	['-k --filter {1} eq "a" echo ::: a']='a filter that Perl does not compile is an error; to GNU it is false'
	['-k -N0 echo {= $_=seq() =} z {= s/a/b/ =} ::: a b']='a NUL that Perl makes is an error of ours; GNU gives the shell half a command'
	['--nosuch echo ::: a']='GNU prints its usage to standard output'
	['-j x echo ::: a']='the same'
	['--halt now,fail=0 true ::: a']='N is at least 1'
	['-j1 --halt now,fail=34% exit']='GNU reads its whole input before it starts a job; nursery starts jobs as they are read and takes the percentage of those that are over'
)

setup() {
	nursery_setup
	declare -gA KNOWN=()
	local line
	while read -r line; do
		KNOWN[$line]=1
	done <"$ANSWERS"
	GNU=$(command -v parallel) || skip 'no parallel here'
	"$GNU" --version </dev/null 2>/dev/null | grep -Eq '^GNU parallel [0-9]+$' ||
		skip 'needs GNU parallel'
	mkdir bin cases home
	touch home/will-cite
	export PARALLEL_HOME=$PWD/home PARALLEL_SHELL=/bin/sh
	ln -s "$BINARY" bin/parallel
	OURS=$PWD/bin/parallel
	INPUT=/dev/null
	count=0 running=0
	printf '%s\n' one 'two words' '' "it's" '$HOME' '`id`' '*' '-n' >lines
	printf '%s\n' a.b.c d/e.f /g/h/ i >names
	printf '%s\n' 'x,y,z' '1,,3' ',' 'only' ' p , q ' >table
	seq 1 20 >numbers
	VALUES=(a 'b c' "it's" "'" "''" '"' '\' '\n' '$HOME' '`id`' '*' '[x]' -x --
		'' ' ' $'\t' '!' '#c' '~' 'a=b' % '{}' '{1}' '&' ';' '|' '<' '('
		$'\xff' $'\xe4\xf6' ä.ö $'\x01' a.b a.b.c . .. .hid .hid.x a. /
		/a /a/ a/b.c ./a ../a/b.c.d a.b/c /x/.y.z 'a b.c d' 'a b/c d.e')
	printf '%s\0' $'a\nb' $'\n' $'a/b\nc/d.e' "a'"$'\n'"b" '' x >records
}

# same ARG...: runs ours with this command line; settle compares.
same() {
	local dir status=0

	[ -n "${MEANT[$*]:-}" ] || in_turn 5 || return 0
	dir=cases/$((++count))
	mkdir "$dir"
	printf '%s' "$*" >"$dir/what"
	printf '%s\0' "$BATS_TEST_DESCRIPTION" "$INPUT" "$@" >"$dir/question"
	printf '%s\0' "$INPUT" "$@" >"$dir/words"
	export -p >"$dir/environment"
	watched "${WRAPPER[@]}" "$OURS" "$@" <"$INPUT" >"$dir/got" 2>"$dir/got.err" || status=$?
	echo "$status" >"$dir/got.status"
}

# digests WHO: for each case, in its order, a line: its question and the answer, what
# got or want has written and the status; of files that are not there, nothing
digests() {
	local i
	for ((i = 1; i <= count; i++)); do
		cat "cases/$i/$1" "cases/$i/$1.status" >"cases/$i/answer"
	done
	sha256sum $(seq -f 'cases/%.0f/question' "$count") | cut -c 1-16 >questions
	sha256sum $(seq -f 'cases/%.0f/answer' "$count") | cut -c 1-16 | paste -d ' ' questions -
}

# GNU parallel's answer, in the background.
ask() {
	local words status=0

	mapfile -d '' words <"$1/words"
	source "$1/environment"
	"$GNU" "${words[@]:1}" <"${words[0]}" >"$1/want" 2>"$1/want.err" || status=$?
	echo "$status" >"$1/want.status"
}

# Asks GNU parallel, two questions at once, what is not known or is to be asked.
ask_all() {
	local i running=0 line

	digests got >got
	for ((i = 1; i <= count; i++)); do
		read -r line
		if [ -z "$ORACLE" ] && ((RANDOM % 50)) && [ -n "${KNOWN[$line]:-}" ]; then
			: >"cases/$i/known"
			continue
		fi
		ask "cases/$i" 3>&- &
		((++running <= 2)) || wait -n || :
	done <got
	wait
}

settle() {
	local dir what differs bad=0

	((count > 0)) || return 0
	ask_all
	[ "$ORACLE" != record ] || digests want >>"$ANSWERS"
	for dir in cases/*; do
		what=$(<"$dir/what")
		differs=
		if [ ! -e "$dir/known" ]; then
			cmp -s "$dir/want" "$dir/got" &&
				cmp -s "$dir/want.status" "$dir/got.status" || differs=1
		fi
		if [ -n "${MEANT[$what]:-}" ]; then
			[ -n "$differs" ] && continue
			echo "no longer differs: $what"
		elif [ -z "$differs" ]; then
			continue
		else
			printf 'differs: %s\n' "$what" | cat -v
			paste "$dir/want.status" "$dir/got.status"
			diff <(cat -v "$dir/want") <(cat -v "$dir/got") | head -n 10
			head -n 3 "$dir/want.err" "$dir/got.err"
		fi
		bad=1
	done
	[ "$bad" = 0 ]
}

@test "jobs get every value as it is, in each shape" {
	local words=() w
	for w in {} {.} {/} {//} {/.} {1} {1.} {-1/} x{}y {}{} '"{}"' {2} {a} {1.x}; do
		words+=("$w")
	done
	same -k printf "'<%s>'" "${words[@]}" ::: "${VALUES[@]}"
	INPUT=records same -k -0 printf "'<%s>'" "${words[@]}"
	same -k -q printf '<%s>' {} 'a b' '$x' "it's {}" {/.} ::: "${VALUES[@]}"
	settle
}

@test "jobs get what --plus makes of every value" {
	same -k --plus printf "'<%s>'" {..} {...} {+/} {+.} {+..} {/..} {/...} {:-x} \
		{:1} {:1:2} {#a} {##a} {%.c} {%%.c} {/b/X} {//b/X} {^a} {^^a} {,A} {,,A} \
		{1:1} {1..} {1+/} {##} {0#} ::: "${VALUES[@]}"
	settle
}

@test "jobs are skipped, and counted, if arguments are equal or not sorted" {
	same -k --plus echo {#} {uniq} {1} {2} ::: a b ::: a b
	same -k --plus echo {2choose_k} {3} ::: a b c ::: a b c ::: a b c
	same -k --plus echo {1} '#{9uniq}' ::: a a ::: a b
	same -j1 --plus --halt now,fail=1 echo {uniq} ::: a b ::: a b
	same -N2 --plus echo {choose_k} ::: a a b c
	settle
}

@test "replacement strings are given other names" {
	local words=(echo ,, {#} {.} {seq} {1seq} {x} {2x} {1.} {1/} {/.} '{%}' B D)
	same -k -j1 --seqreplace ,, "${words[@]}" ::: a/b.c d/e
	same -k -j1 --seqreplace {seq} "${words[@]}" ::: a/b.c d/e
	same -k -j1 --slotreplace ,, --er {x} "${words[@]}" ::: a/b.c d/e
	same -k -j1 -I X --extensionreplace Y --bner ,, "${words[@]}" X Y ::: a/b.c d/e
	same -k -j1 --basenamereplace B --dnr D "${words[@]}" ::: a/b.c d/e
	same -k --plus -j1 echo {slot} {2slot} {hgrp} {seq} ::: a b
	settle
}

@test "commands are what is read when there is no template" {
	printf '%s\n' 'echo a; echo "b c"' '' '# no' "printf '%s\n' 'x  y'" 'exit 3' false >commands
	INPUT=commands same -k
	INPUT=commands same -k -j 1 --halt soon,fail=1
	same -k -a commands
	same -k :::: commands
	same -k ::: 'echo a' 'echo b >&2; exit 2' 'kill -9 $$'
	settle
}

@test "sources multiply, link and come from anywhere" {
	same -k echo {1}-{2} ::: a b ::: c d
	same -k echo {2} {1} :::: names lines
	same -k echo {1}{2}{3} ::: a b :::+ 1 2 ::: X Y
	same -k echo {1}{2} :::: names ::::+ numbers
	same -k --link echo {1}{2} ::: a b c ::: 1 2
	same -k --xapply echo ::: a b c ::: 1 2
	INPUT=lines same -k -a - -a names echo {2} {1}
	INPUT=lines same -k echo {1} {2} :::: - ::: x y
	same -k -a names echo {1}-{2} ::: p q
	same -k echo {1}-{2} ::: a b :::
	same -k echo :::: /dev/null
	same -k echo {3} ::: a ::: b
	same -k --arg-sep ,, --arg-file-sep @@ echo ::: {} ,, a b @@ names
	INPUT=numbers same -k echo :::
	INPUT=numbers same -k echo :::+
	INPUT=numbers same -k echo ::::
	INPUT=numbers same -k -a - echo {1}-{2} :::
	INPUT=lines same -k :::
	same -k echo ::: a b :::
	same -k echo x{}-{2} ::: $'one\ntwo' $'c\n' ::: x y
	same -k -0 echo x{} ::: $'one\ntwo'
	same -k -d , echo x{} ::: $'one\ntwo,c'
	settle
}

@test "input is read the same way" {
	INPUT=lines same -k echo
	INPUT=lines same -k -r echo
	INPUT=lines same -k -E '*' echo
	INPUT=numbers same -k -L 3 echo
	INPUT=numbers same -k -l echo
	INPUT=numbers same -k -l 4 echo
	INPUT=numbers same -k --max-lines=7 echo
	INPUT=numbers same -k -i+ echo a+b
	INPUT=numbers same -k --replace=,, echo ,,
	INPUT=numbers same -k -I% echo %
	local option
	for option in -i --replace; do
		INPUT=numbers same -k $option {} echo a{}
		INPUT=numbers same -k $option X echo a X {}
		INPUT=numbers same -k $option -- echo {}
		INPUT=numbers same $option -k echo {}
		INPUT=numbers same -k $option - echo a-b
		INPUT=numbers same -k $option '' echo {}
		INPUT=numbers same -k $option echo {}
		same -k $option X echo X ::: a
	done
	INPUT=numbers same -ki X echo X
	INPUT=numbers same -ki% echo %
	INPUT=numbers same -k -i=X echo =X
	INPUT=numbers same -ri X -k echo X
	INPUT=numbers same -k -ir X echo {}
	INPUT=numbers same -k --replace= echo
	INPUT=numbers same -k -i ::: 1 2
	for option in -e --eof -ke; do
		INPUT=numbers same -k $option 5 echo
		INPUT=numbers same -k $option -r echo
		INPUT=numbers same -k $option -- echo
	done
	INPUT=numbers same -k -e5 echo
	INPUT=numbers same -k --eof= echo
	INPUT=numbers same -k --max-lines 2 echo
	INPUT=numbers same -k --max-lines -r echo
	INPUT=numbers same -kl 2 echo
	INPUT=table same -k -C , echo {3} {2} {1}
	INPUT=table same -k --colsep , --header : echo {x} {z}
	INPUT=table same -k --trim lr -d , echo '"<{}>"'
	INPUT=table same -k --skip-first-line echo
	INPUT=table same -k --skip-first-line --header : -C , echo {1} {only}
	INPUT=table same -k -d , --skip-first-line echo
	INPUT=/dev/null same -k --skip-first-line echo
	INPUT=table same -k --header '[a-z]' -C , echo {x} {z}
	same -k --skip-first-line echo {1}{2} :::: names numbers
	same -k --skip-first-line echo ::: a b c
	same -k --skip-first-line echo {1}{2} ::: a b c ::: x y
	same -k -d , --skip-first-line echo ::: a,b c
	same -k -d , echo ::: a,b c
	printf 'a b\r\nc\rd\r\n\r\ne' >crlf
	INPUT=crlf same -k -d '\r\n' printf '"<%q>"'
	printf 'a, b,c,, d\n, e' >list
	INPUT=list same -k -d ', ' echo '"<{}>"'
	INPUT=list same -k -d ', \145' echo '"<{}>"'
	same -k -d ', ' echo :::: list ::: 'x, y' z,
	INPUT=list same -d ', '
	settle
}

@test "standard input is split into the same blocks" {
	printf '>a\nAC\nGT\n>b\nTT\n>c\n\n>d\nX' >fasta
	printf 'k\tv\na\t1\na\t2\nb\t1\nb\t2\nc\t1\n' >groups
	printf '%s\n' Start foo End Start 'Start this' 'End that' End 'A2, Start, 5' \
		'A2, 01, 5' 'A2, Start, 6' 'A2, Start, 7' >starts
	{ seq -s ' ' 10000; echo head; seq 10; } >long
	printf HHHHAAABBBCCC >fixed
	seq 30000 >many
	INPUT=numbers same -k --pipe 'wc -l; echo {#} {%} {} {1} {2} x{.}'
	INPUT=numbers same -k --pipe -N3 --tag cat ::: a b
	INPUT=numbers same -k --pipe -L3 'cat; echo -'
	INPUT=numbers same -k --pipe -L2 -N2 'cat; exit {#}'
	INPUT=numbers same -k --pipe --block 7 -v 'cat; echo -'
	INPUT=numbers same -k --pipe --block 1 'cat; echo -'
	INPUT=numbers same -k --spreadstdin --block 5 --recend '' 'cat; echo -'
	INPUT=numbers same -k --pipe --recend '5\n' --block 3 'cat; echo -'
	INPUT=numbers same -k --pipe --recstart 1 --recend '\n' --block 3 --rrs 'cat; echo -'
	INPUT=numbers same -k --pipe --regexp --recend '[35]\n' --rrs -N1 'cat; echo -'
	INPUT=numbers same -k --pipe --regexp --recstart '[35]\n' --block 3 'cat; echo -'
	INPUT=numbers same -k --pipe --round-robin -j3 --block 5 'cat; echo {#}'
	INPUT=numbers same -k --pipe --header 2 -N5 'cat; echo -'
	INPUT=numbers same -k --pipe --header : --round-robin -j2 --block 5 'cat; echo -'
	INPUT=numbers same -k --pipe --header '(\d\n)*' --skip-first-line -N5 'cat; echo -'
	INPUT=numbers same -k --pipe --tee 'grep {}' ::: 1 2 x
	INPUT=numbers same -k --pipe --tee ::: wc 'grep 1' md5sum
	INPUT=numbers same -k --pipe --block 3.9 'cat; echo -'
	INPUT=numbers same -k --pipe --block 0.004k 'cat; echo -'
	INPUT=long same -k --pipe --skip-first-line --block 10 --header 1 'cat; echo -'
	INPUT=groups same -k --pipe --shard k --colsep '\t' --header : -j1 'cat; echo -'
	INPUT=groups same -k --pipe --shard 1 --colsep '\t' --header : -j1 'cat; echo -'
	INPUT=fixed same -k --pipe --header '.{4}' --block 3 --recend '' 'cat; echo'
	INPUT=starts same -k --pipe --regexp --recstart '.*, Start' -N1 'cat; echo -'
	INPUT=starts same -k --pipe --regexp --recstart '^Start$' -N1 'cat; echo -'
	INPUT=starts same -k --pipe --regexp --recend 'End$' -N1 'cat; echo -'
	INPUT=starts same -k --pipe --regexp --recend 'End$' --recstart '' --block 7 'cat; echo -'
	INPUT=numbers same -k --pipe --bin 1 -j3 'sort -n; echo -'
	INPUT=numbers same -k --dry-run --pipe -N7 'cat {} {#}'
	INPUT=numbers same -k --cat -N7 'wc -l <{}; exit 3'
	INPUT=numbers same -k --fifo -N7 wc -l '<'
	INPUT=fasta same -k --pipe --recstart '>' -N1 'cat; echo -'
	INPUT=fasta same -k --pipe --recend '\n' --recstart '>' -N2 --rrs 'cat; echo -'
	INPUT=fasta same -k --pipe --regexp --recstart '^>' -N1 'cat; echo -'
	INPUT=fasta same -k --pipe -N1 'cat; echo -'
	INPUT=fasta same -k --pipe -r -N2 'cat; echo -'
	INPUT=groups same -k --group-by 1 -N1 'cat; echo -'
	INPUT=groups same -k --group-by k -N1 'cat; echo -'
	INPUT=groups same -k --pipe --group-by '1 tr/ab/x/' -N1 'cat; echo -'
	INPUT=groups same -k --pipe --group-by 'k tr/bc/x/' -N1 'cat; echo -'
	INPUT=numbers same -k --pipe --group-by 's/.$//' -N1 'cat; echo -'
	INPUT=numbers same -k --pipe --bin '1 $_ = int($_ / 3)' -j3 'sort -n; echo -'
	INPUT=numbers same -k --pipe --bin '$_ %= 3' -j3 'sort -n; echo -'
	INPUT=numbers same -k --pipe --bt 60 -N7 'cat; echo -'
	INPUT=many same -k --pipe --block 10k md5sum
	INPUT=many same -k --pipe --block 10K -L 700 md5sum
	INPUT=many same -k --pipe -N 1000 'head -n 1'
	same -k -a many --pipe-part -j2 md5sum
	same -k -a many --pipe-part --block -2 --header : -j2 'head -n 2'
	same -k -a many -a numbers --pipe-part --block 20k --recend '9\n' md5sum
	same -k -a fasta --pipe-part --block 3 --regexp --recstart '>[bc]' 'cat; echo -'
	same -k -a many --pipe-part --tee 'grep -c {}' ::: 1 x
	same -k --pipe-part -j2 'echo {#}; md5sum' :::: many
	same -k --pipe-part --tee 'grep -c {}' :::: many ::: 1 x
	same -k -a many --pipe-part -j2 --block 100 --round-robin wc
	same -k -a many --pipe-part -j2 --block -0.003k 'wc; echo {#}'
	INPUT=/dev/null same -k --pipe cat
	INPUT=/dev/null same --pipe
	INPUT=numbers same -k --pipe --retries 2 --round-robin cat
	settle
}

# script FIRST-LINE LINE...: runs a script of these lines with each of the two; @ in
# the first line is the folder where the program is called parallel
script() {
	mkdir -p gnu
	[ -e gnu/parallel ] || ln -s "$GNU" gnu/parallel
	printf '%s\n' "${1//@/$PWD/gnu}" "${@:2}" >gnu/script
	printf '%s\n' "${1//@/$PWD/bin}" "${@:2}" >bin/script
	chmod +x gnu/script bin/script
	local where
	for where in gnu bin; do
		(cd "$where" && watched ./script "${EXTRA[@]}" </dev/null && echo 0 || echo $?) \
			>"$where.out" 2>/dev/null
	done
	diff gnu.out bin.out || fail "differs: $1"
}

@test "a script names it in its first line" {
	EXTRA=()
	script '#!@/parallel --shebang -k' 'echo a' '# no' '' 'echo "b c"; exit 3'
	script '#!@/parallel --shebang -k -r echo x' a '' 'b c' "d'e"
	script "#!@/parallel --shebang -k echo 'x  y' {} \"it's\"" a b
	script "#!@/parallel --shebang -k --tagstring '{#} a' echo" a b
	script '#!@/parallel --hashbang -k --colsep , echo {2}' a,b c,d
	script '#!/usr/bin/env -S @/parallel --shebang --ungroup --jobs 1 -v' 'echo a' 'echo b'
	script '#!/usr/bin/env -S @/parallel --shebang -k -r echo x' a b
	script '#!@/parallel --shebang -k echo {1}{2} ::: p q' a b
	script '#!@/parallel --shebang'
	EXTRA=(/nonexistent)
	script '#!@/parallel --shebang -k' 'echo a'
	EXTRA=(../names)
	script '#!/usr/bin/env -S @/parallel --shebang -k echo' 'echo a'
}

@test "arguments are gathered the same way" {
	INPUT=numbers same -k -n 6 echo
	INPUT=numbers same -k -N 3 echo {2}{1} {}
	INPUT=numbers same -k -n 0.007K echo
	INPUT=numbers same -k -N 0.01k -x echo
	INPUT=numbers same -k -N 0 echo x
	INPUT=numbers same -k -j 3 -X echo a{}b
	INPUT=numbers same -k -j 3 -m echo a{}b
	INPUT=numbers same -k -j 3 --xargs echo
	INPUT=numbers same -k -j 3 --xargs -s 20 echo
	INPUT=numbers same -k -j 1 -X -s 30 echo a{}b
	INPUT=numbers same -k -s 30 echo
	seq 30000 >many
	INPUT=many same -k -j2 --xargs 'echo {} | wc'
	INPUT=many same -k -j1 -X -s 100000 'echo a{}b | wc'
	INPUT=many same -k -n 20000 'echo {} | wc'
	same --max-line-length-allowed
	settle
}

@test "options are spelled in every way that GNU parallel understands" {
	same -kj1 echo ::: a b
	same -k -j1 echo ::: a b
	same --keep-order --jobs=1 echo ::: a b
	same --keep --max-p 1 echo ::: a b
	same --keeporder --halt-on-error 0 -P 200% echo ::: a
	same -k --will-cite --no-notice --gnu --silent --env HOME --plain echo ::: a
	same -k -- echo ::: a
	same -k echo -- -k ::: a
	PARALLEL='-k --tag -j1' same echo ::: a b
	PARALLEL="-k --tagstring 'a b'" same echo x ::: a b
	PARALLEL='-k echo pre' same x ::: a b
	same --dry-run -k echo {#} ::: a 'b c'
	same -k --cf --compress --compress-program gzip --decompress-program "gzip -dc" echo ::: a
	same -k --use-cpus-instead-of-cores --use-cores-instead-of-threads echo ::: a
	same -k -M --rsync-opts x --sshdelay 0.001 echo ::: a b
	same --env _ echo ::: a
	same --number-of-sockets
	same --minversion 20200101
	same --minversion 99999999
	settle
}

@test "output is grouped, tagged and ordered the same way" {
	local command='printf "a\nb"; echo e >&2; printf "\nc"'
	same -j1 "$command" ::: 1 2
	same -j1 -k "$command" ::: 1 2
	same -j1 -u "$command" ::: 1 2
	same -j1 --lb 'echo {}; echo {}' ::: 1 2
	same -k --tag "$command" ::: 1 2
	same -k --tag -I ,, "echo ,,; $command" ::: 1 2
	same -k --tagstring '{#}\t{}' "$command" ::: 1 2
	same -k --tagstring '{2}-{1}' echo ::: 1 2 ::: x y
	same -j1 -u --tag echo ::: 1 2
	same -j1 -v "$command" ::: 1 2
	same -k -v --tag "$command" ::: 1 2
	same -j1 --lb -v 'echo {}' ::: 1 2
	same -j1 -v --silent 'echo {}' ::: 1 2
	same -j1 -v nosuchcommand ::: 1 2
	same -j1 -u -v 'echo {}; exit {}' ::: 1 2
	same -j1 -u -v --retries 2 'echo {}; exit 1' ::: 1
	same -k -j4 'sleep 0.{}; echo {}' ::: 3 2 1
	settle
}

@test "jobs find the same in their environment" {
	same -k -j1 'echo $PARALLEL_SEQ {#}; test "$PARALLEL_PID" -gt 1 && echo $PARALLEL_JOBSLOT {%}' ::: a b
	same -k -j1 'echo $PARALLEL_JOBSLOT0' ::: a b
	same -k -j1 --process-slot-var V 'echo $V' '#' ::: a b
	same -k --nice 7 'nice; true' ::: a
	same -k --shellquote ::: 'a b' "it's"
	same -k --shellquote --shellquote echo {} ::: 'a b'
	PARALLEL_ENV=$'f() { echo "<$1>"; }\001v="x y"' same -k 'f {}; echo "$v${PARALLEL_ENV:-}"' '#' ::: 'a b' c
	echo 'v=file' >environment
	PARALLEL_ENV=$PWD/environment same -k 'echo $v {}' ::: a
	echo '--tag echo' >profile
	echo "-v" >home/quoted
	same -k -J ./profile -J quoted x ::: a b
	same -k --profile nosuch echo ::: a
	echo unread >stdin
	INPUT=stdin same -k -j1 'cat; echo {}' ::: a b
	settle
}

@test "jobs run in the directory that is given" {
	mkdir there
	touch plain
	same -k --wd there pwd '#' ::: a b
	same -k --wd ./there/ 'pwd; echo $PWD' '#' ::: a
	same --workdir "$PWD/new/er" 'pwd -P; echo $PWD' '#' ::: a
	same --work-dir newer pwd '#' ::: a
	same --wd . pwd '#' ::: a
	same --wd '' pwd '#' ::: a
	same --wd there --dry-run echo ::: a
	same --wd there -v -u echo ::: a
	same -k --wd there cat {} :::: names
	same -k --wd there echo :::: names
	same --wd plain echo ::: a
	same --wd plain/x echo ::: a
	same -k --wd {} 'pwd; echo $PWD' '#' ::: there new/1
	same -k --wd there/{#} pwd '#' ::: a b
	HOME=$PWD same --wd . pwd '#' ::: a
	settle
}

@test "the exit status says the same" {
	same 'exit {}' ::: 3 0 5
	same true ::: a
	same -j1 --halt now,fail=1 'exit {}' ::: 0 3 5
	same -j1 --halt 2 'exit {}' ::: 0 3 5
	same -j1 --halt soon,fail=2 'exit {}' ::: 0 3 5 0
	same -j1 --halt now,fail=50% 'exit {}' ::: 3 0 5
	same -j1 --halt now,fail=34% 'exit {}' ::: 0 0 3 3 3 0 0
	same -j1 --halt soon,fail=50% 'exit {}' ::: 3 3 0 0
	same -j1 --halt soon,fail=20% 'exit {}' ::: 3 0 3 0 0 0 3 3 3 3
	same -j1 --halt soon,done=50% 'exit {}' ::: 0 3 3 0
	same -j1 --halt now,done=100% 'exit {}' ::: 0 3 3 0
	same -j1 --halt soon,success=75% 'exit {}' ::: 0 3 3 0
	same -j1 --halt 50% 'exit {}' ::: 3 4
	same -j1 --halt now,done=50% 'exit {}' ::: 0 3
	same -j4 --halt now,fail=50% 'exit {}' ::: 3 3 3 3
	same -j1 --halt now,success=1 'exit {}' ::: 3 0 5
	same -j1 --halt now,success=3 'exit {}' ::: 3 0 5
	same -j1 --halt now,done=2 'exit {}' ::: 3 0 5
	same -j1 --halt soon,done=1 'exit {}' ::: 3 0 5
	same -j1 --halt now,fail=1 'kill -9 $$;:' ::: 1 2
	same -j1 'kill -9 $$;:' ::: 1 2
	same -j2 --timeout 0.2 'sleep {}' ::: 0 9
	same -j8 'exit 1' ::: {1..105}
	same nosuchcommand ::: a
	same -j 0% echo ::: a
	same echo :::: /nonexistent
	same --halt foo echo ::: a
	same --halt never 'exit {}' ::: 1 0
	same -j1 --halt now,fail,1 'exit {}' ::: 0 3 5
	same -k -j1 --retries {} 'echo {}; exit 1' ::: 1 3 2
	same -j1 --timeout 400% 'sleep {}; echo {}' ::: 0.2 0.2 0.2 9
	echo 1 >number
	same -j number -k echo '{%}' ::: a b
	same -j $'2\n' -k --delay 0.001auto echo ::: a b
	same -k -j 10.5% echo '{%}' ::: a
	settle
}

@test "a semaphore runs one command, as it does" {
	same --semaphore --fg --id differential echo {} x {#} {%} '{}y' '$HOME'
	same --fg --id differential 'echo a; exit 3'
	same --fg --id differential 'kill -9 $$'
	same --id differential --fg -v echo a ::: b c
	same --id differential --fg --tag echo a
	same --id differential --fg --dry-run -q echo 'a  b'
	same --id differential -j2 --fg -u 'exit 300'
	same --id differential --fg --wait
	same --id differential --fg
	INPUT=lines same --id differential --fg cat
	INPUT=lines same --id differential --fg -j2 -a names cat
	settle
}

@test "Perl code in templates, tags and filters does the same" {
	need perl
	same -k echo '{= s/a/b/ =}' {= 's/a/c/; $_ .= "!"' =} '{={==}' '{={==}=}' x{} ::: a ba "it's" 'a  b' ''
	same -k echo '{=2 s/a/b/ =}' '{=-1 $_=uc =}' '{=3 $_="no" =}' {1} ::: a x ::: b a
	same -k -j1 echo '{= $_=$job->seq() =}' '{= $_=seq() =}' '{= $_=$job->slot() =}' '{= $_=slot() =}' '{= $_=total_jobs() =}' ::: a b c
	same -k echo '{= $_=$Global::JobQueue->total_jobs() =}' ::: a b c
	same -k echo '{= $_=Q($_) =}' '{= $_="a  b"; uq() =}' '{= $_=pQ($_) =}' '{= uq =}' ::: 'a b' '$x' "it's" '"q"'
	same -k echo '{= skip() if $_ == 2 =}' {#} ::: 1 2 3
	same -k echo '{= $_ = join ",", @arg[1..$#arg] =}' '{= $_=$arg[2] =}' ::: a b ::: c d
	same -k --rpl '{x} s/a/b/' --rpl '{x} s/a/c/' --rpl ',, s/a/d/' --rpl '{y}' echo {x} {1x} '{2 x}' ,, {y} ::: a aa ::: ca
	same -k --rpl '{%(.*)} s/$$1$//' --rpl '{/(\.\S+)/(\.\S+)} s/$$1/$$2/g;' echo {%.c} {1%.c} '{/.tar/.gz}' ::: a.c UU.tar.x
	same -k --rpl '{.} s/a/ZZ/' --rpl '{#} 1 $_=$job->seq()+10' echo {.} {/.} {1.} {#} ::: a/b.c
	same -k --parens '<<>>' echo '<< s/a/b/ >> {= x =}' ::: a
	same -k -I ,, echo '{= s/a/b/ =}' ,, {} ::: a
	same -k --filter '{1} < {2}+1' echo {#} ::: 1 2 3 ::: 1 2 3
	same -k --filter '"{}" eq "a"' --filter '{= $_=length =}' echo ::: a b ''
	same -k --tagstring '{= $_=uc =}' --retries '{= $_=1 =}' --workdir '/{= s/a/tmp/ =}' pwd ::: a
	same -k --results 'out/{= s/a/b/ =}/x' echo ::: a
	same -k -n2 echo '{= s/a/b/ =}' x{} '{=1 $_.="!" =}' ::: a b a d e
	same -k -X echo 'x{= s/a/b/ =}y' ::: a b a d e
	same -k -N2 echo 'x{= s/a/b/ =}y' '{=2 $_=uc =}' ::: a b a d e
	same -k -s 30 -X echo '{= $_ x= 3 =}' ::: a b c d e f g h
	same -k -q echo '{= $_.=" x" =}' 'a b' ::: a b
	same -k '{= s/x/echo/ =}' ::: 'x a b'
	same -k --plus echo '{= s/a/b/ =}' {..} {%x} ::: a.b.c ba
	same -k --header : --rpl '{x} s/1/y/' echo '{=a s/1/x/ =}' {b} {1x} ::: a 1 2 ::: b 3
	same -C , -k echo '{=2 $_=lc =}' ::: A,B C,D
	same -k --dry-run echo '{= s/a/b/ =}' ::: a ba
	same echo '{= syntax error here( =}' ::: a
	same -j1 -k echo '{= print "p\n" =}' ::: a
	INPUT=numbers same -k -j2 echo '{= $_ *= 2 =}'
	settle
}

@test "what is meant to differ does" {
	same -n x echo ::: a
	same -C '(' echo ::: a
	same --timeout 0.2 --halt now,fail=1 sleep ::: 9
	same -k --filter '{1} eq "a"' echo ::: a
	same -k -N0 echo '{= $_=seq() =}' z '{= s/a/b/ =}' ::: a b
	same --nosuch echo ::: a
	same -j x echo ::: a
	same --halt now,fail=0 true ::: a
	printf '%s\n' 3 3 0 0 >statuses
	INPUT=statuses same -j1 --halt now,fail=34% exit
	settle
	[ "$count" -eq "${#MEANT[@]}" ]
}
