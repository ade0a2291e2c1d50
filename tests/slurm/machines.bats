#!/usr/bin/env bats
# Jobs on the nodes of an allocation, with the cluster of tests/slurm/cluster: the
# lines of real use, what jobs get there, and what happens when something dies.
#
# shellcheck disable=SC2016 # for the shell of the job

load ../helper
load ../machines/same
load ../machines/stubborn
load slurm

MACHINES=(--slurm)
NODES=2

# Two jobs that begin so run at the same time, and at -j1 each on a node.
BOTH='echo >>$NURSERY_HOST; until [ "$(ls node1 node2 2>/dev/null | wc -l)" -eq 2 ]; do sleep .01; done'

setup_file() {
	slurm_up
}

teardown_file() {
	slurm_down
}

setup() {
	nursery_setup
	slurm_use
}

teardown() {
	nursery_teardown
	stubborn_end
	slurm_release
}

allocate() {
	slurm_allocate -N "$1" --exclusive --no-kill
}

# begin OPTION...: jobs that nobody ends politely, one on each node
begin() {
	allocate "$NODES"
	stubborn "$NODES" "$@"
}

a_carrier() {
	carriers | head -n 1
}

# The pid of slurmstepd of the youngest step, and that step
a_stepd() {
	pgrep -n -f "^slurmstepd: \[$SLURM_JOB_ID\.[0-9]"
}

a_step() {
	pgrep -n -a -f "^slurmstepd: \[$SLURM_JOB_ID\.[0-9]" | sed 's/.*\[\(.*\)\].*/\1/'
}

# a_machine_is_lost WHY: and its job, and the rest is stopped
a_machine_is_lost() {
	finish 255
	err_matches $'(.*\n)?'"nursery: machine 'node[1-4]' is lost: $1"$'\n.*'
	err_matches $'.*\nnursery: job [12] failed: lost with its machine \\(node[1-4]\\) .*'
	err_has '1 failed, 1 cancelled (1 killed)'
	err_lacks 'left behind'
	nothing_is_left
}

# all_machines_are_lost WHY
all_machines_are_lost() {
	finish 255
	err_matches $'(.*\n)?'"nursery: machine 'node[1-4]' is lost: $1"$'\n.*'
	err_has '1 failed, 1 cancelled'
	err_lacks 'left behind' 'of itself'
	nothing_is_left
}

@test "what runs on a node prints the same and has the same status as here" {
	allocate 1
	EVERY=3 same_as_here --slurm
}

@test "several nodes do the work, with as many jobs at once as Slurm allows" {
	slurm_allocate -N2 --ntasks-per-node=2
	try 0 nursery --slurm -k --tagstring '{#}' \
		'echo >>$NURSERY_HOST; until [ "$(cat node[12] | wc -l)" -eq 4 ]; do sleep .01; done; echo on {}' \
		::: a b c d
	out $'1\ton a' $'2\ton b' $'3\ton c' $'4\ton d'
	err
	[ "$(wc -l <node1)" -eq 2 ]
}

@test "jobs get the variables of the allocation, and can make steps on their node" {
	allocate 2
	try 0 nursery --slurm -j1 'env | grep ^SLURM | sort'
	[ "$(grep -v '^SLURMD_NODENAME=' <<<"$output")" = "$(env | grep ^SLURM | sort)" ] ||
		fail "not the variables that we have: $(env | grep ^SLURM)"
	[[ $'\n'$output == *$'\nSLURMD_NODENAME=node'[12]* ]]
	try 0 nursery --slurm -j1 "$BOTH"'
		test $SLURMD_NODENAME = $NURSERY_HOST || exit
		srun -N1 -n1 -w $SLURMD_NODENAME --overlap sh -c "echo \$SLURMD_NODENAME"
		srun -w $SLURMD_NODENAME --overlap hostname >/dev/null' "$BOTH"'
		srun -N1 -n1 -w $SLURMD_NODENAME --overlap sh -c "echo \$SLURMD_NODENAME"'
	out_sorted node1 node2
	err
}

@test "a node without nursery is no machine" {
	allocate 2
	try 125 nursery --slurm --agent-path /not/there 'echo a'
	err_has "nursery: machine 'node1' cannot be used: nursery cannot be started there as '/not/there', see --agent-path (srun: exit status 2: "
	err_has "nursery: machine 'node2' cannot be used: "
	err_has 'no machine is left to run jobs on' '1 not started'
	[ "${#stderr_lines[@]}" -eq 4 ]
	try 125 nursery --slurm --agent-path /etc/passwd 'echo a'
	err_has "nursery cannot be started there as '/etc/passwd', see --agent-path (srun: exit status 13: "
}

@test "what srun does not take is said with its words" {
	allocate 1
	try 125 nursery --slurm=--not-an-option 'echo a'
	err_has "nursery: machine 'node1' cannot be used: the connection ended before an agent answered (srun: exit status 255: srun: unrecognized option '--not-an-option'; "
}

@test "jobs run in the same directory, whatever srun does" {
	allocate 1
	try 0 nursery --slurm=--chdir=/not/there pwd
	out "$PWD"
	mkdir gone
	cd gone
	rmdir ../gone
	try 125 nursery --slurm 'echo a'
	complains 'the current one is gone'
}

@test "the front of nursery is killed: nothing is left on any node" {
	begin --machine-timeout 60s # it is not silence that ends them
	kill -9 "$(front)"
	finish 137
	nothing_is_left
}

@test "the worker of nursery is killed: nothing is left on any node" {
	begin --machine-timeout 60s # it is not silence that ends them
	kill -9 "$(worker)"
	finish 137
	err 'nursery: the worker process was killed by signal 9; every job was ended'
	nothing_is_left
}

@test "front and worker of nursery are killed: nothing is left on any node" {
	local worker
	begin --machine-timeout 60s # it is not silence that ends them
	worker=$(worker)
	kill -9 "$(front)" "$worker"
	finish 137
	nothing_is_left
}

@test "nursery is killed while srun is stopped: nothing is left on any node" {
	local worker pids
	begin
	worker=$(worker)
	pids=$(carriers)
	# shellcheck disable=SC2086 # a word each
	kill -STOP $pids
	kill -9 "$(front)" "$worker"
	finish 137
	nothing_is_left
}

@test "srun gets SIGTERM: the machine is lost" {
	begin
	kill -TERM "$(a_carrier)"
	a_machine_is_lost 'the connection ended \(srun: .*\)'
}

@test "srun is killed: the machine is lost" {
	begin
	kill -9 "$(a_carrier)"
	a_machine_is_lost 'the connection ended \(srun: killed by signal 9 \(SIGKILL\)\)'
}

@test "all processes of srun are killed: the machine is lost, and ends what it runs" {
	begin
	kill -9 -- "-$(a_carrier)"
	a_machine_is_lost 'the connection ended \(srun: killed by signal 9 \(SIGKILL\)\)'
}

@test "srun is stopped: the machine is lost, and ends what it runs" {
	begin
	kill -STOP "$(a_carrier)"
	a_machine_is_lost 'the agent has not answered for 1s'
}

@test "slurmstepd is killed: the machine is lost" {
	begin
	kill -9 "$(a_stepd)"
	a_machine_is_lost 'the agent has not answered for 1s'
}

@test "slurmstepd is stopped: the machine is lost, and ends what it runs" {
	local pid
	begin
	pid=$(a_stepd)
	kill -STOP "$pid"
	a_machine_is_lost 'the agent has not answered for 1s'
	kill -CONT "$pid"
}

@test "slurmstepd is stopped and continued: jobs go on" {
	local pid
	allocate 2
	gate up go
	start --slurm -j1 -k 'echo >up; : <go; echo a' 'echo >up; : <go; echo b'
	await up 2
	pid=$(a_stepd)
	kill -STOP "$pid"
	open_gate go
	eventually in_state T "$pid"
	kill -CONT "$pid"
	open_gate go
	finish 0
	out a b
	err
}

@test "the front of an agent is killed: the machine is lost" {
	local agent
	begin
	agent=$(pgrep -P "$(a_stepd)" -f -- --agent=)
	kill -9 "$agent"
	a_machine_is_lost '.*'
}

@test "the worker of an agent is killed: the machine is lost" {
	begin
	kill -9 "$(pgrep -P "$(pgrep -P "$(a_stepd)" -f -- --agent=)")"
	a_machine_is_lost '.*'
}

@test "scancel of the step: the machine is lost" {
	begin
	scancel "$(a_step)" # SIGKILL for all of it, in whatever order
	finish 255 || [ "$status" -eq 137 ] # the agent may have told of a job
	err_has "is lost: the connection ended (srun: " '1 failed, 1 cancelled (1 killed)'
	nothing_is_left
}

@test "scancel -s TERM of the step: its agent stops its jobs" {
	begin
	scancel -s TERM "$(a_step)" || : # it does, and complains
	a_machine_is_lost 'stopped by signal 15 \(SIGTERM\)'
}

@test "scancel of the job: all agents stop their jobs" {
	begin
	scancel "$SLURM_JOB_ID"
	all_machines_are_lost 'stopped by signal 15 \(SIGTERM\)'
}

@test "the time limit: all agents stop their jobs, as for SIGTERM" {
	begin
	scancel -s TERM "$SLURM_JOB_ID" # a limit is a minute at least
	all_machines_are_lost 'stopped by signal 15 \(SIGTERM\)'
}

@test "a node is set down: the machine is lost, and the others do the work" {
	local node
	allocate 2
	gate up too
	lifeline life
	LEAK_GRACE=8
	start --slurm -j1 -K --machine-timeout 1s --kill-after .5 --retries 1 --retry-delay 0 \
		'[ $NURSERY_ATTEMPT -gt 1 ] || { exec 9>life; echo $NURSERY_HOST >up; exec sleep 99; }; echo again' \
		'exec 9>life; echo >too; while [ ! -e over ]; do sleep .1; done; echo there'
	await too
	await up
	node=$said
	scontrol update "nodename=$node" state=down reason=test
	eventually err_so_far_has "machine '$node' is lost: the connection ended"
	touch over
	finish 0
	out_sorted there again
	err_lacks 'left behind'
	nothing_is_left
	slurm_release
	scontrol update "nodename=$node" state=resume 2>/dev/null || : # it is, perhaps
	eventually slurm_is_idle
}

slurm_is_idle() {
	[ "$(sinfo -h -N -o %T | sort -u)" = idle ]
}

@test "a thousand jobs on four nodes, one of which is lost half-way" {
	local -a jobs=('[ {} != 500 ] || [ -e again ] || { echo $PPID >up; exec sleep 99; }; echo {}' ::: {1..1000})
	allocate 4
	gate up
	LEAK_GRACE=8
	start --slurm -K --joblog log --machine-timeout 1s --kill-after .5 "${jobs[@]}"
	await up
	kill -9 "$said" "$(ps -o ppid= "$said")"
	finish 255
	err_matches $'(.*\n)?nursery: machine \'node[1-4]\' is lost: .*nursery: job 500 failed: lost with its machine .*'
	printf '%s\n' "$output" | sort -n >got
	awk '$7 == 0 && $8 == 0 { print $1 }' log | sort -n | cmp - got ||
		fail 'what the log has as done is not what was printed'
	[ "$(wc -l <got)" -ge 900 ]
	touch again
	try 0 nursery --slurm -K --joblog log --resume-failed "${jobs[@]}"
	printf '%s\n' "$output" | sort -n - got | cmp - <(seq 1000) ||
		fail 'both runs together are not all, once'
}

@test "slurmd is killed: srun finds out, the machine is lost, and the others do the work" {
	local node
	LIMIT=60 # Slurm needs half a minute
	allocate 2
	gate up
	lifeline life
	LEAK_GRACE=8
	start --slurm -j1 -K --machine-timeout 1s --kill-after .5 \
		'exec 9>life; echo $NURSERY_HOST >up; exec sleep 99' \
		'while [ ! -e over ]; do sleep .1; done; echo there'
	await up
	node=$said
	kill -9 "$(slurm_pid "slurmd-$node")"
	eventually err_so_far_has "machine '$node' is lost: the connection ended"
	touch over
	finish 255
	out there
	err_has "lost with its machine ($node)" '1 failed, 1 succeeded'
	slurm_release
	slurm_restart "${node#node}"
	eventually slurm_is_idle
	nothing_is_left
}
