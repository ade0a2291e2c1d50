#!/usr/bin/env bats
# --tag and --tagstring: a label and a tab before each line that a job writes,
# as GNU parallel does it.

load ../helper

# holds FILE TEXT: byte for byte; TEXT is what printf prints
holds() {
	# shellcheck disable=SC2059 # that is the point
	printf "$2" >expected
	cmp expected "$1" || fail "$1 holds:" "$(cat -A "$1")"
}

@test "each line of stdout and of stderr begins with the argument and a tab" {
	try 0 to_files --tag 'echo 1 {}; echo 2; echo 3 >&2; echo 4 >&2' ::: a b
	holds o 'a\t1 a\na\t2\nb\t1 b\nb\t2\n'
	holds e 'a\t3\na\t4\nb\t3\nb\t4\n'
}

@test "with one file for both streams the lines are labelled as they come" {
	one() {
		nursery --tag 'echo 1; echo 2 >&2; echo 3 #' ::: a b >o 2>&1
	}
	try 0 one
	holds o 'a\t1\na\t2\na\t3\nb\t1\nb\t2\nb\t3\n'
}

@test "a last line without a newline gets its label, and a newline" {
	local mode
	for mode in -k --group --lb; do
		try 0 to_files $mode -j1 --tag 'printf "1\n2"; printf 3 >&2 #' ::: a b
		holds o 'a\t1\na\t2\nb\t1\nb\t2\n'
		holds e 'a\t3\nb\t3\n'
	done
}

@test "no output, no label; an empty line has one" {
	local mode
	for mode in -k --group --lb; do
		try 0 to_files $mode --tag 'true #' ::: a b
		holds o ''
		holds e ''
		try 0 to_files $mode --tag 'printf "\n\n" #' ::: a
		holds o 'a\t\na\t\n'
	done
}

@test "a carriage return ends a line, too" {
	local mode
	for mode in -k --group --lb; do
		try 0 to_files $mode --tag 'printf "1%%\r2%%\rdone\n" #' ::: a
		holds o 'a\t1%%\ra\t2%%\ra\tdone\n'
		try 0 to_files $mode --tag 'printf "1\r\n2\r\n" #' ::: a
		holds o 'a\t1\ra\t\na\t2\ra\t\n'
		try 0 to_files $mode --tag 'printf "1\r" #' ::: a
		holds o 'a\t1\r\n'
	done
}

@test "bytes that are no text are labelled and come out as they are" {
	try 0 to_files --tag 'printf "\0\377\n\0\n\200" #' ::: a
	holds o 'a\t\0\377\na\t\0\na\t\200\n'
}

@test "a line that is written in pieces has one label" {
	local mode
	for mode in -k --group --lb; do
		try 0 to_files $mode --tag 'printf 1; printf 2; echo 3; printf 4; echo 5 #' ::: a
		holds o 'a\t123\na\t45\n'
	done
}

@test "a label is not quoted: blanks, quotes, tabs, no bytes at all; but it is one line" {
	try 0 to_files --tag 'echo 1 #' ::: 'a b' "it's" '$x' $'t\tab' ''
	holds o "a b\t1\nit's\t1\n\$x\t1\nt\tab\t1\n\t1\n"
	try 0 to_files -0 --tag ': {}; echo 1; echo 2' ::: $'a\nb'
	holds o 'a\\nb\t1\na\\nb\t2\n'
}

@test "--tagstring is a template of its own" {
	try 0 to_files --tagstring '{#}:{/.}' 'echo 1 #' ::: x/a.c x/b.c
	holds o '1:a\t1\n2:b\t1\n'
	try 0 to_files --tagstring '{2}-{1}' 'echo 1 #' ::: a ::: b c
	holds o 'b-a\t1\nc-a\t1\n'
	try 0 to_files --tagstring 'job' 'echo {}' ::: a
	holds o 'job\ta\n'
	try 0 to_files --tagstring $'x\t{}' 'echo 1 #' ::: a
	holds o 'x\ta\t1\n'
}

@test "an octal escape of --tagstring is one byte, and never ends the label" {
	try 0 to_files --tagstring 'a\501\400\000b' 'echo 1 #' ::: x
	holds o 'aAb\t1\n'
}

@test "--ungroup: jobs write to nursery's own output, without labels" {
	try 0 to_files -u -j1 --tag 'echo 1; echo 2 >&2 #' ::: a b
	holds o '1\n1\n'
	holds e '2\n2\n'
}

@test "nursery's own messages have no label, and lines of their own" {
	try 3 to_files --tag 'printf 1 >&2; exit {}' ::: 3
	[ "$(head -n 1 e)" = $'3\t1' ]
	run ! grep -v -e '^nursery: ' -e $'^3\t1$' e
}

@test "the output of a job that fails or is cancelled is labelled" {
	gate up
	try 7 to_files -j2 --tag 'eval puppet {}' ::: 'write-text early say up sleep' \
		'read-line up write-text failing exit 7'
	[ "$(grep -c $'^write-text early say up sleep\tearly' o)" -eq 1 ]
	[ "$(grep -c $'^read-line up write-text failing exit 7\tfailing' o)" -eq 1 ]
}

# Takes the labels of FILE off and checks them: each line begins with the seed of its
# job, and the label has to be the same.
unlabel() {
	awk -F '\t' -v file="$1" '{
		split($2, word, " ")
		if (NF != 2 || $1 != word[1]) {
			print file ":" NR ": " substr($0, 1, 60)
			bad = 1
			exit
		}
	} END { exit bad }' "$1" || return
	cut -f2- "$1" >"$1.plain"
}

@test "every byte of many jobs comes out once, with the right label, in every mode" {
	local mode buffer
	local -a jobs=(1:1M:l 2:0:l 3:70000:l 4:1:l 5:65536:l 6:2M:l)
	for mode in -k --group --lb; do
		for buffer in 64K 16M; do
			try 0 to_files $mode --buffer $buffer -j3 --tagstring '{1}' \
				'oracle write -l {1} {2}' \
				::: 1 2 3 4 5 6 :::+ 1M 0 70000 1 65536 2M
			unlabel o
			unlabel e
			oracle check -l o.plain "${jobs[@]}"
			oracle check -l -s err e.plain "${jobs[@]}"
		done
	done
}

@test "a line of any length is labelled without being held" {
	need prlimit
	not_under asan valgrind coverage
	PREFIX=(prlimit --as=50000000)
	local mode
	for mode in -k --group --lb; do
		try 0 to_files $mode --buffer 1M --tag 'head -c 100000000 /dev/zero #' ::: a
		[ "$(stat -c %s o)" -eq 100000003 ]
		[ "$(head -c 2 o)" = $'a\t' ]
	done
}

@test "a label as long as an argument can be needs no memory to speak of" {
	need prlimit
	not_under asan valgrind coverage
	local long
	long=$(printf '%0100000d' 0)
	# From a file, so that nursery's own command line is short.
	printf '%s\n' "$long" >long
	PREFIX=(prlimit --as=60000000)
	try 0 to_files --buffer 1M --tag "yes '' | head -n 1000 #" :::: long
	[ "$(stat -c %s o)" -eq 100002000 ]
}

@test "labels that cannot be delivered are dropped like the bytes" {
	try 125 to_full --tag 'puppet write 1000000 #' ::: a b
	err_has 'No space left on device'
	unread() {
		nursery --tag 'puppet flood #' ::: a | head -c 1
		return "${PIPESTATUS[0]}"
	}
	try 141 unread
	[ "$output" = a ]
}

# same ARG...: GNU parallel and nursery write the same bytes, on both streams.
same() {
	local mode
	for mode in -k --group --lb; do
		in_turn || continue
		parallel --will-cite -j1 $mode "$@" >o.gnu 2>e.gnu </dev/null || return
		try 0 to_files -j1 $mode "$@"
		cmp o.gnu o || fail "$mode $*" "$(cat -A o.gnu o | head -n 20)"
		cmp e.gnu e || fail "$mode $*" "$(cat -A e.gnu e | head -n 20)"
	done
}

# All output here ends in a newline: without it GNU parallel's --lb loses the label of
# the last line at times.
@test "byte for byte what GNU parallel --tag writes" {
	need parallel
	same --tag 'printf "1\n\n2\n"; printf "3\n" >&2 #' ::: a 'b c' '' "d'e" '*'
	same --tag 'echo {}' ::: a 'b  c' '' "d'e" '*' '$x' $'\377'
	same --tag 'printf "1\r2\r\n\n3\n\r\n" #' ::: a
	same --tag 'printf "\0\n\377\200\n" #' ::: a
	same --tag 'true #' ::: a
	same --tag echo ::: a b ::: 1 2
	same --tag seq ::: 30000 1 20000
	same -0 --tag ': {}; seq 3' ::: 'a b' c
	same --tag -n2 echo ::: a b c d
	same --tagstring '{#} {/} {//} {.}' echo ::: x/a.c b
	same --tagstring $'a\t{}\tb' echo ::: c d
	same --tagstring '\t{}\101\n' echo ::: c d # escapes as in printf
	same --tagstring '' echo ::: c d           # no label at all
	same --tagstring 'no replacement' echo ::: c d
	same --tagstring '{2}{1}' 'echo 1 #' ::: c ::: d
}

@test "called as parallel, the same as GNU parallel for last lines without newline" {
	need parallel
	local mode
	mkdir bin
	ln -s "$BINARY" bin/parallel
	as_parallel() {
		watched "$PWD/bin/parallel" "$@" >o 2>e </dev/null
	}
	for mode in -k --group; do
		parallel --will-cite -j1 $mode --tag 'printf "1\n2"; printf 3 >&2 #' \
			::: a b >o.gnu 2>e.gnu </dev/null
		try 0 as_parallel -j1 $mode --tag 'printf "1\n2"; printf 3 >&2 #' ::: a b
		cmp o.gnu o
		cmp e.gnu e
	done
}

@test "side by side, the lines are those of GNU parallel" {
	need parallel
	parallel --will-cite -j3 --lb --tag seq ::: 30000 1 20000 10 >o.gnu </dev/null
	try 0 to_files -j3 --lb --tag seq ::: 30000 1 20000 10
	cmp <(sort o.gnu) <(sort o)
	cut -f2 o >plain
	[ "$(grep -c '' plain)" -eq 50011 ]
}
