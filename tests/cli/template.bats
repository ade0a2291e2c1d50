#!/usr/bin/env bats
# Templates on the command line: the separators, the options, bad input.
#
# shellcheck disable=SC1003,SC1083,SC2016 # strange words are the point

load ../helper

# refused WORDS ARG...: nursery ARG... says one line with WORDS, status 125
refused() {
	local words=$1
	shift
	rm -f started
	try 125 nursery "$@"
	complains "$words" || fail "refused: $*"
	[ ! -e started ] || fail "something started for: $*"
}

@test "a command runs once for each argument, in order" {
	try 0 nursery echo x {} y ::: a 'b c' "it's" '$HOME' ''
	out 'x a y' 'x b c y' "x it's y" 'x $HOME y' 'x  y'
	err
}

@test "options end where the command begins" {
	try 0 nursery echo -n -k --tag {} ::: a
	out '-k --tag a'
	try 0 nursery -- echo ::: -k --
	out -k --
}

@test "sources multiply; linked ones go side by side" {
	printf '%s\n' x y >file
	try 0 nursery echo ::: a b :::: file
	out 'a x' 'a y' 'b x' 'b y'
	try 0 nursery echo {2}{1} ::: a b :::+ 1 2
	out 1a 2b
	try 0 nursery echo {2}{1} ::: a b ::::+ file
	out xa yb
	try 0 nursery --link echo {2}{1} ::: a b ::: 1
	out 1a 1b
	try 0 nursery --xapply echo {2}{1} ::: a b ::: 1
	out 1a 1b
}

@test "-a takes files, - is standard input" {
	printf '%s\n' x y >file
	try 0 nursery -a file echo
	out x y
	try 0 nursery --arg-file file -a file echo
	out 'x x' 'x y' 'y x' 'y y'
	try 0 nursery -a file echo ::: 1
	out 'x 1' 'y 1'
	try 0 nursery -a - echo < <(printf 'p\nq r\n')
	out p 'q r'
	try 0 nursery echo :::: - < <(printf 'p\nq r\n')
	out p 'q r'
}

@test "without a command the arguments are commands" {
	try 0 nursery ::: 'echo a b' 'printf "%s\n" "c  d"'
	out 'a b' 'c  d'
	echo 'echo from a file; echo twice' >file
	try 0 nursery -a file
	out 'from a file' twice
}

@test "a template starts its jobs while the arguments still come" {
	local feed
	gate began
	mkfifo feed
	exec {feed}<>feed
	start echo {} '>began' :::: feed
	echo one >&"$feed"
	await began
	[ "$said" = one ]
	echo two >&"$feed"
	await began
	[ "$said" = two ]
	tell TERM
	finish 143
	exec {feed}>&-
}

@test "an argument behind many that are skipped is used while the file is held open" {
	local feed
	gate began
	mkfifo feed
	exec {feed}<>feed
	{ yes '' | head -n 40000 && echo one; } >&"$feed"
	start -r echo {} '>began' :::: feed {feed}>&-
	await began
	[ "$said" = one ]
	exec {feed}>&-
	finish 0
}

# endless ARG...: reading what never ends holds up neither a signal nor time
endless() {
	try 124 nursery --timeout 50ms "$@"
	start "$@"
	worker >/dev/null
	tell INT
	finish 130
}

@test "skipping for ever holds up neither signals nor time limits" {
	endless -0 -r -a /dev/zero echo {}
	endless -0 -r -X -a /dev/zero echo {}
	endless -0 -r echo :::: /dev/zero ::: a
	endless -0 -r --link echo ::: a :::: /dev/zero
	endless -0 -r -a /dev/zero
	truncate -s 8G zeros
	endless -0 -r -a zeros echo {}
}

@test "reading all first holds up neither signals nor time limits" {
	endless -0 --shuf -a /dev/zero echo {}
	endless -0 --plus -a /dev/zero echo {##}
	endless -0 --tagstring {##} --plus -a /dev/zero echo {}
	endless -0 --shuf -m -a /dev/zero echo {}
}

@test "a value that is continued for ever holds up neither signals nor time limits" {
	endless -L1 -a <(exec yes 'a ') echo {}
}

@test "by default as many jobs run as there are CPUs" {
	command -v taskset >/dev/null || skip 'no taskset here'
	try 0 taskset -c "$(taskset -cp $$ | grep -oE '[0-9]+' | tail -n 1)" \
		"$HELPERS/programs/leakcheck" -t "$LIMIT" -- "$BINARY" -K 'echo $NURSERY_SLOT #' ::: 1 2 3 4
	out 1 1 1 1
}

@test "records end in NUL with -0 and in any character with -d" {
	try 0 nursery -0 -a - echo 'x{}' < <(printf 'a\nb\0c')
	out xa b xc
	try 0 nursery -d , -a - echo 'x{}' < <(printf 'a,b c,d')
	out xa 'xb c' xd
	try 0 nursery -d , echo 'x{}' ::: a,b c
	out xa xb xc
	try 0 nursery echo 'x{}' ::: $'a\nb'
	out xa b
}

@test "what is read can be ended, trimmed, cut and named" {
	printf '%s\n' ' a , b ' '' 'c,d' END 'e,f' >file
	try 0 nursery -a file -E END -r -C , echo {2}{1}
	out ba dc
	try 0 nursery -a file -E END --no-run-if-empty --colsep , --trim n echo '"<{2}|{1}>"'
	out "<' b '|' a '>" '<d|c>'
	printf 'name\tsize\nx\t1\ny\t2\n' >table
	try 0 nursery --header : -a table echo {size}{name} {1}
	out '1x x' '2y y'
	printf '%s\n' 'a ' b c d >file
	try 0 nursery -L 2 -a file echo
	out 'a b c' d
}

@test "a record of megabytes has as many columns as it has separators" {
	not_under asan valgrind coverage # regexec(3) is theirs, and slow
	{ echo a; yes b | head -n 2000000; echo c; } | tr '\n' , >long
	echo >>long
	try 0 nursery --dry-run -C '[,:]' echo {1} {2000002} {2000003}. :::: long
	out "echo a c ''."
}

@test "a command is as long as it may be with the number of all commands in it" {
	seq 1000 >file
	try 0 nursery --dry-run --plus -s 60 -X -a file 'echo {##}x{}'
	[ "${#lines[@]}" -gt 100 ]
	local line
	for line in "${lines[@]}"; do
		[ "${#line}" -lt 60 ] || fail "${#line} bytes: $line"
	done
}

# The scope closes while the rows are read, or just after.
@test "what was not started is counted, also while all is being read" {
	try 1 nursery --shield false --shuf -j2 true ::: $(seq 300) ::: $(seq 1000)
	local sum
	sum=$(tail -n 1 <<<"$stderr" | grep -oE '[0-9]+ (failed|cancelled|not started|succeeded)' |
		awk '{ sum += $1 } END { print sum }')
	[ "$sum" = 300001 ] || fail "$sum jobs are told of 300001"
}

@test "several arguments go into one command on request" {
	try 0 nursery -n 2 echo ::: a b c
	out 'a b' c
	try 0 nursery --max-args 2 echo x{}y ::: a b c
	out 'xa by' xcy
	try 0 nursery -N 2 echo {2}-{1} ::: a b c d
	out b-a d-c
	try 0 nursery --max-replace-args 2 echo x{}y ::: a b c
	out 'xay xby' xcy
	try 0 nursery -j 1 -X echo x{}y ::: a b c
	out 'xay xby xcy'
	try 0 nursery -j 1 -m echo x{}y ::: a b c
	out 'xa b cy'
	try 0 nursery -j 1 -X -s 14 echo ::: aaa bbb ccc
	out 'aaa bbb' ccc
	try 0 nursery -N 0 echo x ::: a b
	out x x
}

@test "replacement strings can be renamed, and there are more with --plus" {
	try 0 nursery -I ,, echo ,, {} ::: a
	out 'a {}'
	try 0 nursery --replace % echo % ::: a
	out a
	try 0 nursery --plus echo {%.gz} {^^a} {:1} {:-none} ::: a.gz ''
	out 'a A.gz .gz a.gz' '   none'
	try 0 nursery echo {.} {/} {//} {/.} {#} {%} {-1} ::: d/e.f
	out 'd/e e.f d e 1 1 d/e.f'
}

@test "--quote keeps the words of the command as they are" {
	try 0 nursery -q printf '<%s>' 'a  b' '$HOME;' {} ::: 'x y'
	[ "$output" = '<a  b><$HOME;><x y>' ]
}

@test "--argv passes arguments that no shell reads" {
	try 0 nursery --argv 'printf "<%s>" "$@" {} "$#"' ::: '$(touch started)' "'; touch started; '"
	[ "$output" = "<\$(touch started)><{}><1><'; touch started; '><{}><1>" ]
	[ ! -e started ]
	try 0 nursery --argv -n 2 'echo "$2-$1"' ::: a b c d
	out b-a d-c
	try 0 nursery --argv -j 1 -X 'echo "$#"' ::: a b c d
	out 4
}

@test "--dry-run prints the commands as they would run" {
	try 0 nursery --dry-run gzip -9 {} ::: a 'b c' "d'e"
	out 'gzip -9 a' "gzip -9 'b c'" "gzip -9 'd'\"'\"'e'"
	try 0 nursery --dry-run -0 -a - echo < <(printf 'a\0b')
	out 'echo a' 'echo b'
	try 0 nursery --dry-run --argv 'gzip "$1"' ::: 'a b'
	out "/bin/sh -c 'gzip \"\$1\"' /bin/sh 'a b'"
}

@test "--shuf runs them all, in some order" {
	try 0 nursery --shuf echo ::: 1 2 3 4 5 6 7 8
	out_sorted 1 2 3 4 5 6 7 8
}

@test "--tag puts the argument before each line" {
	try 0 nursery --tag 'echo x{}; echo y' ::: a 'b c'
	out $'a\txa' $'a\ty' $'b c\txb c' $'b c\ty'
	try 0 nursery --tagstring '{#}:{/}\t|' echo ::: d/e f
	out $'1:e\t|\td/e' $'2:f\t|\tf'
	try 0 nursery --tag -I ,, echo ::: a
	out $'a\ta'
	try 0 nursery --tag --tagstring '' echo ::: a
	out a
	try 0 nursery -u --tag echo ::: a # as in GNU parallel
	out a
	try 0 nursery --lb -j 1 --tag echo ::: a b
	out $'a\ta' $'b\tb'
}

@test "--tag and --shuf also go with plain commands" {
	try 0 nursery --tag 'echo a; echo b' 'printf "c\n"'
	out $'echo\ta' $'echo\tb' $'printf\tc'
	try 0 nursery --tag < <(printf 'echo a\n\necho c\n')
	out $'echo 1\ta' $'echo 2\tc'
	try 0 nursery --tagstring '{}' 'echo a; echo b' 'echo c'
	out $'echo a; echo b\ta' $'echo a; echo b\tb' $'echo c\tc'
	try 0 nursery --shuf 'echo a' 'echo b'
	out_sorted a b
}

@test "the first failure stops a template, and is named with its arguments" {
	try 3 nursery -j 1 'exit {}' ::: 0 3 4
	out
	err 'nursery: job 2 failed: exit status 3 after T: exit 3' \
		'nursery: 1 failed, 1 not started, 1 succeeded in T'
}

@test "an empty source runs nothing, beside others it counts as one empty value" {
	try 0 nursery echo :::
	out
	try 0 nursery echo :::: /dev/null
	out
	try 0 nursery echo {1}-{2} ::: a b :::
	out a- b-
	try 0 nursery echo {3}. ::: a ::: b
	out .
}

@test "a last record without its end counts" {
	try 0 nursery -0 -a - echo < <(printf 'a\0b')
	out a b
	try 0 nursery -a - echo < <(printf 'a\nb')
	out a b
}

@test "files that cannot be read are refused before anything starts" {
	refused "'/nonexistent': No such file" 'touch started' :::: /nonexistent
	refused "'.': Is a directory" -a . 'touch started'
	refused ':::: -' 'touch started' ::::
	touch secret
	chmod 0 secret
	if ! [ -r secret ]; then
		refused "'secret': Permission denied" 'touch started' :::: secret
	fi
}

@test "bad values are refused with a hint" {
	refused "--colsep: '': no text between columns of --csv" --csv -C '' 'touch started' ::: '"a"b'
	refused "--colsep: '(': not an extended regular expression: " -C '(' 'touch started' ::: a
	refused "--max-args: 'x' is" -n x 'touch started' ::: a
	refused "--max-replace-args: '-1' is" -N -1 'touch started' ::: a
	refused "--max-lines: '' is" -L '' 'touch started' ::: a
	refused "--max-chars: '0' is" -s 0 'touch started' ::: a
	refused "--trim: 'x' is none of n, l, r, lr and rl (try --trim=l)" --trim x 'touch started' ::: a
	refused "--header: 'x' is not supported without --pipe (try ':'" --header x 'touch started' ::: a
	refused "--replace: '' is" -I '' 'touch started' ::: a
}

# Matching one can take for ever.
@test "a regular expression with a back-reference is refused" {
	local why='not an extended regular expression: those have no back-references'
	refused "--colsep: '(a*)*\\1b': $why" -C '(a*)*\1b' 'touch started' ::: a
	refused "{/...}: $why" --plus 'touch started {/(a*)*\1b/}' ::: a
	refused "{%...}: $why" --plus 'touch started {%(a|b)\2}' ::: a
	try 0 nursery --dry-run --plus '{/[\\1]/x} {//a\\1/y}' ::: 'b\1' 'a\1'
	out 'bx1 b\1' 'ax1 y'
}

@test "what is Perl in GNU parallel is refused with the alternative" {
	refused '--plus' 'touch started {= s/a/b/ =}' ::: a
	refused '--plus' --rpl '{x} s/a/b/' 'touch started' ::: a
}

@test "options of templates are refused without one" {
	local option
	for option in -n1 -N1 -L1 -X -m -s9 -I% -q -r -EX -C, --trim=l --header=: --link --plus --argv; do
		refused 'needs a template' "$option" 'touch started'
	done
	for option in -n1 -N1 -L1 -X -m -s9 -q -r -EX -C, --trim=l --header=: --link --argv; do
		refused 'needs a template' --tag "$option" 'touch started'
	done
	try 0 nursery --tagstring '{}' --plus -I% 'echo a'
	out $'{}\ta'
	refused '--max-args needs' -n 2 'touch started'
	refused '-X needs' -X 'touch started'
}

@test "options that contradict each other are refused" {
	refused '--argv replaces nothing' --argv -q 'touch started' ::: a
	refused '--argv replaces nothing' --argv --plus 'touch started' ::: a
	refused '--argv needs a command' --argv ::: 'touch started'
}

@test "a million arguments need no more memory than a few" {
	not_under asan valgrind coverage
	local few many
	few=$(seq 1000 | peak)
	many=$(seq 1000000 | peak)
	echo "few: $few KiB, many: $many KiB"
	[ "$many" -lt $((few + 2048)) ]
}

# The most memory, in KiB, that the worker has had before its last job.
peak() {
	nursery -a - -n 1000 'grep VmHWM /proc/$PPID/status #' |
		awk '{ kib = $2 } END { print kib }'
}
