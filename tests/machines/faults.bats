#!/usr/bin/env bats
# What happens to jobs on other machines when something there or between dies.
# Agents on this machine stand for the others: leakcheck sees all that is left.

load ../helper

MACHINES=(--hosts a,b --carrier 'env X={host}' --kill-after .5)

# script NAME: makes one of what is read
script() {
	{
		echo '#!/bin/sh'
		cat
	} >"$1"
	chmod +x "$1"
}

# What a job does that nobody ends politely: it has a daemon in a session of its
# own, and both ignore SIGTERM.
STUBBORN='setsid sh -c "trap \"\" TERM; echo \$\$ >>daemons; while :; do sleep 1; done" >/dev/null 2>&1 & trap "" TERM; echo begun; while :; do sleep 1; done'

# begin OPTION...: two of these run, on one machine each
begin() {
	LEAK_GRACE=8 # for the ladder of who is left
	: >daemons
	start "${MACHINES[@]}" -j1 "$@" "$STUBBORN" "$STUBBORN"
	eventually daemons_run
}

daemons_run() {
	[ "$(wc -l <daemons)" -eq 2 ]
}

# The pids of carriers, which are agents here; of their workers.
carriers() {
	local worker
	worker=$(worker)
	for pid in $(cat "/proc/$worker/task/$worker/children"); do
		! grep -q agent= "/proc/$pid/cmdline" || echo "$pid"
	done
}

first_carrier() {
	carriers | head -n 1
}

agent_worker() {
	cut -d' ' -f1 "/proc/$1/task/$1/children"
}

@test "the front of the controller is killed: nothing is left on any machine" {
	begin
	kill -9 "$(front)"
	finish 137
}

@test "the worker of the controller is killed: nothing is left on any machine" {
	begin
	kill -9 "$(worker)"
	finish 137
	err_has 'the worker process was killed by signal 9'
}

@test "front and worker of the controller are killed at once: nothing is left" {
	local worker
	begin
	worker=$(worker)
	kill -9 "$(front)" "$worker"
	finish 137
}

@test "a carrier is killed: its job is lost, and nothing is left of it" {
	begin -K
	kill -9 "$(first_carrier)"
	eventually err_so_far_has 'is lost'
	tell TERM
	finish 143
	err_has "machine 'a' is lost: the connection ended (env: killed by signal 9 (SIGKILL))"
	err_has 'failed: lost with its machine (a)'
}

@test "a lost machine is a failure of its own, which stops the rest" {
	begin
	kill -9 "$(first_carrier)"
	finish 255
	err_has 'failed: lost with its machine (a)'
	err_has '1 failed, 1 cancelled (1 killed)'
}

@test "a carrier gets SIGTERM: the machine is lost" {
	begin
	kill -TERM "$(first_carrier)"
	finish 255
	err_has "machine 'a' is lost: "
	err_has 'failed: lost with its machine (a)'
}

@test "the worker of an agent is killed: the machine is lost, nothing is left" {
	begin
	kill -9 "$(agent_worker "$(first_carrier)")"
	finish 255
	err_has "machine 'a' is lost: "
}

@test "the front of an agent is killed: the machine is lost, nothing is left" {
	begin
	kill -9 "$(first_carrier)"
	finish 255
}

@test "with retries a lost job runs again elsewhere" {
	local carrier
	LEAK_GRACE=8
	start --hosts a,b --carrier 'env X={host}' --machine-timeout 1s --kill-after .5 -j1 --retries 1 --retry-delay 0 -K \
		'[ -e first ] || { echo $NURSERY_HOST >first; exec sleep 1000; }; echo $NURSERY_ATTEMPT on $NURSERY_HOST' \
		': >other'
	eventually [ -s first ]
	eventually [ -e other ] # that one is there, too
	# the one that runs it
	for carrier in $(carriers); do
		! pgrep -P "$(agent_worker "$carrier")" >/dev/null || break
	done
	kill -9 "$carrier"
	finish 0
	[ "$(<first)" = a ] && out '2 on b' || out '2 on a'
}

@test "what finished jobs wrote is there, in order, whatever happens later" {
	LEAK_GRACE=8
	: >daemons
	start --hosts a,b --carrier 'env X={host}' -j2 -K -v --kill-after .5 'seq 100000' \
		'echo two' 'echo three >&2' "$STUBBORN" 'echo $$ >>daemons; sleep 1000'
	eventually daemons_run
	for i in 1 2 3; do
		eventually err_so_far_has "job $i succeeded"
	done
	kill -9 $(carriers)
	finish 255
	cmp <(seq 100000; echo two; echo begun) <(echo "$output") || fail 'not all of it'
	err_has three
	err_has '2 failed, 3 succeeded'
}

@test "an agent that says nonsense is a lost machine" {
	script nonsense <<-'E'
		shift
		"$@" | { dd bs=1 count=600 2>/dev/null; echo nonsense; }
	E
	LEAK_GRACE=8
	try 255 nursery --hosts a --carrier './nonsense {host}' 'seq 1000; sleep 1000'
	err_has "machine 'a' is lost: "
}

@test "a machine that has fallen silent is lost, and ends what it runs all the same" {
	local carrier pid
	script relay <<-'E'
		shift
		cat | "$@" | cat
	E
	LEAK_GRACE=8
	start --hosts a --carrier './relay {host}' --machine-timeout 1s --kill-after .5 'echo begun >ran; exec sleep 1000'
	eventually [ -s ran ]
	for carrier in $(pgrep -P "$(worker)"); do
		for pid in $(pgrep -P "$carrier" -x cat); do
			kill -STOP "$pid"
		done
	done
	finish 255
	err_has "machine 'a' is lost: the agent has not answered for 1s"
}

@test "who cannot be started is no machine, and the others do the work" {
	local sh="sh -c 'test \$0 != a && shift 0 && exec \"\$@\"' {host}"
	gate go
	start --hosts a,b --carrier "$sh" -j1 'read x <go; echo one' 'echo two'
	eventually err_so_far_has 'cannot be used'
	echo >go
	finish 0
	out one two
	err "nursery: machine 'a' cannot be used: the connection ended before an agent answered (sh: exit status 1)"
	try 125 nursery --hosts a --carrier "$sh" 'echo one'
	err_has 'no machine is left to run jobs on'
	err_has '1 not started'
}

@test "what a carrier says is part of why its machine is none, or shown once it is one" {
	try 125 nursery --hosts a --carrier "sh -c 'printf \"cannot\\r\\nreach {host}\\r\\n\" >&2; exit 5'" 'echo one'
	err "nursery: machine 'a' cannot be used: the connection ended before an agent answered (sh: exit status 5: cannot; reach a)" \
		'nursery: no machine is left to run jobs on' 'nursery: 1 not started in T'
	try 0 nursery --hosts a --carrier "sh -c 'printf \"no\\r\\nmatter\" >&2; exec \"\$@\"' {host}" 'echo one'
	out one
	err 'a: no' 'a: matter'
}

@test "a carrier that cannot start an agent says so by its status" {
	local code
	for code in 126 127; do
		try 125 nursery --hosts a --agent-path /x/nursery --carrier "sh -c 'exit $code' {host}" 'echo one'
		err_has "machine 'a' cannot be used: nursery cannot be started there as '/x/nursery', see --agent-path (sh: exit status $code)"
	done
}

@test "an agent that gets SIGTERM twice, as by Slurm and by srun, gives its grace all the same" {
	local agent
	gate up got go
	start --hosts a --carrier 'env X={host}' \
		'trap "echo >got; : <go; echo polite; exit" TERM; sleep 1000 & echo >up; wait'
	await up
	agent=$(first_carrier)
	kill -TERM "$agent"
	await got
	kill -TERM "$agent"
	eventually has_no_signals "$agent"
	open_gate go
	finish 255
	out polite
}

# Nothing that was sent to an agent is still to be taken.
has_no_signals() {
	local pid
	for pid in "$1" "$(agent_worker "$1")"; do
		grep -q '^ShdPnd:.0*$' "/proc/$pid/status" || return
	done
}

@test "an agent that gets SIGTERM ends its jobs, and the machine is lost by that" {
	begin
	kill -TERM "$(agent_worker "$(first_carrier)")"
	finish 255
	err_has "machine 'a' is lost: stopped by signal 15 (SIGTERM)" 'lost with its machine (a)'
	err_lacks 'of itself' 'a: stopped'
}

@test "a shell that prints before the agent does not matter; too much of it does" {
	try 0 nursery --hosts a --carrier "sh -c 'echo Welcome to {host}; exec \"\$@\"' x" 'echo one'
	out one
	plain_err
	try 125 nursery --hosts a --carrier "sh -c 'echo Welcome to {host}' x" 'echo one'
	err_has "machine 'a' cannot be used"
	err_has 'Welcome to a'
	try 125 nursery --hosts a --carrier "sh -c 'yes' {host}" 'echo one'
	err_has "machine 'a' cannot be used"
}

@test "Ctrl-Z stops the jobs on all machines, and fg continues them" {
	local pid
	start --hosts a,b --carrier 'env X={host}' -j1 \
		'echo $$ >one; exec sleep 1000' 'echo $$ >two; exec sleep 1000'
	eventually [ -s one ]
	eventually [ -s two ]
	suspend_and_continue "$(<one)"
	tell TERM
	finish 143
}

@test "a reader that does not read stops the jobs, loses nothing and is waited for" {
	gate pipe
	hold_gate pipe
	start_into_pipe --hosts a,b --carrier 'env X={host}' 'seq 300000' 'seq 300000 600000'
	read_pipe_now
	finish 0
	seq 300000 >want
	seq 300000 600000 >>want
	eventually cmp -s want o
}

@test "a machine that was lost is used again while a job waits for room" {
	local carrier
	LEAK_GRACE=8
	start --hosts a --carrier 'env X={host}' -K -j1 --kill-after .5 \
		'echo >one; exec sleep 1000' 'echo two'
	eventually [ -e one ]
	carrier=$(first_carrier)
	kill -9 "$carrier"
	finish 255
	out two
	err_has 'job 1 failed: lost with its machine (a)' '1 failed, 1 succeeded'
}

@test "the folder of an agent that was killed is removed by the next one there" {
	LEAK_GRACE=8
	start --hosts a --carrier 'env X={host}' -K -j1 --kill-after .5 \
		'echo $NURSERY_PID $PPID >pids; exec sleep 1000' 'ls -d $XDG_RUNTIME_DIR/*/socket'
	eventually [ -s pids ]
	# shellcheck disable=SC2046 # two words
	kill -9 $(<pids)
	finish 255
	# that of the controller, and its own
	[ "$(grep -c /socket <<<"$output")" -eq 2 ]
	[ -z "$(ls "$XDG_RUNTIME_DIR")" ]
}

@test "that a lost job waits until what is left of it has ended is said" {
	LEAK_GRACE=8
	start --hosts a,b --carrier 'env X={host}' -j1 --retries 1 --retry-delay 0 --machine-timeout 3s --kill-after .5 \
		'echo >begun; echo $PPID >worker; exec sleep 1000'
	eventually [ -s worker ]
	kill -9 "$(<worker)"
	eventually err_so_far_has 'job 1 was lost with its machine ('
	tell TERM
	finish 143
	err_has '): it runs again in T when its processes there must have ended'
}

@test "an agent that is told to end by others gets no more jobs" {
	LEAK_GRACE=8
	: >ran
	start --hosts a,b --carrier 'env X={host}' -K -j1 --kill-after 1 \
		'trap "" TERM; echo $NURSERY_HOST >first; sleep 1000' \
		'until [ -s agent ]; do sleep .02; done; kill -TERM $(cat agent)' \
		'echo $NURSERY_HOST >>ran' 'echo $NURSERY_HOST >>ran' 'echo $NURSERY_HOST >>ran'
	eventually [ -s first ]
	for carrier in $(carriers); do
		! tr '\0' '\n' <"/proc/$carrier/environ" | grep -qx "X=$(<first)" ||
			echo "$carrier" >agent
	done
	finish 255
	[ "$(wc -l <ran)" -eq 3 ] || fail "jobs were lost: $(<ran)"
	err_has '1 failed, 4 succeeded'
}

# script relay: a carrier whose processes only pass bytes on
relay() {
	script relay <<-'E'
		shift
		cat | "$@" | cat
	E
	RELAYED=(--hosts a --carrier './relay {host}')
}

@test "a second signal kills the jobs, and not what tells the agents to" {
	relay
	LEAK_GRACE=5
	start "${RELAYED[@]}" --kill-after 60 \
		'trap "echo >int" INT; trap "" TERM; echo $$ >pid; while :; do sleep .1; done'
	eventually [ -s pid ]
	tell INT
	eventually [ -e int ]
	tell INT
	finish 130
	gone "$(<pid)" || fail 'the job runs on'
}

@test "Ctrl-Z stops jobs behind a carrier that passes bytes on, and fg continues them" {
	local pid
	relay
	start "${RELAYED[@]}" 'echo $$ >pid; while :; do sleep .05; done'
	eventually [ -s pid ]
	pid=$(<pid)
	suspend_and_continue "$pid"
	tell TERM
	finish 143
}

@test "what ended before its output was read has no time limit and is not killed" {
	local orphans
	seq 30000 >../want
	for orphans in kill wait; do
		gate pipe
		hold_gate pipe
		start_into_pipe --hosts a --carrier 'env X={host}' --job-timeout 2s \
			--orphans "$orphans" 'seq 30000; echo >ended'
		eventually [ -e ended ]
		sleep 2.2 # past the time limit, which is not to be seen
		read_pipe_now
		finish 0
		eventually cmp -s ../want o
		err
		start_over
	done
}

@test "without a machine what needs none goes on" {
	local pid
	sleep 0.5 3>&- &
	pid=$!
	try 0 nursery --hosts a --carrier 'false {host}' --adopt "$pid" </dev/null
}

@test "with few descriptors nothing crashes, and who cannot be reached is said" {
	local n
	for n in 22 24 26 30; do
		PREFIX=(sh -c 'ulimit -n "$0"; exec "$@"' "$n")
		run --separate-stderr nursery -K --hosts a,b,c --carrier 'env X={host}' \
			'echo one' 'echo two'
		[ "$status" -eq 0 ] || [ "$status" -eq 125 ] || fail "$n: status $status"
		err_lacks 'signal 11' '(null)'
	done
}
