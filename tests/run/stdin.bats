#!/usr/bin/env bats
# --stdin: what jobs read.

load ../helper

# on_tty [-e ACTION]... -- CMD...: see the comment in tests/programs/pty.c
on_tty() {
	watched pty -t "$LIMIT" "$@"
}

@test "jobs read nothing unless --stdin says so, also with a terminal" {
	try 0 nursery 'cat; echo end' <<<lost
	out end
	try 0 nursery --stdin=null --pty 'cat; test -t 1 && echo end' <<<lost
	out end
	err
}

@test "--stdin=open is an input that says nothing and does not end, also for special jobs" {
	gate up
	start --stdin=open --service 'puppet say up cat write-text ended' \
		--shield 'puppet say up cat write-text ended' 'puppet say up cat write-text ended'
	await up 3
	tell TERM
	finish 143
	[ -z "$output" ]
	err_has '2 cancelled'
}

@test "--stdin=first is our standard input for the first command, which leaves the rest of it" {
	printf '%s\n' a b >two
	{
		try 0 nursery --stdin=first --finally cat --shield cat 'puppet print-link 0; read -r x; echo $x' 'cat; echo second'
		out "$PWD/two" a second
		[ "$(cat)" = b ]
	} <two
}

@test "a command that cannot be started is not the first that reads" {
	printf '%s\n' a b >two
	try 127 nursery --halt never -j1 --stdin=first /nonexistent/x cat cat <two
	out a b
	try 127 nursery --halt never -j1 --stdin=first --retries 1 --retry-delay 0 /nonexistent/x cat cat <two
	out a b
}

@test "each attempt of the first command gets the same input" {
	seq 30000 >all
	try 0 nursery --stdin=first --retries 2 \
		'[ $NURSERY_ATTEMPT = 3 ] && exec cat; head -n 3 >/dev/null; exit 1' < <(cat all)
	[ "$output" = "$(<all)" ]
	try 0 nursery --stdin=first --retries 1 '[ $NURSERY_ATTEMPT = 2 ] && cat | md5sum' <all
	out "$(md5sum <all)"
}

@test "with --stdin=each every command reads all of it, whenever it starts and whatever others leave" {
	local sum
	seq 3000000 >all # more than is kept in memory
	sum=$(md5sum <all)
	try 0 nursery --stdin=each --finally cat -j1 md5sum 'head -n 1' true 'exec <&-' md5sum < <(cat all)
	out "$sum" 1 "$sum"
	try 0 nursery --stdin=each --retries 1 'head -n 2 | tail -n 1' md5sum '[ $NURSERY_ATTEMPT = 2 ] && head -n 1' <all
	out 2 "$sum" 1
	try 0 nursery --stdin=each cat 'wc -l' </dev/null
	out 0
	try 0 nursery --stdin=each 'head -n 1' 'head -n 2' < <(yes)
	out y y y
}

@test "an input that cannot be read or kept is told and is a failure" {
	try 125 nursery --stdin=each cat </
	err_has 'cannot read standard input: Is a directory'
	TMPDIR=$PWD/none try 125 nursery --stdin=each 'cat >/dev/null' 'puppet sleep' < <(seq 3000000)
	err_has 'cannot keep standard input for all jobs' 'TMPDIR'
	head -c 4000000 /dev/zero >file
	try 125 nursery --stdin=each 'head -c 1 >/dev/null; : >file; cat >/dev/null' <file
	err_has 'standard input, a file, became shorter while jobs read it'
}

@test "what is typed at nursery's terminal goes to the first command, line by line" {
	try 0 on_tty -e 'send one' -e 'wait got one' -e 'send two' -e 'wait got two' -e 'key ^D' -- \
		"$BINARY" --stdin=first --lb 'while read -r x; do echo "got $x"; done; echo end' cat
	[[ $output == *end* ]]
	try 0 on_tty -e 'send one' -e 'wait a one' -e 'key ^D' -- "$BINARY" --stdin=each 'sed -u "s/^/a /"' 'sed "s/^/b /"'
	[[ $output == *'a one'*'b one'* ]]
}

@test "a nursery in the background is stopped when it would read what is typed" {
	PS1='$ ' try 0 on_tty -e 'wait $ ' \
		-e 'send nursery --stdin=first "read -r x; echo \"got \$x\"" & until [ "$(jobs -sp)" ]; do sleep 0.01; done; echo "sto""pped"' \
		-e 'send ' -e 'wait stopped' -e 'wait $ ' -e 'send fg' -e running -e 'send here' -e 'wait got' \
		-e 'wait $ ' -e 'send exit 0' -- bash --norc --noprofile --noediting -i
}

@test "with --pty what is typed is typed at the terminal of the first command, key by key" {
	need stty
	gate up
	try 0 on_tty -e 'wait pw:' -e 'send secret' -e 'wait got secret' -e 'type x' -e 'wait key x' -- sh -c '
		a=$(stty -g); "$@"; b=$(stty -g); [ "$a" = "$b" ] && echo as before' - "$BINARY" --pty --stdin=first \
		'printf pw:; stty -echo; read -r x </dev/tty; stty echo; echo "got $x"; stty -icanon; echo "key $(head -c 1)"' 'puppet print-link 0'
	[[ $output == *'key x'*'as before'* ]]
}

@test "the terminal is as before while nursery is stopped, and if it is killed" {
	need stty
	gate up
	PS1='$ ' try 0 on_tty -e 'wait $ ' \
		-e 'send nursery --pty --stdin=first "puppet say up; read -r x; echo \"got \$x\"; puppet say up sleep"' \
		-e 'gate up' -e 'key ^Z' -e 'wait Stopped' -e 'wait $ ' -e 'send stty -a | grep -o "[-]*icanon" | sed s/^/1=/' -e 'wait 1=icanon' \
		-e 'send fg' -e running -e 'send here' -e 'wait got here' -e 'gate up' -e 'key ^C' -e 'wait $ ' \
		-e 'send stty -a | grep -o "[-]*icanon" | sed s/^/2=/' -e 'wait 2=icanon' \
		-e 'send nursery --pty --stdin=first "kill -9 \$(ps -o ppid= \$\$); exec puppet sleep"' -e 'wait killed by signal 9' -e 'wait $ ' \
		-e 'send stty -a | grep -o "[-]*icanon" | sed s/^/3=/' -e 'wait 3=icanon' \
		-e 'send exit 0' -- bash --norc --noprofile --noediting -i
}

@test "--stdin is refused where jobs cannot have standard input" {
	try 125 nursery --stdin=first
	complains '--stdin=first: standard input is for jobs, but commands are to be read from it, too (try commands as arguments)'
	try 125 nursery --stdin=each -a - echo
	complains 'but arguments are to be read from it, too (try -a FILE, or ::: WORDS)'
	try 125 nursery --stdin=each echo ::: a :::: -
	complains 'arguments are to be read from it'
	try 125 nursery --stdin=all 'echo a'
	complains "'all' is none of null, open, first and each"
	try 0 nursery --stdin=each 'cat; echo' ::: a <<<b
	out b a
}
