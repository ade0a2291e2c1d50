#!/usr/bin/env bats
# nursery at a terminal: the keys, job control, and jobs that want it.

load ../helper

# on_tty [-T] [-e ACTION]... -- CMD...: under the leak check, on a terminal; see the
# comment in tests/programs/pty.c
on_tty() {
	watched pty -t "$LIMIT" "$@"
}

# in_shell -e ACTION...: a shell with job control at the terminal; the actions type
# commands that start nursery there
in_shell() {
	PS1='$ ' on_tty -e 'wait $ ' "$@" -- \
		bash --norc --noprofile --noediting -i
}

@test "Ctrl-C ends it: the jobs get INT and nursery dies of it" {
	gate up
	try 130 on_tty -e 'gate up' -e 'key ^C' -- \
		"$BINARY" 'puppet catch-exit INT bye 0 say up sleep' 'puppet sleep'
	[[ $output == *bye* ]]
	[[ $output == *'nursery: stopped by signal 2 (SIGINT)'* ]]
	[[ $output == *'nursery: 2 cancelled in '* ]]
	ended exit 130
}

# A new child is in nursery's process group until it has made one of its own.  If
# nursery reads commands from the terminal, that is the foreground group: the keys
# reach the child as well.  Here strace delays the child's setpgid(2).  It says
# "attached" of the front, of the worker and of the child.
newborn() {
	need_strace
	slow_birth=(strace -DDD -f -e trace=setpgid -e inject=setpgid:delay_enter=300000)
	LEAK_GRACE=5 # strace, in a session of its own, is the last to go
}

@test "Ctrl-C just when a job starts cancels it, too" {
	newborn
	try 130 on_tty -e 'wait attached' -e 'wait attached' -e 'send puppet sleep' \
		-e 'wait attached' -e 'key ^C' -- "${slow_birth[@]}" "$BINARY"
	[[ $output == *'nursery: 1 cancelled in '* ]]
}

@test "Ctrl-Z just when a job starts does not stop it for good" {
	newborn
	gate go
	try 0 in_shell -e "send ${slow_birth[*]} nursery" -e 'wait attached' -e 'wait attached' \
		-e 'send puppet wait-fifo go write-text do""ne' -e 'wait attached' -e 'key ^Z' \
		-e 'wait Stopped' -e 'wait $ ' -e 'send fg' -e running -e 'open go' \
		-e 'wait done' -e 'key ^D' -e 'wait $ ' -e 'send exit 0'
}

@test "one Ctrl-C is one signal, although the terminal tells every process" {
	local job='puppet ignore TERM catch-say INT told say up wait-fifo more write-text polite-end'
	gate up told more
	try 130 on_tty -e 'gate up' -e 'key ^C' -e 'gate told' -e 'open more' -- \
		"$BINARY" --kill-after 1000s "$job"
	[[ $output == *polite-end* ]] || fail 'the job was killed'
	# If commands come from the terminal, the worker is in the foreground, too.
	rm more
	gate more
	try 130 on_tty -e "send $job" -e 'gate up' -e 'key ^C' -e 'gate told' -e 'open more' -- \
		"$BINARY" --kill-after 1000s
	[[ $output == *polite-end* ]] || fail 'the job was killed'
}

@test "a terminal that stops who writes from the background does not stop nursery" {
	try 0 on_tty -T -- "$BINARY" 'echo a' 'echo b >&2'
	[[ $output == *a* && $output == *b* ]]
}

@test "a second Ctrl-C kills" {
	gate up told
	try 130 on_tty -e 'gate up' -e 'key ^C' -e 'gate told' -e 'key ^C' -- \
		"$BINARY" --kill-after 1000s 'puppet ignore TERM catch-say INT told say up sleep'
}

@test "Ctrl-C ends the loop of the calling shell" {
	gate up
	try 0 in_shell \
		-e 'send for i in 1 2 3; do echo "loop $i"; nursery "puppet say up sleep"; done' \
		-e 'gate up' -e 'key ^C' -e 'wait $ ' -e 'send exit 0'
	[[ $output == *'loop 1'* ]]
	[[ $output != *'loop 2'* ]]
}

@test "Ctrl-backslash is QUIT" {
	gate up
	try 131 on_tty -e 'gate up' -e 'key ^\' -- \
		"$BINARY" 'puppet catch-exit QUIT bye 0 say up sleep'
	[[ $output == *bye* ]]
	[[ $output == *'nursery: stopped by signal 3 (SIGQUIT)'* ]]
}

@test "hanging up ends everything" {
	gate up
	try 129 on_tty -e 'gate up' -e hangup -- "$BINARY" 'puppet say up sleep' \
		'puppet double-fork { sleep } sleep'
}

@test "Ctrl-Z stops nursery and its jobs, fg continues them" {
	gate up go
	try 0 in_shell -e 'send nursery "puppet say up wait-fifo go write-text do""ne"' \
		-e 'gate up' -e 'key ^Z' -e 'wait Stopped' -e 'wait $ ' \
		-e 'send ps -o stat= -C puppet | grep -c T | sed s/^/stopped=/' \
		-e 'wait stopped=' -e 'wait $ ' -e 'send fg' -e running \
		-e 'open go' -e 'wait done' -e 'wait $ ' -e 'send echo "status $?"' \
		-e 'wait status 0' -e 'send exit 0'
	[[ $output != *stopped=0* ]] || fail 'the job was not stopped'
}

@test "Ctrl-Z works twice" {
	gate up go
	try 0 in_shell -e 'send nursery "puppet say up wait-fifo go write-text do""ne"' \
		-e 'gate up' -e 'key ^Z' -e 'wait Stopped' -e 'wait $ ' \
		-e 'send fg' -e running \
		-e 'key ^Z' -e 'wait Stopped' -e 'wait $ ' \
		-e 'send fg' -e running \
		-e 'open go' -e 'wait done' -e 'wait $ ' -e 'send exit 0'
}

# By its second clone(2), which fails here, the front tries whether it can be stopped.
@test "Ctrl-Z stops nursery also where no more processes can be had" {
	need_strace
	gate up go
	LEAK_GRACE=5 # strace, in a session of its own, is the last to go
	try 0 in_shell -e 'send strace -DDD -qq -o trace -e trace=clone -e inject=clone:error=EAGAIN:when=2+ nursery "puppet say up wait-fifo go write-text do""ne"' \
		-e 'gate up' -e 'key ^Z' -e 'wait Stopped' -e 'wait $ ' -e 'send fg' -e running \
		-e 'open go' -e 'wait done' -e 'wait $ ' -e 'send exit 0'
	grep -q 'EAGAIN.*INJECTED' trace
}

# No shell is at the terminal, as with ssh -t host nursery: the kernel does not stop
# such a group.  The second command is read after Ctrl-Z has come.
@test "Ctrl-Z where nobody could continue it changes nothing" {
	gate up go
	try 0 on_tty -e 'send puppet say up wait-fifo go write-text end' -e 'gate up' \
		-e 'key ^Z' -e 'send puppet say up' -e 'gate up' \
		-e 'open go' -e 'wait end' -e 'key ^D' -- "$BINARY" -j2
	[[ $output == *end ]]
}

@test "bg continues a stopped nursery in the background" {
	gate up go
	try 0 in_shell -e 'send nursery "puppet say up wait-fifo go write-text do""ne"' \
		-e 'gate up' -e 'key ^Z' -e 'wait Stopped' -e 'wait $ ' \
		-e 'send bg' -e 'wait puppet say' -e 'open go' -e 'wait done' \
		-e 'send wait' -e 'wait $ ' -e 'send exit 0'
}

# A shell with nursery in the background.  A typed line wakes nursery, which wants to
# read it and is stopped; the shell leaves the line alone, as it runs the loop that
# waits for the stop.
in_shell_stopped() {
	in_shell -e 'send nursery & until [ "$(jobs -sp)" ]; do sleep 0.01; done; echo "sto""pped"' \
		-e 'wait reading' -e 'send echo ty""ped' -e 'wait stopped' -e 'wait typed' -e 'wait $ ' "$@"
}

# The kernel stops nursery in read(2), and continues the same call afterwards.
@test "a nursery that was stopped because it wants to read commands can be ended" {
	local action
	for action in 'kill %1' 'kill -HUP %1'; do
		try 0 in_shell_stopped -e "send $action" \
			-e 'send while [ "$(jobs -p)" ]; do sleep 0.01; done; echo "en""ded"' -e 'wait ended' -e 'wait $ ' -e 'send exit 0'
	done
}

@test "a nursery that was stopped because it wants to read commands goes on in the foreground" {
	try 0 in_shell_stopped -e 'send fg' -e 'wait nursery' -e 'send echo "he""re"' \
		-e 'wait here' -e 'key ^D' -e 'wait $ ' -e 'send exit 0'
}

@test "arguments are read from the terminal, too" {
	try 0 on_tty -e 'send one' -e 'wait got one' -e 'key ^D' -- \
		"$BINARY" -a - echo got
}

@test "the clock of --timeout stands still while nursery is stopped" {
	not_under valgrind
	gate up go
	try 0 in_shell \
		-e 'send nursery --timeout 2s --job-timeout 2s --idle-timeout 2s "puppet say up wait-fifo go write-text do""ne"' \
		-e 'gate up' -e 'key ^Z' -e 'wait Stopped' -e 'wait $ ' \
		-e 'send sleep 2.2; echo slept' -e 'wait slept' -e 'wait $ ' \
		-e 'send fg' -e running \
		-e 'open go' -e 'wait done' -e 'wait $ ' -e 'send echo "status $?"' \
		-e 'wait status 0' -e 'send exit 0'
}

@test "Ctrl-C after Ctrl-Z and fg still ends everything" {
	gate up
	try 0 in_shell -e 'send nursery "puppet say up sleep"' \
		-e 'gate up' -e 'key ^Z' -e 'wait Stopped' -e 'wait $ ' \
		-e 'send fg' -e running -e 'key ^C' \
		-e 'wait stopped by signal 2 (SIGINT)' -e 'wait $ ' \
		-e 'send echo "status $?"' -e 'wait status 130' -e 'send exit 0'
}

@test "a job that reads from the terminal fails and says so" {
	try 149 on_tty -- "$BINARY" 'puppet read-tty' 'puppet sleep' # SIGTTIN
	[[ $output =~ 'nursery: job 1 failed: wants the terminal after '[0-9.]+'s: puppet read-tty (jobs have no terminal and no input: try --pty)' ]]
	[[ $output =~ 'nursery: 1 failed, 1 cancelled in ' ]]
}

@test "a job that changes the terminal's modes fails and says so" {
	need stty
	try 150 on_tty -- "$BINARY" 'stty -echo </dev/tty' # SIGTTOU
	[[ $output =~ 'nursery: job 1 failed: wants the terminal after ' ]]
}

@test "the standard input of jobs is no terminal" {
	try 0 on_tty -- "$BINARY" 'puppet cat write-text end' 'test -t 0 || echo none'
	out end none
}

@test "on a terminal a job's own interleaving of stdout and stderr is kept" {
	try 0 on_tty -- "$BINARY" \
		'for i in 1 2 3 4 5; do echo "o$i"; echo "e$i" >&2; done'
	out o1 e1 o2 e2 o3 e3 o4 e4 o5 e5
	try 0 on_tty -- sh -c 'exec "$@" >/dev/tty' sh "$BINARY" \
		'for i in 1 2 3 4 5; do echo "o$i"; echo "e$i" >&2; done'
	out o1 e1 o2 e2 o3 e3 o4 e4 o5 e5
}

@test "the terminal's modes are left as they were" {
	need stty
	try 0 on_tty -- sh -c 'a=$(stty -g); nursery "echo x"; b=$(stty -g); [ "$a" = "$b" ]'
	out x
}
