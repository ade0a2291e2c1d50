#!/usr/bin/env bats
# --pty: each job has a terminal of its own.

load ../helper

# on_tty [-e ACTION]... -- CMD...: see the comment in tests/programs/pty.c
on_tty() {
	watched pty -t "$LIMIT" "$@"
}

@test "with --pty all that a job has is one terminal, which is its own" {
	need stty
	TERM='' try 0 nursery --pty --tag \
		'test -t 0 && test -t 1 && test -t 2 && tty | grep -c /dev/ && echo by name >/dev/tty' \
		'echo out; echo err >&2; stty size; echo $TERM' \
		'ps -o sid= -o pgid= -o tpgid= $$ | { read -r s g t; [ "$s$g" = "$g$t" ] && echo leads; }'
	out 'test	1' 'test	by name' 'echo	out' 'echo	err' 'echo	24 80' 'echo	' 'ps	leads'
	err
	unset TERM
	PAGER=less try 0 nursery --pty 'echo $TERM $PAGER $GIT_PAGER' # a pager would wait for keys
	out 'xterm cat cat'
}

@test "what a job writes to its terminal is what nursery writes, in order and to the last byte" {
	try 0 nursery --pty --finally 'test -t 0 && echo last' 'seq 100000' 'puppet write 30000; exec >/dev/null' 'seq 3'
	[ "$output" = "$(seq 100000; puppet write 30000; seq 3; echo last)" ]
	try 0 nursery --pty --group 'seq 20000; echo end' 'seq 20000; echo end'
	[ "$output" = "$(seq 20000; echo end; seq 20000; echo end)" ]
	try 0 nursery --pty --line-buffer 'printf "no end"' # of a line
	out 'no end'
}

@test "a terminal's \\r\\n is \\n, even if a program has told the terminal to make it so" {
	need stty
	try 0 nursery --pty 'stty sane; printf "a\nb\rc\nd\r"' 'printf "e\r\nf\r\r\n"'
	[ "$output" = $'a\nb\rc\nd\re\nf\r' ]
}

@test "a carriage return waits for what follows it, and not for ever" {
	gate go
	start --pty 'printf "a\r"; puppet wait-fifo go; printf "\nb\r"'
	eventually out_so_far_has a
	open_gate go
	finish 0
	[ "$output" = $'a\nb\r' ]
}

@test "a terminal has the size of nursery's own, and follows it" {
	need stty
	try 0 on_tty -- bash -c 'stty rows 30 cols 100; export OUTER=$(tty); exec "$@"' - "$BINARY" --pty --shell bash \
		'stty size; trap "stty size; exit" WINCH; stty -F $OUTER rows 31 cols 101; while :; do sleep 0.01; done'
	out '30 100' '31 101'
}

@test "Ctrl-C ends jobs with terminals, also those in the background of one" {
	gate up up2
	try 130 on_tty -e 'gate up' -e 'gate up2' -e 'key ^C' -- "$BINARY" --pty --shell bash \
		'puppet catch-exit INT bye 0 say up sleep' 'set -m; puppet catch-exit INT later 0 say up2 sleep & wait'
	[[ $output == *bye* && $output == *later* ]]
	ended exit 130
}

@test "Ctrl-Z stops jobs with terminals, fg continues them" {
	gate up go
	PS1='$ ' try 0 on_tty -e 'wait $ ' -e 'send nursery --pty "puppet say up wait-fifo go write-text do""ne"' \
		-e 'gate up' -e 'key ^Z' -e 'wait Stopped' -e 'wait $ ' \
		-e 'send ps -o stat= -C puppet | grep -c T | sed s/^/stopped=/' \
		-e 'wait stopped=' -e 'wait $ ' -e 'send fg' -e running \
		-e 'open go' -e 'wait done' -e 'wait $ ' -e 'send exit 0' -- bash --norc --noprofile --noediting -i
	[[ $output != *stopped=0* ]] || fail 'the job was not stopped'
}

@test "who holds a job's terminal is ended, and its last bytes are there" {
	try 0 nursery --pty 'puppet double-fork { sleep } write-text first' \
		'exec <&- >&- 2>&-; echo by name >/dev/tty'
	out first 'by name'
	err_matches 'nursery: job 1 left 1 process behind: puppet\[[0-9]+\]; it is ended now'
}

@test "what the end of a job's terminal ends was not left behind, however long that takes" {
	for _ in 1 2 3 4 5; do
		try 0 nursery --pty --orphans=fail 'puppet fork 30 { sleep }'
		out
		err
	done
	try 0 nursery --pty 'puppet ignore HUP fork 2 { sleep } default HUP fork 30 { sleep }'
	out
	err_matches 'nursery: job 1 left 2 processes behind: puppet\[[0-9]+\], puppet\[[0-9]+\]; they are ended now'
}

@test "a job that has filled its terminal, because nobody reads, can be ended" {
	gate pipe up told
	hold_gate pipe
	start_into_pipe --pty 'puppet catch-say TERM told say-pid up flood'
	timeout "$LIMIT" puppet until-blocked up 3>&-
	tell TERM
	await told
	read_pipe_now
	finish 143
	ended signal 15
	wait
}

@test "it is said if a job waits for somebody to type" {
	start --pty --events ev 'read -r x </dev/tty; echo got' 'puppet sleep'
	eventually err_so_far_has 'job 1 waits for somebody to type at its terminal, and nobody does'
	tell TERM
	finish 143
	grep -q '"event":"reads_terminal".*"number":1.*"pid":' ev
	[[ $stderr != *'job 2 waits'* ]]
}

@test "services have a terminal with --pty, probes have none" {
	try 0 nursery --pty --service '[ -t 0 ] && tty; : >ready; puppet sleep' \
		--ready 'exec:[ -e ready ] && ! [ -t 1 ]' 'test -t 1'
	[[ $stderr == *'/dev/'* ]]
	out
}

@test "--pty is refused where jobs can have no terminal from us" {
	try 125 nursery --pty -u 'echo a'
	complains '--pty and --ungroup do not go together'
	try 125 nursery --pty --hosts : --hosts n1 'echo a'
	complains '--pty is for this machine only'
	try 125 nursery --spawn --pty 'echo a'
	complains '--pty does not go together with --spawn'
}
