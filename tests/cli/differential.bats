#!/usr/bin/env bats
# nursery under the name parallel against GNU parallel: for the same command line
# both programs give the same standard output and the same status.  What templates
# become is compared in more depth by tests/unit/template.bats.
#
# shellcheck disable=SC1003,SC1083,SC2016,SC2288 # strange words are the point

load ../helper

# What is meant to differ, and why.  A line that no longer differs is an error.
declare -gA MEANT=(
	['echo :::']='GNU reads standard input if the only ::: has no words; nursery takes an empty list for what it is: nothing to do'
	['echo ::::']='the same; nursery says that a file is missing'
	[$'echo x{} ::: one\ntwo']='GNU cuts words at newlines; nursery never does: a name may contain one'
	['-n x echo ::: a']='GNU takes a number that is none for 0; nursery refuses it'
	['echo {= s/a/b/ =} ::: a']='Perl'
	['--rpl {x} s/a/b/ echo {x} ::: a']='Perl'
	['--plus echo {uniq} {1} {2} ::: a b ::: a b']='{uniq} and {choose_k} skip jobs: Perl'
	['-C ( echo ::: a']='a bad regular expression is 255, not the 25 that Perl happens to die with'
	['--timeout 0.2 --halt now,fail=1 sleep ::: 9']='a time-out is 124, as timeout(1) has it; GNU has -1, which is 255'
	['--nosuch echo ::: a']='GNU prints its usage to standard output'
	['-j x echo ::: a']='the same'
	['-k --header [a-z] echo {a} ::: a 1']='--header knows only :'
	['--halt now,fail=0 true ::: a']='N is at least 1'
	['-j1 --halt now,fail=34% exit']='GNU reads its whole input before it starts a job; nursery starts jobs as they are read and takes the percentage of those that are over'
)

setup() {
	nursery_setup
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

# same ARG...: runs both with this command line; settle compares.  GNU parallel is
# slow to start, so up to two of them run while ours does.
same() {
	local dir=cases/$((++count))

	mkdir "$dir"
	printf '%s' "$*" >"$dir/what"
	{
		"$GNU" "$@" <"$INPUT" >"$dir/want" 2>"$dir/want.err" &&
			echo 0 >"$dir/want.status" || echo $? >"$dir/want.status"
	} 3>&- &
	if ((++running > 2)); then
		wait -n || :
		running=$((running - 1))
	fi
	watched "${WRAPPER[@]}" "$OURS" "$@" <"$INPUT" >"$dir/got" 2>"$dir/got.err" &&
		echo 0 >"$dir/got.status" || echo $? >"$dir/got.status"
}

settle() {
	local dir what differs bad=0

	wait
	for dir in cases/*; do
		what=$(cat "$dir/what")
		differs=
		cmp -s "$dir/want" "$dir/got" &&
			cmp -s "$dir/want.status" "$dir/got.status" || differs=1
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
	[ "$count" -gt 0 ] && [ "$bad" = 0 ]
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
	INPUT=numbers same -k -N 0 echo x
	INPUT=numbers same -k -j 3 -X echo a{}b
	INPUT=numbers same -k -j 3 -m echo a{}b
	INPUT=numbers same -k -j 3 --xargs echo
	INPUT=numbers same -k -j 3 --xargs -s 20 echo
	INPUT=numbers same -k -j 1 -X -s 30 echo a{}b
	INPUT=numbers same -k -s 30 echo
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
	settle
}

@test "what is meant to differ does" {
	INPUT=numbers same echo :::
	INPUT=numbers same echo ::::
	same echo x{} ::: $'one\ntwo'
	same -n x echo ::: a
	same echo '{= s/a/b/ =}' ::: a
	same --rpl '{x} s/a/b/' echo {x} ::: a
	same --plus echo {uniq} {1} {2} ::: a b ::: a b
	same -C '(' echo ::: a
	same --timeout 0.2 --halt now,fail=1 sleep ::: 9
	same --nosuch echo ::: a
	same -j x echo ::: a
	same -k --header '[a-z]' echo {a} ::: a 1
	same --halt now,fail=0 true ::: a
	printf '%s\n' 3 3 0 0 >statuses
	INPUT=statuses same -j1 --halt now,fail=34% exit
	settle
	[ "$count" -eq "${#MEANT[@]}" ]
}
