#!/usr/bin/env bats
# --tty of the name parallel: jobs that use the terminal.

load ../helper
load byname

setup() {
	nursery_setup
	by_name
	export PARALLEL_SHELL=/bin/sh PS1='$ '
}

# in_shell -e ACTION...: a shell with job control, see tests/programs/pty.c
in_shell() {
	watched pty -t "$LIMIT" -e 'wait $ ' "$@" -- bash --norc --noprofile --noediting -i
}

@test "--tty runs one job at a time, which reads the terminal and writes to it" {
	need stty
	try 0 in_shell \
		-e 'send echo b | parallel --tty "test -t 1 && stty -echo </dev/tty && read -r x && echo got \$x {}" ::: a :::: -' \
		-e 'send one' -e 'wait got one a b' -e 'wait $ ' \
		-e 'send parallel --tty -j2 "puppet print-link 0; exit 7" ::: a; echo "status $?"' -e 'wait /dev/tty' -e 'wait status 1' -e 'wait $ ' \
		-e 'send parallel -o -k "read -r x; echo got \$x; test -t 1 || echo captured" ::: a' -e 'send two' \
		-e 'wait got two' -e 'wait captured' -e 'wait $ ' -e 'send exit 0'
}

@test "Ctrl-Z stops parallel with a job of --tty, fg continues both, Ctrl-C ends both" {
	gate up
	try 0 in_shell -e 'send parallel --tty "puppet say up; read -r x; echo got \$x; puppet say up sleep" ::: a b; echo "status $?"' \
		-e 'gate up' -e 'key ^Z' -e 'wait Stopped' -e 'wait $ ' -e 'send fg' -e running -e 'send here' -e 'wait got here' -e 'gate up' -e 'key ^C' \
		-e 'wait stopped by signal 2' -e 'wait $ ' -e 'send exit 0'
}

@test "who was in the foreground in a job of --tty and died leaves the terminal to us" {
	cat >job <<-'end'
		[ $1 = a ] && exec bash --norc -ic 'sh -c "kill -9 \$PPID"; :'
		echo "as""ks"
		read -r x
		echo "got $x"
	end
	try 0 in_shell -e 'send parallel --tty sh job ::: a b; read -r x </dev/tty; echo "then $x"' -e 'wait asks' -e 'send one' \
		-e 'wait got one' -e 'send two' -e 'wait then two' -e 'wait $ ' -e 'send exit 0'
}

@test "without a terminal, or in the background of one, a job of --tty reads nothing" {
	try 0 watched setsid -w parallel --tty 'cat; echo {}' ::: a
	out a
	try 0 in_shell -e 'send parallel --tty "read -r x" ::: a & wait $!; echo "status $?"' -e 'wait status 1' -e 'wait $ ' -e 'send exit 0'
	[[ $output == *'job 1 failed: wants the terminal'* && $output != *--pty* ]]
}
