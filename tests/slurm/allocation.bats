#!/usr/bin/env bats
# Slurm itself: what nursery relies on, with the cluster of tests/slurm/cluster.
#
# shellcheck disable=SC2016 # for the shell of the job

load ../helper
load slurm

setup_file() {
	slurm_up
}

teardown_file() {
	slurm_down
}

setup() {
	nursery_setup
	slurm_use
	DRIVER=$HELPERS/drivers/hosts
}

teardown() {
	slurm_release
	nursery_teardown
}

# hosts WANT...: what the driver finds, each line "NAME CPUS"
hosts() {
	run -0 "$DRIVER" allocation
	[ "$output" = "$(printf '%s\n' "$@" | sed 's/\([^ ]*\) /\1 \1 /')" ]
}

# agent NODE WORD...: runs the words where the agent of that node would be
agent() {
	local command
	command=$("$DRIVER" srun /n | sed -n "/-w$1\]/{s/\[--\].*//;p}")
	command=${command//[][]/}
	shift
	# shellcheck disable=SC2086 # a word each
	timeout 20 env -i PATH="$PATH" SLURM_CONF="$SLURM_CONF" \
		SLURM_JOB_ID="$SLURM_JOB_ID" $command -- "$@"
}

@test "a step runs on the node that is named" {
	slurm_allocate -N4 --exclusive --no-kill
	srun -N1 -w node2 --overlap true
	[ "$(srun -N1 -w node3 --overlap sh -c 'echo $SLURMD_NODENAME')" = node3 ]
}

@test "the nodes of an allocation and their tasks are found" {
	slurm_allocate -N4 --exclusive --no-kill
	hosts 'node1 8' 'node2 8' 'node3 8' 'node4 8'
	slurm_release
	slurm_allocate -N2 --ntasks-per-node=3 -w node2,node4
	hosts 'node2 3' 'node4 3'
	slurm_release
	slurm_allocate -n 10
	hosts 'node1 8' 'node2 2'
	slurm_release
	slurm_allocate -N1
	hosts 'node1 1'
	[ "$SLURM_TASKS_PER_NODE" = 1 ]
}

@test "the script of sbatch finds them, too, and gets the signal that it asked for" {
	gate up
	cat >script <<-EOF
		#!/bin/sh
		#SBATCH --nodes=4 --exclusive --no-kill --time=2:00:00
		#SBATCH --signal=B:TERM@60 -o out
		$DRIVER allocation
		srun -N1 -n2 -w node1 --overlap $DRIVER allocation
		exec sh -c 'trap "echo TERM; exit" TERM; echo >up; while :; do sleep 0.1; done'
	EOF
	SLURM_JOB_ID=$(sbatch --parsable script)
	export SLURM_JOB_ID
	await up
	grep -qx 'node4 node4 8' out
	grep -q 'srun has started 2 of us' out
	scancel -b -s TERM "$SLURM_JOB_ID"
	eventually grep -qx TERM out
}

@test "the command for the agent has all bytes pass, in both directions" {
	slurm_allocate -N4 --exclusive --no-kill
	head -c 1000000 /dev/urandom >bytes
	agent node3 cat <bytes >got
	cmp bytes got
}

@test "the agent gets the CPUs of the node, beside other steps" {
	slurm_allocate -N4 --exclusive --no-kill
	gate up go
	srun -N1 -n8 -w node1 --overlap sh -c 'echo >up; : <go' 3>&- &
	await up 8
	[ "$(agent node1 sh -c 'echo $SLURMD_NODENAME $SLURM_CPUS_ON_NODE')" = 'node1 8' ]
	for _ in 1 2 3 4 5 6 7 8; do
		open_gate go
	done
	wait
}

@test "variables of the user's that are options of srun do not reach it" {
	slurm_allocate -N2 --exclusive --no-kill
	export SLURM_LABELIO=1 SLURM_EXPORT_ENV=NONE
	[ "$(srun -N1 -w node1 --overlap /bin/echo a)" = '0: a' ]
	"$DRIVER" environment slurm | tr '\n' '\0' | xargs -0 sh -c '
		exec env -i "$@" srun -N1 -w node1 --overlap /bin/echo a' sh >got
	[ "$(cat got)" = a ]
}

@test "outside of an allocation it is said how to get one" {
	try 125 nursery --slurm 'touch started'
	complains '--slurm: we are in no allocation of Slurm'
	err_has 'salloc -N 4 --exclusive --no-kill nursery --slurm'
	[ ! -e started ]
}
