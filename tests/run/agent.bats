#!/usr/bin/env bats
# An agent: nursery --agent, as another nursery starts it on each machine.  The
# controller is tests/drivers/agent.c, which does what a script says.

load ../helper

NONCE=0123456789abcdef

# control LINE...: the controller does what the lines say
control() {
	printf '%s\n' "$@" |
		watched "$HELPERS/drivers/agent" "${WRAPPER[@]}" "$BINARY" --agent=$NONCE
}

# The same up to READY, whose lines are left out, and with the end.
jobs() {
	try 0 control hello config 'wait ready' "$@" end
	output=${output#*$'\n'ready}
	output=${output#$'\n'}
}

# The controller in the background, fed by say, in the file o.
start_control() {
	local watched
	gate script
	hold_gate script
	watch_command
	"${watched[@]}" "$HELPERS/drivers/agent" "${WRAPPER[@]}" "$BINARY" --agent=$NONCE \
		<script >o 2>e 3>&- {GATE_FD[script]}>&- &
	started=$!
	say hello config 'wait ready' "$@"
}

say() {
	printf '%s\n' "$@" >&"${GATE_FD[script]}"
}

said() {
	grep -qxF -e "$1" o
}

# The controller does the last lines, and ends.
finish_control() {
	say "$@" end
	exec {GATE_FD[script]}>&-
	wait "$started" && status=0 || status=$?
	started=
	output=$(<o)
	output=${output#*$'\n'ready}
	output=${output#$'\n'}
	stderr=$(<e)
	expect_status 0
}

@test "an agent greets with its version and nonce, and says what it is" {
	try 0 control hello config 'wait ready' 'quit 0' end
	out "greeting NURSERY-AGENT 1 $(nursery --version | sed 's/.* //') $NONCE" \
		'hello host pid cpus step (null)' ready 'bye 0' 'end 0'
	err
}

@test "an agent says which step of Slurm it is" {
	export SLURM_JOB_ID=12 SLURM_STEP_ID=3
	try 0 control hello config 'wait ready' 'quit 0' end
	[[ $output == *'cpus step 12.3'* ]]
}

@test "a job of an agent runs, and its output and exit status are told" {
	jobs 'run 1 : echo a; echo b; exit 3' 'wait exit 1' 'quit 0'
	out 'started 1' 'out 1 1 a\nb\n' 'exit 1 exited 3' 'bye 1' 'end 0'
	err
}

@test "what a job of an agent writes to standard error is told apart" {
	jobs 'run 1 : echo a; echo b >&2' 'wait exit 1' 'quit 0'
	out 'started 1' 'out 1 1 a\n' 'out 1 2 b\n' 'exit 1 succeeded 0' 'bye 1' 'end 0'
}

@test "it is told in its order with standard output where both are one file" {
	try 0 control hello 'config joined=1' 'wait ready' \
		'run 1 : echo a; echo b >&2; echo c' 'wait exit 1' 'quit 0' end
	[[ $output == *$'out 1 1 a\\nb\\nc\\n\nexit 1 succeeded 0\n'* ]]
}

@test "a job of an agent that dies of a signal is told as that" {
	jobs 'run 1 : kill -9 $$' 'wait exit 1' 'quit 0'
	out 'started 1' 'exit 1 killed 9' 'bye 1' 'end 0'
}

@test "a command that an agent does not find was not started" {
	try 0 control hello 'config direct=1' 'wait ready' 'run 1 : no-such-command' 'wait exit 1' \
		'quit 0' end
	[[ $output == *$'ready\nexit 1 not_found 2 unstarted\nbye 1\nend 0' ]]
}

@test "a directory that is not on the machine of the agent is refused, with its name" {
	try 0 control hello 'config dir=/no/such' end
	[[ $output == *$'\nerror the directory \'/no/such\' is not on this machine\nend 125' ]]
	err
}

@test "jobs of an agent start where the controller says, with its umask and shell" {
	mkdir there
	try 0 control hello "config dir=$PWD/there umask=027 shell=/bin/bash" 'wait ready' \
		'run 1 : pwd; umask; echo "${BASH_VERSION:+bash}"' 'wait exit 1' 'quit 0' end
	[[ $output == *"out 1 1 $PWD/there\\n0027\\nbash\\n"* ]]
}

@test "the environment of jobs is the controller's, and what only the machine knows" {
	export CUDA_VISIBLE_DEVICES=3 SLURMD_NODENAME=node3 OTHER=x
	try 0 control hello 'config host=n7 env=A=1 env=CUDA_VISIBLE_DEVICES=0' 'wait ready' \
		'run 1 seq=5 slot=6 attempt=7 name=me : env | grep -v -e ^PATH= -e ^_= -e ^PWD= -e ^SHLVL= -e ^NURSERY_PID -e ^NURSERY_SOCKET= -e ^TMPDIR= | sort' \
		"run 2 : echo \${TMPDIR#$BATS_TEST_TMPDIR}" 'wait exit 1' 'wait exit 2' 'quit 0' end
	[[ $output == *'out 1 1 A=1\nCUDA_VISIBLE_DEVICES=3\nNURSERY_ATTEMPT=7\nNURSERY_GRACE_MS=4000\nNURSERY_HOST=n7\nNURSERY_ID=2\nNURSERY_NAME=me\nNURSERY_SEQ=5\nNURSERY_SLOT=6\nSLURMD_NODENAME=node3\n'* ]]
	[[ $output == *'out 2 1 /tmp\n'* ]]
}

@test "TMPDIR is the controller's if it has one" {
	try 0 control hello 'config env=TMPDIR=/elsewhere' 'wait ready' 'run 1 : echo $TMPDIR' \
		'wait exit 1' 'quit 0' end
	[[ $output == *'out 1 1 /elsewhere\n'* ]]
}

@test "jobs of an agent are told when the controller's time is over" {
	try 0 control hello 'config deadline=1000' 'wait ready' \
		'run 1 : test $((NURSERY_DEADLINE - $(date +%s))) -gt 900' 'wait exit 1' 'quit 0' end
	[[ $output == *'exit 1 succeeded 0'* ]]
}

@test "jobs of an agent have none of its descriptors, and a socket to spawn" {
	not_under valgrind # it has some of its own, with other numbers each time
	local list='echo /proc/self/fd/*' fds
	fds=$(nursery "$list")
	jobs "run 1 : $list; test -S \$NURSERY_SOCKET && echo socket" 'wait exit 1' 'quit 0'
	[[ $output == *"out 1 1 $fds\\nsocket\\n"* ]]
}

@test "a client that the controller does not answer hears that the nursery is closing" {
	jobs "run 1 : trap '' TERM; echo; nursery --spawn --wait : 2>&1; echo \$?" 'wait out 1' 'quit 20000'
	[[ $output == *'nursery: --spawn: the nursery is closing'*125* ]]
	jobs "run 1 : trap '' TERM; echo; nursery --spawn : 2>&1; echo \$?" 'wait out 1' 'quit 20000'
	[[ $output == *'nursery: --spawn: the nursery is closing'*125* ]]
}

@test "a job that an agent is to ask gets the signal, and SIGKILL after the grace" {
	gate up
	start_control 'run 1 : puppet ignore TERM say up sleep' 'run 2 : puppet say up sleep'
	await up 2
	finish_control 'ask 2 TERM 20000' 'wait exit 2' 'ask 1 TERM 100' 'wait exit 1' 'quit 0'
	[[ $output == *$'exit 2 cancelled 0\nexit 1 cancelled 0 killed\nbye 2\nend 0' ]]
}

@test "a job that an agent is to kill is gone at once" {
	gate up
	start_control 'run 1 : puppet ignore TERM say up sleep'
	await up
	finish_control 'kill 1' 'wait exit 1' 'quit 0'
	[[ $output == *$'exit 1 cancelled 0\nbye 1\nend 0' ]]
}

@test "an agent passes signals on, such as those of Ctrl-Z" {
	gate up
	start_control 'run 1 : echo $$ >up; exec puppet sleep'
	await up
	say 'signal 1 STOP'
	eventually in_state T "$said"
	say 'signal 1 CONT'
	eventually in_state SR "$said"
	finish_control 'kill 1' 'quit 0'
}

@test "what is asked of a job that an agent does not know is no error" {
	jobs 'ask 7 TERM 0' 'kill 7' 'signal 7 TERM' 'credit 7 100' 'ping 4 0' 'wait pong' 'quit 0'
	out 'pong 4' 'bye 0' 'end 0'
}

@test "orphans of an agent's job are named, ended, and their output comes" {
	jobs 'run 1 : puppet double-fork { sleep }' 'wait exit 1' 'quit 0'
	[[ $output == *$'\norphans 1 1 puppet['*$']\nexit 1 succeeded 0\nbye 1\nend 0' ]]
	try 0 control hello 'config orphans=2' 'wait ready' 'run 1 : sleep 1000 & echo a' 'wait exit 1' 'quit 0' end
	[[ $output == *$'exit 1 left_orphans 0\n'* ]]
}

@test "a job that gets no credit is not read on, and then comes whole" {
	mkdir got
	head -c 10000000 /dev/urandom >big
	start_control "save $PWD/got" 'run 1 : cat big' 'run 2 : echo small' 'wait exit 2' 'bytes 1 262144' \
		'ping 1 0' 'wait pong' quiet
	eventually said quiet
	# at most one read more than the credit
	[ "$(stat -c %s got/1.1)" -le $((262144 + 65536)) ]
	finish_control auto 'credit 1 262144' 'wait exit 1' 'quit 0'
	cmp big got/1.1
	[[ $output == *$'exit 1 succeeded 0\nbye 2\nend 0' ]]
}

@test "the end of an agent's input ends its jobs, which have the grace" {
	gate up
	start_control 'run 1 : puppet catch-exit TERM "last words" 0 say up sleep'
	await up
	finish_control close
	[[ $output == *$'error the controller is gone\nout 1 1 last words\\n\nexit 1 cancelled 0\nend 125' ]]
}

@test "the end of an agent's input ends jobs that ignore SIGTERM, and daemons" {
	gate up
	start_control 'run 1 : puppet ignore TERM double-fork { say up sleep } sleep'
	await up
	finish_control close
	[[ $output == *'end 125' ]]
}

@test "an agent whose controller cannot be written to ends its jobs" {
	LEAK_GRACE=10
	gate up in
	(
		printf '%s\n' hello 'config' 'wait ready' 'run 1 : echo >up; while :; do echo x || exit; sleep 0.01; done' 'gate in'
	) | watched "$HELPERS/drivers/agent" sh -c '"$@"; echo $? >status' - "$BINARY" --agent=$NONCE >o 2>e 3>&- &
	started=$!
	await up
	open_gate in
	wait "$started" || :
	started=
	eventually test -s status
	[ "$(<status)" = 125 ]
}

@test "an agent that hears nothing for too long ends its jobs" {
	try 0 control hello 'config dead=1' 'wait ready' 'run 1 : sleep 1000' 'wait exit 1' end
	[[ $output == *$'\nerror nothing was heard from the controller for 1 seconds\nexit 1 cancelled 0\nend 125' ]]
	# the controller switches that off before it is stopped itself
	start_control 'ping 1 1' 'ping 2 0' 'run 1 : sleep 1.5; echo done' 'wait exit 1'
	finish_control 'quit 0'
	[[ $output == *$'pong 1\npong 2\n'*$'out 1 1 done\\n\nexit 1 succeeded 0\nbye 1\nend 0' ]]
}

@test "an agent that hears nonsense says what it was, and ends its jobs" {
	local frame
	for frame in 'raw 68656c6c6f20776f726c640a' 'frame 9 0 1' 'frame run 0 1 00' 'frame hello 0 0' \
		'frame ping 0 0 00' 'frame signal 0 1' 'frame signal 70 1' 'frame ask 0 1 00' 'frame kill 0 1 00' \
		'frame credit 0 1' 'frame quit 0 0 ffffffffffffffff' 'run 1 : again' 'run 0 : none'; do
		try 0 control hello config 'wait ready' 'run 1 : sleep 1000' 'wait started' "$frame" end
		[[ $output == *$'\nerror the controller talks nonsense: '*$'\nexit 1 cancelled 0\nend 125' ]] ||
			fail "after $frame"
	done
	try 0 control hello config 'wait ready' 'raw 68656c6c6f20776f726c640a' end
	[[ $output == *'nonsense: this is no frame: 68 65 6c 6c 6f 20 77 6f 72 6c 64 0a'* ]]
	# what it need not know is none
	jobs 'frame 128 0 0 aabb' 'frame 255 127 7' 'quit 0'
	out 'bye 0' 'end 0'
}

@test "an agent whose configuration is none ends, and says so" {
	try 0 control hello 'frame config 0 0 00' end
	[[ $output == *$'\nerror the controller has sent no configuration\nend 125' ]]
	err 'nursery: the connection to the controller: the controller has sent no configuration'
	try 0 control hello 'ping 1 0' end
	[[ $output == *'no configuration'*'end 125' ]]
	try 0 control hello close end
	[[ $output == *$'\nerror the controller is gone\nend 125' ]]
}

@test "nothing is left when a process of an agent is killed" {
	local which
	LEAK_GRACE=5 # the last process ends while the controller sees the end
	for which in front worker; do
		start_over
		gate up
		start_control 'run 1 : puppet ignore TERM double-fork { say up sleep } say up sleep'
		await up 2
		finish_control "send $which KILL"
		[[ $output != *bye* ]]
	done
}

@test "an agent that is told to end by a signal tells the end of its jobs, and takes no more" {
	gate up
	start_control 'run 1 : puppet say up sleep' 'run 2 : puppet ignore TERM say up sleep'
	await up 2
	finish_control 'send front TERM' 'wait exit 1' 'run 3 : echo no'
	[[ $output == *$'\nexit 1 cancelled 0\n'* ]]
	[[ $output == *$'\nexit 3 cancelled 0 unstarted\n'* ]]
	[[ $output == *$'\nerror stopped by signal 15 (SIGTERM)\n'* ]]
	[[ $output == *$'\nexit 2 cancelled 0 killed\nbye 3\nend 0' ]]
	err
}

@test "an agent that is to quit takes no more jobs" {
	gate up
	start_control 'run 1 : puppet ignore TERM say up sleep'
	await up
	finish_control 'quit 20000' 'run 2 : echo no' 'wait exit 2' 'quit 0'
	out 'started 1' 'exit 2 cancelled 0 unstarted' 'exit 1 cancelled 0 killed' 'bye 2' 'end 0'
}

@test "a thousand jobs of an agent end as they should" {
	local script=() i
	for ((i = 1; i <= 1000; i++)); do
		script+=("run $i : echo $i; exit $((i % 2))")
	done
	for ((i = 1; i <= 1000; i++)); do
		script+=("wait exit $i")
	done
	jobs "${script[@]}" 'quit 0'
	[ "$(grep -c '^exit [0-9]* exited 1$' <<<"$output")" = 500 ]
	[ "$(grep -c '^exit [0-9]* succeeded 0$' <<<"$output")" = 500 ]
	[ "$(grep -cE '^out ([0-9]+) 1 \1\\n$' <<<"$output")" = 1000 ]
	[[ $output == *$'bye 1000\nend 0' ]]
}

@test "a controller that does not read for a while loses nothing" {
	mkdir got
	head -c 200000 /dev/urandom >some
	local script=() i
	for ((i = 1; i <= 20; i++)); do
		script+=("run $i : cat some; echo >>ended")
	done
	gate go
	start_control "save $PWD/got" "${script[@]}" 'gate go'
	eventually eval '[ "$(wc -l <ended)" = 20 ]'
	open_gate go
	for ((i = 1; i <= 20; i++)); do
		script[i - 1]="wait exit $i"
	done
	finish_control "${script[@]}" 'quit 0'
	for ((i = 1; i <= 20; i++)); do
		cmp some "got/$i.1"
	done
	[[ $output == *$'bye 20\nend 0' ]]
}

@test "an agent says what it would say on a screen to its controller" {
	gate up
	start_control 'run 1 : puppet say up sleep'
	await up
	finish_control 'send front USR1' 'wait log' 'kill 1' 'quit 0'
	[[ $output == *$'\nlog job 1 running for '* ]]
	err
}

@test "an agent that has no descriptors for a job starts it later" {
	not_under valgrind asan
	local script=() i
	for ((i = 1; i <= 40; i++)); do
		script+=("run $i : echo $i")
	done
	ulimit -n 40
	for ((i = 1; i <= 40; i++)); do
		script+=("wait exit $i")
	done
	jobs "${script[@]}" 'quit 0'
	[ "$(grep -c '^exit [0-9]* succeeded 0$' <<<"$output")" = 40 ]
}

@test "an agent whose controller neither reads nor speaks ends all the same" {
	start_control 'ping 1 1' 'run 1 : head -c 1000000 /dev/zero; puppet ignore TERM sleep' 'wait started 1'
	eventually said 'started 1'
	gate go
	say 'gate go' # from now on it does nothing
	eventually gone "$(worker)"
	open_gate go
	finish_control
	[[ $output == *'end 125' ]]
}

@test "an agent that has said all waits for its reader, but not for ever" {
	start_control 'ping 1 1' 'run 1 : head -c 200000 /dev/zero; echo >>ended' 'wait started 1'
	eventually test -s ended
	gate go
	say 'quit 0' close 'gate go'
	eventually gone "$(worker)"
	open_gate go
	finish_control
	[[ $output == *'end 125' ]]
}

@test "a configuration longer than a frame comes whole" {
	local long
	long=$(printf '%0100000d' 7)
	try 0 control hello "config env=A=$long env=B=$long" 'wait ready' 'run 1 : echo ${#A} ${#B}' \
		'wait exit 1' 'quit 0' end
	[[ $output == *'out 1 1 100000 100000\n'* ]]
}

@test "a raw terminal, as srun -u gives it to an agent, is no obstacle" {
	try 125 watched "$HELPERS/programs/pty" -- sh -c 'stty -opost; exec "$@" </dev/null' - "$BINARY" --agent=$NONCE
	[[ $output == "greeting NURSERY-AGENT 1 "*" $NONCE"* || $output == "NURSERY-AGENT 1 "*" $NONCE"* ]]
}

@test "a terminal cannot be the controller of an agent" {
	try 125 watched "$HELPERS/programs/pty" -- "$BINARY" --agent=$NONCE
	[[ $output == *'nursery: --agent is for a controller, not for a terminal'* ]]
}

@test "--agent is refused with anything beside it, and without a nonce" {
	try 125 nursery --agent=$NONCE true
	complains '--agent takes no other option and no command'
	try 125 nursery --agent=$NONCE -j2
	complains '--agent takes no other option and no command'
	try 125 nursery --agent=x
	complains "--agent: 'x' is not what nursery gives to itself"
}

# give COMMAND: a job of an agent that reads our standard input
give() {
	watched "$HELPERS/drivers/give" $NONCE "$1" "${WRAPPER[@]}" "$BINARY" --agent=$NONCE
}

@test "a job reads what it is sent, to its end, and nothing else" {
	jobs 'run 1 input=1 : cat; echo end' 'frame stdin 0 1 610a' 'frame stdin 1 1 620a' 'wait exit' 'quit 0'
	[[ $output == *'out 1 1 a\nb\nend\n'* ]]
	jobs 'run 1 input=1 : cat; echo end' 'frame stdin 1 1' 'run 2 : cat; echo none' 'wait exit 1' 'wait exit 2' 'quit 0'
	[[ $output == *'out 1 1 end\n'* && $output == *'out 2 1 none\n'* ]]
	# for a job that has ended meanwhile it is no error, for one without input it is
	jobs 'run 1 input=1 : true' 'wait exit 1' 'frame stdin 0 1 61' 'quit 0'
	[[ $output == *'end 0' ]]
	try 0 control hello config 'wait ready' 'run 1 : sleep 1000' 'wait started' 'frame stdin 0 1 61' end
	[[ $output == *'error the controller talks nonsense: a frame of type 10 for job 1: 61'* ]]
}

@test "input that nobody reads is not asked for" {
	gate shut
	jobs 'run 1 input=1 : exec <&-; echo >shut; exec sleep 1000' 'gate shut' 'frame stdin 0 1 61' \
		'wait taken' 'frame stdin 0 1 61' 'kill 1' 'wait exit 1' 'quit 0'
	[[ $output == *$'\ntaken 1 gone\n'* ]]
	[ "$(grep -c taken <<<"$output")" -eq 1 ]
}

@test "much input passes whole, and as far as it is read" {
	head -c 3000000 /dev/urandom >bytes
	try 0 give 'dd bs=1000 count=1 iflag=fullblock status=none >first; cat first - | sha1sum' < <(cat bytes)
	out "$(sha1sum <bytes)" 'exit 0 0' 'ended as it should'
	try 0 give 'head -n 1; exit 3' < <(yes)
	out y 'exit 1 3' 'ended as it should'
}
