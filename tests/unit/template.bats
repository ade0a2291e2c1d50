#!/usr/bin/env bats
# Templates against GNU parallel, byte for byte.
#
# `same` asks both the same question; what is meant to differ is in a table at the
# end.  GNU parallel needs a tenth of a second for an answer, so digests of its
# answers are kept in template.answers.  Which questions it is asked again, at the
# end of each test, says the variable ORACLE:
#
#	nothing		one of each test, at random, and whatever differs
#	all		every question, as .ci/run does
#	record		every question; the answers become template.answers
#
# shellcheck disable=SC1003,SC1083,SC2016,SC2034,SC2054,SC2238,SC2288 # strange words are the point

load driver

ANSWERS=$BATS_TEST_DIRNAME/template.answers

setup_file() {
	export ORACLE=${ORACLE:-} GNU=
	if parallel --version </dev/null 2>/dev/null | grep -q '^GNU parallel'; then
		GNU=$(command -v parallel)
	fi
	[ "$ORACLE" != record ] || : >"$ANSWERS"
}

teardown_file() {
	[ "$ORACLE" != record ] || sort -u -o "$ANSWERS" "$ANSWERS"
}

setup() {
	driver_setup
	export PARALLEL_SHELL=/bin/sh
	unset PARALLEL
	mkdir cases
	count=0
	printf '%s\n' one 'two words' '' "it's" '$HOME' '`id`' '*' '-n' >lines
	printf '%s\n' a.b.c d/e.f /g/h/ i >names
	printf '%s\n' 'x,y,z' '1,,3' ',' 'only' ' p , q ' >table
	printf 'Name\tSize.x\nfoo.c\t12\nbar d\t7\n' >head
	: >empty
	# Names and other values of every kind that may be hard to get right.
	VALUES=(a 'b c' "it's" "'" "''" "'x'" '"' '\' '\n' '$HOME' '`id`' '*' '?'
		'[x]' -x -- - '' ' ' $'\t' '!' '#c' '~' '=' 'a=b' , : % @ '{}'
		'{1}' '{= =}' '&' ';' '|' '<' '>' '(' ')' $'\xff' $'\xe4\xf6'
		ä.ö $'\x01' $'\x7f' a.b a.b.c a.b.c.d . .. ... .hid .hid.x
		a. a.. / // /a /a/ /a// a/ a// a/b a/b/ a//b //a ./a ../a/b.c.d
		a.b/c a.b/c.d /x/.y /x/.y.z a/.b/c 0 00 1 12 123456 abcabc ABC aXbX
		foo.tar.gz foo.gz.gz x.z.z.z z.z.z.foo 'a b.c d' 'a b/c d.e')
	# Values with a newline, which only -0 can read.
	LINES0=($'a\nb' $'\n' $'a\n' $'\nb' $'a/b\nc/d.e' $'a.b\nc' $'a.b\nc/d'
		$'x\n/y/z\nw/v' $'a.b.c\n' $'a\n.b' $'a/\n' $'/\n' $'a.b/c\nd.e.f'
		$'a\n\nb' $'\n\n')
}

# same ARG...: both print the same commands; the file INPUT is their standard input.
# Ours is asked here and now, settle compares.
same() {
	local case=cases/$((++count))

	printf '%s\0' "${INPUT:-/dev/null}" "$@" >"$case.question"
	input expand "$@" <"${INPUT:-/dev/null}" >"$case.got" && return
	printf 'status %d:' $?
	printf ' %q' "$@"
	return 1
}

teardown() {
	nursery_teardown
	settle
}

# digests SUFFIX ARRAY: ARRAY[N] becomes the digest of the file cases/N.SUFFIX
digests() {
	local -n ret=$2
	local sum path

	while read -r sum path; do
		path=${path#cases/}
		ret[${path%.*}]=${sum:0:16}
	done < <(sha256sum cases/*."$1")
}

settle() {
	local -A known=()
	local -a questions=() got=()
	local i sample question answer

	((count > 0)) || return 0
	digests question questions
	digests got got
	while read -r question answer; do
		known[$question]=$answer
	done <"$ANSWERS"
	sample=$((RANDOM % count + 1))
	[ -n "$GNU" ] || sample=0
	for ((i = 1; i <= count; i++)); do
		answer=${known[${questions[i]}]:-none}
		if [ -n "$ORACLE" ] || [ "$i" -eq "$sample" ] || [ "${got[i]}" != "$answer" ]; then
			ask "cases/$i" || return
			[ "$ORACLE" != record ] || answer=${got[i]}
			[ "${got[i]}" = "$answer" ] || {
				echo 'template.answers is old: ORACLE=record make check TESTS=tests/unit/template.bats'
				return 1
			}
		fi
		[ "$ORACLE" != record ] || echo "${questions[i]} $answer" >>"$ANSWERS"
	done
}

# ask CASE: asks GNU parallel and compares
ask() {
	local -a words
	local want=0

	mapfile -d '' words <"$1.question"
	printf '%q ' "${words[@]:1}"
	[ -n "$GNU" ] || {
		echo '- needs GNU parallel to answer that'
		return 1
	}
	"$GNU" --dry-run -k "${words[@]:1}" <"${words[0]}" >want 2>why || want=$?
	if [ "$want" -ne 0 ] || ! cmp -s want "$1.got"; then
		printf -- '- differs, GNU parallel: status %d\n' "$want"
		cat why
		diff <(sed 's/ > < /\n/g' want | cat -v) \
			<(sed 's/ > < /\n/g' "$1.got" | cat -v) | head -n 20
		return 1
	fi
	echo '- the same'
}

# all TEMPLATE...: asks what each template makes of each of VALUES, in one command
all() {
	local words=(true)
	local w

	for w; do
		words+=("<" "$w" ">")
	done
	same "${OPTIONS[@]}" "${words[@]}" ::: "${VALUES[@]}" &&
		same "${OPTIONS[@]}" -0 "${words[@]}" ::: "${LINES0[@]}"
}

@test "the replacement strings make of every value what GNU parallel makes" {
	OPTIONS=(-j 1)
	all {} {.} {/} {//} {/.} x{} {}x x{}y {}{} {.}{/} {{}} '{ }' {} \
		'{}{}{}' '"{}"' "'{}'" '\{}' '${}' {1} {1.} {1/} {1//} {1/.} {-1} \
		{-1.} {-1/} {-1//} {-1/.} {2} x{2}y {-2} {-3} {0} {00} {-0} {01} '{1 }' \
		'{1 .}' '{-1  //}' {1-} {a} {.x} {..} {...} {+/} {:2} {##} {0#} {#x} \
		{/x} {///} {//.} {./} {{1}} {}} {1 1} '{1
}' '{	}' '{1	/}' {+1} {-} {#} {#}{#} {1#} {2#} {0%} {-1#}
}

@test "so do those of --plus" {
	OPTIONS=(--plus)
	all {..} {...} {+/} {+.} {+..} {+...} {/..} {/...} {1..} {1...} {1+/} {1+.} \
		{1+..} {-1+...} {1/..} {2/...} {##} {:-x} {:-a\ b} {:-"'"} '{:-$x}' \
		'{:-{}}' {1:-z} {2:-z} {:0} {:1} {:2} {:99} {1:2} {:0:1} {:1:1} {:1:2} {:2:9} \
		{:9:9} {-1:1:2} {:-} {:} {::} {:x} {:1:} {:1:x} {} {.} {/} {//} {/.}
}

@test "patterns of --plus take what they take" {
	OPTIONS=(--plus -j 1)
	all {%.gz} {%.tar.gz} {%%.gz} {#a} {##a} {#a.} {##a.} {%c} {%.z} {%%.z} '{%.*z}' \
		'{%%.*z}' '{#z.*z.}' '{##z.*z.}' '{%.z.*z}' '{%%.z.*z}' {#.} {##.} {%.} \
		{/a/X} {/b/} {//a/X} {//./-} '{//\./-}' {/#a/X} {/%c/X} {/#x/} {/a/b/c} \
		{//a/b/c} {//a/} {/ab/..} '{/[abc]/X}' '{//[^abc]/X}' '{//[abc]+/X}' \
		'{//a|b/X}' '{/(a)(b)/X}' '{^a}' '{^^a}' '{,A}' '{,,A}' '{^[a-c]}' \
		'{^^[a-c]}' '{,[A-Z]}' '{,,[A-Z]}' '{^.}' '{^^.}' '{,.}' '{,,.}' \
		'{^^b.}' {1%.gz} {1#a} {1/a/X} '{1^^a}' '{1,,A}' {%} {#} {#%a} {%#a} '{/#/x}' \
		'{/%/x}' '{///x}' '{////}' '{%\.gz}' '{//\s/_}' '{//\d/N}' \
		'{//\w+/W}' '{//[\s.]/_}' '{%[a-z]+}' '{#[a-z]+}' '{%%[a-z]+}' '{##[a-z]+}' \
		'{%(?:.gz)}'
}

@test "quoting is the same for every value and any place" {
	OPTIONS=(-q)
	all {} x{} {}y 'a b' '$x' "it's {}" '"{}"' {.} {/} {//} '' ' ' '* {} ?'
	OPTIONS=()
	all 'a b' 'a  b {}' '' ' ' '{} {}' '	{}' "{} '{}' {}"
}

@test "a value that is the command is not quoted" {
	for t in {} {}x {/} x{} {1} {#}{} './{}' "'{}'" '{2}'; do
		same "$t" ::: "${VALUES[@]}"
	done
	same '{} y' ::: 'a b' "it's"
	same 'x {}' ::: 'a b' "it's"
	same 'x={}' y ::: 'a b' "it's"
	same '{}=x' y ::: 'a b' "it's"
	same '	{}' y ::: 'a b' "it's"
	same $'\n{}' y ::: 'a b' "it's"
	same '' {} ::: 'a b' "it's"
	same ::: 'echo a b' "it's"
	INPUT=lines same
	same -q {} ::: 'a b' "it's"
}

@test "a template without a replacement string gets one" {
	same echo ::: a 'b c'
	same echo a b ::: a 'b c'
	same 'echo a' ::: a 'b c'
	same echo {1 ::: a 'b c'
	same echo {a} ::: a
	same echo {2} ::: a
	same -q echo 'x y' ::: a 'b c'
	INPUT=lines same echo
	INPUT=lines same cat -n
	same -I ,, echo {} ::: a
	same -I ,, echo ,,x,, ::: a 'b c'
	same -I ,, echo {1} {.} {/} {2.} ::: a/b.c
	same -I '{x}' echo {1x} {x} {} {1} ::: a/b.c
	same -I '{}' echo {1} {} ::: a
	same -I '%%' echo '%% {%}' ::: a
}

@test "several sources multiply, the last fastest" {
	same echo {} ::: a b ::: c d
	same echo {1} {2} ::: a b ::: c d
	same echo {2} {1} {3} ::: a b ::: c d e ::: f
	same echo {1}{2}{3}{4} ::: 1 2 ::: 3 4 ::: 5 6 ::: 7 8
	same echo {-1} {-2} {-3} {-4} {-5} {-6} {-7} ::: 1 2 ::: 3 4 ::: 5 6
	same echo {1} {2} :::: names lines
	same echo {1} {2} :::: names ::: x y :::: table
	INPUT=lines same echo {1} {2} :::: - ::: x y
	INPUT=lines same -a - -a names echo {2} {1}
	INPUT=lines same -a names echo
	same -a names echo {1}-{2} ::: p q
	same echo {1}-{2} ::: a b :::
	same echo {1}-{2} ::: ::: a b
	same echo {1}-{2}-{3} ::: a ::: ::: b
	same echo {1}-{2} :::: empty ::: a b
	same echo {1}-{2} ::: ::: :::
	same echo :::
	same echo :::: empty
	same echo
	same echo {3} ::: a ::: b
}

@test "linked sources go side by side" {
	same echo {1}{2} ::: a b c :::+ 1 2 3
	same echo {1}{2} ::: a b :::+ 1 2 3
	same echo {1}{2} ::: a b c :::+ 1 2
	same echo {1}{2}{3} ::: a b c :::+ 1 2 3 ::: X Y
	same echo {1}{2}{3} ::: X Y ::: a b c :::+ 1 2 3
	same echo {1}{2}{3} ::: X Y ::: a b :::+ 1 2 3
	same echo {1}{2}{3} ::: X Y ::: a b c :::+ 1 2
	same echo {1}{2}{3} ::: a b c :::+ 1 2 3 :::+ x y
	same echo {1}{2}{3}{4} ::: a b :::+ 1 2 ::: x y :::+ 8 9
	same echo {1}{2} ::: a b :::+
	same echo {1}{2}{3} ::: a b :::+ ::: x y
	same echo {1}{2} :::: names ::::+ lines
	same echo {1}{2}{3} :::: names lines ::::+ table
	same --link echo {1}{2} ::: a b c ::: 1 2 3
	same --link echo {1}{2} ::: a b c ::: 1 2
	same --link echo {1}{2} ::: a ::: 1 2 3
	same --link echo {1}{2}{3} ::: a b ::: 1 2 3 ::: w x y z
	same --link echo {1}{2} :::: names lines
	same --link echo {1}{2} ::: a b c :::: lines ::: 1 2
	INPUT=lines same --link -a - -a names echo {2} {1}
}

@test "values come from lines, records and words as they are" {
	INPUT=lines same echo x
	INPUT=lines same -r echo x
	INPUT=lines same -E '$HOME' echo
	INPUT=lines same -E '' echo
	INPUT=lines same -E one echo
	same -E b echo {1}{2} ::: a b c ::: x y
	same -E y echo {1}{2} ::: a b c ::: x y z
	same -r echo {} ::: a '' ' ' b
	printf 'a b\0c\nd\0\0e' >nul
	INPUT=nul same -0 echo
	INPUT=nul same -0 -r echo
	printf 'a,b,,c d\n' >commas
	INPUT=commas same -d , echo
	same -d , echo ::: a,b c
	printf 'last' >unterminated
	INPUT=unterminated same echo
	printf 'a\r\nb\r\n' >crlf
	INPUT=crlf same echo
	same -0 echo ::: $'a\nb' c
}

@test "white space is trimmed on request" {
	for how in n l r lr rl; do
		same --trim "$how" echo '<{}>' {1} {.} ::: ' a ' $'\tb.c \t' '  ' 'c  d ' e
		same --trim "$how" --colsep , echo '<{1}>{2}' :::: table
	done
}

@test "columns are arguments" {
	same --colsep , echo {1}-{2}-{3} :::: table
	same --colsep , echo {} :::: table
	same --colsep , echo {3} {2} {1} {-1} {-2} :::: table
	same --colsep '\|' echo {1}-{2} ::: 'a|b' 'c' '|'
	same --colsep '[,:]+' echo {1}-{2}-{3} ::: 'a,:b' ':c' 'd::' ',,'
	same --colsep '\s+' echo {1}-{2}-{3} ::: 'a  b' $'c\td e'
	same --colsep ' ' echo {1}-{2}-{3} ::: 'a  b' ' c'
	same --colsep '\t' echo {1}-{2} ::: $'a\tb c'
	same --colsep '\W' echo {1}-{2}-{3} ::: 'a.b-c'
	same --colsep '' echo {1}-{2}-{3} ::: abc ''
	same --colsep 'x*' echo {1}-{2}-{3} ::: axxbc xx
	same --colsep ab echo {1}-{2}-{3} ::: 1ab2abab3 ab
	same --colsep 'a.' echo {1}-{2}-{3} ::: 1ab2aca
	same --colsep '\*?,' echo {1}-{2} ::: 'a*,b' 'a,b'
	same --colsep '\(?;' echo {1}-{2} ::: 'a(;b' 'a;b'
	same --colsep 'x{1,2}' echo {1}-{2}-{3} ::: 'axxxb'
	same --colsep '(?:,|;)' echo {1}-{2}-{3} ::: 'a,b;c'
	same --colsep ',|;' echo {1}-{2}-{3} ::: 'a,b;c'
	same --colsep '[\t,]' echo {1}-{2}-{3} ::: $'a,b\tc'
	same --colsep , echo {1}-{2}-{3}-{4} :::: table ::: x y
	same --colsep , -N 2 echo {1}-{2}-{3}-{4}-{5} :::: table
	same --colsep , -q echo {2} :::: table
}

@test "a header names columns" {
	same --header : echo {Name} {Size.x} {1} {Name.} {Name/} {Name//} {Name/.} x{Name}y {name} :::: head
	same --header : echo {Name} :::: head
	same --header : echo x :::: head
	same --header : echo {a} {b} ::: a 1 2 ::: b x y
	same --header : --colsep , echo {x} {z} :::: table
	same --header : --colsep , echo {x} {w} :::: table ::: w 1 2
	same --header : echo {a} :::: empty ::: a 1
	same --header : echo ::: a
}

@test "-n and -N take so many, -L so many lines" {
	for n in 1 2 3 5 9 0; do
		INPUT=lines same -n $n echo x{}y {1} {2} {3}
		INPUT=lines same -N $n echo x{}y {1} {2} {3}
		INPUT=lines same -N $n echo {2} {1} {3}-{4}
		INPUT=lines same -N $n echo {2}{}
		INPUT=lines same -n $n echo
		INPUT=lines same -N $n echo
	done
	printf '%s\n' a 'b ' c 'd	' 'e ' f 'g ' >continued
	for n in 1 2 3; do
		INPUT=continued same -L $n echo
		INPUT=continued same -L $n echo x{}
		INPUT=continued same -L $n -r echo
		INPUT=continued same -L $n -E c echo
	done
	same -N 2 echo {1} {2} {3} {4} {-1} ::: a b c ::: 1 2
	same -n 2 echo {} ::: a b c ::: 1 2
	same -N 3 echo 'a	{}b {} c' ::: 1 2 3 4
	same -N 3 echo $'a\n{}b {} c' ::: 1 2 3 4
	same -N 2 -q echo 'a {}b' {} ::: 1 2 3 4
	same -n 2 -q echo 'a {}b' {} '{} {}' ::: 1 2 3 4
	same -n 2 echo 'a {}b' {} '{}{}' ::: 1 2 3 4
	same -N 2 '{}' ::: 1 2 3 4
	same -N 2 echo {#} {#}-{} ::: 1 2 3 4 5
	same -N 2 echo {1}-{} ::: 1 2 3 4 5
	same -N 0 echo {} {1} x{}y {#} ::: 1 2 3
	same -n 0 echo ::: 1 2 3
	same -N 0 -q echo a {} b ::: 1 2
	same -n 0 x{} ::: 1 2
}

@test "-X and -m fill commands and spread the last ones over the slots" {
	seq 1 40 >forty
	for j in 1 2 3 7 50; do
		for s in 30 37 50 99 1000; do
			for o in -X -m; do
				INPUT=forty same -j $j $o -s $s echo
				INPUT=forty same -j $j $o -s $s echo a{}b
			done
		done
	done
	for o in -X -m; do
		INPUT=forty same -j 2 $o -s 60 echo a{}b x {.}{} y
		INPUT=forty same -j 2 $o -s 90 -q echo 'a {}b' x
		INPUT=lines same -j 2 $o -s 60 echo {} x{}
		INPUT=lines same -j 3 $o -s 45 {} x
		INPUT=forty same -j 2 $o -n 3 echo
		INPUT=forty same -j 2 $o -n 50 echo
		INPUT=forty same -j 4 $o -s 60 -n 5 echo a{}b
		INPUT=forty same -j 2 $o -s 60 echo {#} {}
		INPUT=forty same -j 2 $o -s 60 echo {1} {} {2}x
		INPUT=forty same -j 2 $o -s 60 echo {1}-{}
		INPUT=forty same -j 2 $o echo
		same -j 2 $o echo ::: a
		same -j 2 $o echo ::: a b c ::: 1 2
		same -j 2 $o -s 60 echo {1} {2} ::: a b c ::: 1 2
		same -j 2 $o 'echo {}; b' ::: a b c
		same -j 2 $o echo {}/{} ::: a b c
		same -j 2 $o --colsep , -s 40 echo :::: table
		same -j 2 $o --tagstring x{}y echo ::: a b c
	done
	same -X -N 2 -j 2 echo {1}{2}{} ::: a b c d e
	INPUT=forty same -s 20 -n 10 echo
	INPUT=forty same -s 20 echo
}

@test "a tag is made of the same arguments, without quotes" {
	same --tagstring {} echo ::: 'a b' "it's" '' a/b.c
	same --tagstring 'x{1} {2/.}y' echo ::: 'a b' ::: a/b.c
	same --tagstring '{} {#}' -n 2 echo ::: a b c
	same --tagstring 'x{} {#}' -N 2 echo ::: a b c
	same --tagstring none echo ::: a b
	same --plus --tagstring '{%.c} {^a}' echo ::: a.c b
	same --header : --tagstring {Name} echo {Size.x} :::: head
}

@test "how many commands will come is known of words" {
	[ "$(input known echo ::: a b c)" = '3 3' ]
	[ "$(input known echo ::: a b c ::: d e)" = '6 6' ]
	[ "$(input known echo ::: a b c :::+ d e)" = '2 2' ]
	[ "$(input known --link echo ::: a b c ::: d e)" = '3 3' ]
	[ "$(input known -N 2 echo ::: a b c ::: d e f)" = 'unknown 0 5' ]
	[ "$(input known echo :::: lines)" = 'unknown 0 8' ]
	[ "$(input known -X echo ::: a b c)" = 'unknown 0 2' ]
}

# refuses TEXT ARG...: an error that says TEXT and nothing before it.
refuses() {
	local text=$1 got status=0
	shift

	got=$(input expand "$@" </dev/null) || status=$?
	[ "$status" -eq 1 ] && [[ $got == "error: "*"$text"* ]] && return
	printf 'status %d: %s\nwant an error: %s\n' "$status" "$got" "$text"
	return 1
}

@test "what cannot be is said before anything" {
	refuses "cannot read arguments from 'none': No such file" echo :::: lines none
	refuses "cannot read arguments from '.': Is a directory" -a . echo
	refuses "--colsep: '('" --colsep '(' echo ::: a
	refuses "--colsep: 'a+?'" --colsep 'a+?' echo ::: a
	refuses --plus echo '{= s/a/b/ =}' ::: a
	refuses 'sh -c' echo '{=' 's/a/b/' '=}' ::: a
	refuses '{uniq}' --plus echo '{uniq}' ::: a
	refuses '{1uniq} is GNU' --plus echo 'x{1uniq}y' ::: a
	refuses '{-2choose_k} is GNU' --plus echo '{}{-2choose_k}' ::: a ::: b
	refuses '{sshlogin} is GNU' --plus echo {sshlogin} ::: a
	refuses '{%...}' --plus echo '{%(}' ::: a
	refuses '-I' -I '' echo ::: a
	refuses 'standard input' echo :::: - -
	refuses 'needs a command' --argv ::: a
	refuses 'too long' -s 20 echo ::: aaaaaaaaaaaaaaaaaaaaaaaa
	refuses 'too long' -X echo ::: "$(head -c 100000 /dev/zero | tr '\0' "'")"
}

@test "a NUL in a line is an error that names the record" {
	printf 'a\nb\0c\n' >nul
	run input expand echo :::: nul
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = 'echo a' ]
	[[ ${lines[1]} == 'error: nul, record 2: an argument cannot contain a NUL byte'* ]]
}

@test "an argument beyond all limits is an error that names the record" {
	local mib=$((1024 * 1024)) long='an argument cannot be longer than 16 MiB'
	{ echo a; head -c $((16 * mib)) /dev/zero | tr '\0' b; echo; } >most
	run input expand 'echo {/}' :::: most
	[ "$status" -eq 0 ]
	# also if it never ends, and if it is put together from several lines
	mkfifo endless
	{ echo a; exec yes; } | tr '\n' a >endless 2>/dev/null 3>&- &
	run input expand -d '|' 'echo {/}' :::: endless
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == "error: endless, record 1: $long"* ]]
	run input expand --header : 'echo {/}' :::: <(head -c $((17 * mib)) /dev/zero | tr '\0' b)
	[ "$status" -ne 0 ]
	[[ $output == *"$long"* ]]
	{ yes "$(printf '%9999s' ' ')" || :; } 2>/dev/null | head -n 2000 >joined
	run input expand -L 1 'echo {/}' :::: joined
	[ "$status" -eq 1 ]
	[[ $output == *"$long"* ]]
}

@test "values of a stream are expanded as they come" {
	mkfifo in out
	input expand echo {} {2} :::: in ::: a b | sed -u 's/^/got /' >out &
	exec 5>in 6<out
	for word in one two three; do
		echo "$word" >&5
		# The driver buffers what it writes to a pipe: nothing need come yet.
	done
	exec 5>&-
	[ "$(cat <&6 | wc -l)" -eq 6 ]
	exec 6<&-
	wait
}

@test "a line of 10 million bytes is no trouble for who does not need it" {
	head -c 10000000 /dev/zero | tr '\0' x >long
	[ "$(input expand echo {#} :::: long)" = 'echo 1' ]
	[ "$(input count echo :::: long)" = '1 10000005' ]
}

@test "the first of several sources is not kept in memory" {
	case $BUILD_KIND in asan | valgrind) skip 'needs little memory' ;; esac
	seq 1000000 >million
	(
		ulimit -v 100000
		[ "$(input count echo {1} {2} :::: million ::: a b)" = \
			'2000000 25777792' ]
		[ "$(input count --link echo {1} {2} :::: million ::: a b)" = \
			'1000000 12888896' ]
	)
}

# The machine is chosen later, so that a variable stands for it, as in GNU
# parallel, whose variable has another name.
@test "{host} becomes a variable, which is never quoted" {
	[ "$(input expand --plus echo {host} {} ::: 'a b')" = "echo \${NURSERY_HOST} 'a b'" ]
	[ "$(input expand --plus echo '"x{host}y"' ::: a b)" = 'echo "x${NURSERY_HOST}y"
echo "x${NURSERY_HOST}y"' ]
	[ "$(input expand --plus -q echo {host} ::: a)" = "echo '\${NURSERY_HOST}'" ]
	[ "$(input expand --plus -X -j 1 echo {host}:{} ::: a b)" = \
		'echo ${NURSERY_HOST}:a ${NURSERY_HOST}:b' ]
	[ "$(input expand --plus -N 0 echo {host} ::: a)" = 'echo ${NURSERY_HOST}' ]
	[ "$(input expand --plus --header : echo {host} ::: host b)" = 'echo b' ]
	[ "$(input expand echo {host} ::: a)" = 'echo {host} a' ]
	[ "$(input expand --plus echo {slot} ::: a)" = 'echo ${NURSERY_SLOT}' ]
	refuses 'too long' --plus -s 20 echo {host} {} ::: a
}

@test "--argv substitutes nothing and passes the arguments beside" {
	[ "$(input expand --argv echo '"$1"' {} ::: 'a b' '$(id)')" = 'echo "$1" {} <a b>
echo "$1" {} <$(id)>' ]
	[ "$(input expand --argv -N 2 echo ::: a b c ::: d)" = 'echo <a> <d> <b> <d>
echo <c> <d>' ]
	[ "$(input expand --argv -X -j 1 echo ::: a b c)" = 'echo <a> <b> <c>' ]
}

@test "--shuf loses and doubles nothing" {
	seq 1000 >numbers
	input expand --shuf echo {} {##} :::: numbers >got
	run ! cmp -s numbers <(cut -d ' ' -f 2 got)
	cmp numbers <(cut -d ' ' -f 2 got | sort -n)
	[ "$(cut -d ' ' -f 3 got | sort -u)" = '{##}' ]
	[ "$(input expand --shuf --plus -N 3 echo {##} :::: numbers |
		sort -u)" = 'echo 334' ]
}

# What differs from GNU parallel on purpose, each with its test:
#
# | what                         | theirs       | ours        | why            |
# |------------------------------|--------------|-------------|----------------|
# | ::: with a newline in a word | two values   | one         | any name safe  |
# | {0#} of 1000 jobs            | 001          | 0001        | theirs rounds  |
# | --colsep with a group        | a column too | none        | nobody expects |
# | :::: - -                     | take turns   | an error    | chunks, not    |
# |                              |              |             | lines, for us  |
# | --link with an empty source  | dies         | empty value | as without     |

@test "a newline in a word stays" {
	[ "$(input expand echo ::: $'a\nb')" = "echo 'a
b'" ]
}

@test "numbers are padded to the width of the largest" {
	seq 1000 >thousand
	[ "$(input expand --plus echo {0#} :::: thousand | head -n 1)" = 'echo 0001' ]
	seq 999 >thousand
	[ "$(input expand --plus echo {0#} :::: thousand | head -n 1)" = 'echo 001' ]
	[ "$(input expand --plus -j 12 echo {0%} ::: a)" = 'echo 01' ]
}

@test "groups of --colsep are no columns" {
	[ "$(input expand --colsep '(,)' echo {1} {2} {3} ::: a,b)" = 'echo a b ' ]
}

@test "--link takes an empty source for an empty value" {
	[ "$(input expand --link echo {1}-{2} ::: a b :::)" = "echo a-''
echo b-''" ]
}
