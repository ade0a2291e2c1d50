#!/usr/bin/env bats
# src/remote: which machines a list, a file or an allocation names, and the
# command that starts the agent on each.
#
# shellcheck disable=SC2016 # what is not expanded is the point

load driver

DRIVER=hosts

setup() {
	driver_setup
	SSH='[-T] [-a] [-x] [-oBatchMode=yes] [-oConnectTimeout=10]'
	SSH+=' [-oServerAliveInterval=15] [-oServerAliveCountMax=3]'
	mkdir bin
	PATH=$PWD/bin:$PATH
}

# program NAME: there is such a program, which is the script on standard input.
program() {
	cat >"bin/$1"
	chmod +x "bin/$1"
}

# lines LINE...: what a verb prints
lines() {
	printf '%s\n' "$@"
}

@test "a list names machines, with users, ports and numbers of CPUs" {
	is "$(lines 'a a 0' 'b b 0' 'c c 4')" list a,b,4/c
	is "$(lines 'a a 0' 'b b 0' 'c c 0')" list ' a , b' $'\nc\n'
	is 'root@n1 n1 0' list root@n1
	is 'root@n1:22 n1 16' list 16/root@n1:22
	is 'me@[2001:db8::1]:22 2001:db8::1 0' list 'me@[2001:db8::1]:22'
	is '::1 ::1 0' list ::1
	is 'deploy/web deploy/web 2' list 2/deploy/web
	is '4x/a 4x/a 0' list 4x/a
}

@test "a colon is this machine" {
	is ': here 0 :' list :
	is "$(lines ': here 2 :' 'a a 0')" list 2/:,a,:
}

@test "who is named twice is used once, and the last number counts" {
	is "$(lines 'a a 2' 'b b 0')" list 4/a,b,2/a
	is "$(lines 'a a 4' 'b b 0')" list 4/a a,b
}

@test "two logins on one machine are shown with what tells them apart" {
	is "$(lines 'a a 0' 'root@a root@a 0' 'a:22 a:22 0')" list a,root@a,a:22
}

@test "words before a machine are a command in place of ssh" {
	is "n1 n1 0 'ssh -J jump'" list 'ssh -J jump n1'
	is "n1 n1 8 '/usr/bin/ssh -J a,b'" list '8//usr/bin/ssh -J a,,b n1'
	is "$(lines "n1 n1 0 'ssh -J a,b'" 'n2 n2 0')" list 'ssh -J a\,b n1,n2'
	is "$(lines 'n1 n1 0' "n1 n1 0 'rsh'")" list 'n1,rsh n1'
}

@test "what is no name of a machine is refused, and why" {
	refuses 'no machine is named' list ''
	refuses 'no machine is named' list ' , '
	refuses "'@web' is a group of machines" list a,@web
	refuses "'@web/4/a' is a group of machines" list @web/4/a
	refuses "'0/a' begins with no number of jobs" list 0/a
	refuses "'99999999999/a' begins with no number" list 99999999999/a
	refuses "'4/' names no machine" list 4/
	refuses "'-oProxyCommand=x' begins like an option" list -oProxyCommand=x
	refuses "'a@-x' begins like an option" list a@-x
	refuses "has a password in it" list me:secret@n1
	refuses "'n[1-4]' is a range of machines" list 'n[1-4]'
	refuses "is a range of machines" list 'n[1,3]'
	refuses 'is no name of a machine: only letters' list $'\e[31mred'
	refuses "is a URL" list ssh://n1
	refuses "is no name of a machine" list 'a;b'
	refuses "is no name of a machine" list 'n$(x)'
	refuses "is no name of a machine" list /
	refuses "is no name of a machine" list 'ssh :'
	refuses "has a quote without an end" list "ssh -J 'x n1"
}

@test "a file has a list in each line, comments and blank lines" {
	cat >hosts <<-'EOF'
		# all of them
		n1
		  4/n2  # fast

		root@n3,n4
		ssh -p 22 n5
	EOF
	is "$(lines 'n1 n1 0' 'n2 n2 4' 'root@n3 n3 0' 'n4 n4 0' \
		"n5 n5 0 'ssh -p 22'")" file hosts
}

@test "a file may be one of mpirun" {
	printf 'n1 slots=4\nn2\tslots=2 # old\n' >hosts
	is "$(lines 'n1 n1 4' 'n2 n2 2')" file hosts
	printf 'n1\nn2 slots=many\n' >hosts
	refuses "hosts, line 2: 'slots=many' is no number of jobs" file hosts
	printf 'n1 slots=2 max_slots=4\n' >hosts
	refuses "hosts, line 1: 'slots=2 max_slots=4' is no number" file hosts
}

@test "what is wrong with a file names the line" {
	printf 'n1\n\n@web\n' >hosts
	refuses "hosts, line 3: '@web' is a group" file hosts
	printf 'n1\n..\n' >hosts
	refuses "hosts, line 2: '..' stands for a file" file hosts
	printf 'n1\nn\0002\n' >hosts
	refuses 'hosts, line 2: there is a NUL byte' file hosts
	printf '# none\n' >hosts
	refuses 'hosts: no machine is named' file hosts
	refuses 'missing: No such file' file missing
	refuses 'Is a directory' file bin
	refuses '/dev/zero: more than 16 MiB' file /dev/zero
	refuses 'standard input: more than 16 MiB' list - < <(exec yes n1 2>/dev/null)
	printf 'n1\nn2' >hosts
	is "$(lines 'n1 n1 0' 'n2 n2 0')" file hosts
}

@test "standard input is a file, too, also in a list" {
	is 'n1 n1 0' file - <<<n1
	is "$(lines 'a a 0' 'n1 n1 0')" list a,- <<<n1
	refuses "standard input, line 1: '-' stands for a file" list - <<<-
}

@test "the files of GNU parallel are found" {
	export HOME=$PWD/home
	unset PARALLEL_HOME XDG_CONFIG_HOME
	refuses '~/.parallel/sshloginfile: No such file' list ..
	mkdir -p home/.parallel other
	echo n1 >home/.parallel/sshloginfile
	echo n2 >home/.parallel/mine
	is 'n1 n1 0' list ..
	is 'n1 n1 0' file ..
	is 'n2 n2 0' file mine
	echo n3 >other/sshloginfile
	PARALLEL_HOME=$PWD/other is 'n3 n3 0' file ..
}

# allocation NODES TASKS: as if we were in one
allocation() {
	export SLURM_JOB_ID=7 SLURM_JOB_NODELIST=$1 SLURM_TASKS_PER_NODE=$2
	program scontrol <<-'EOF'
		#!/bin/sh
		[ "$1 $2" = 'show hostnames' ] || exit 1
		case $3 in
		node[[]1-4]) printf 'node%d\n' 1 2 3 4 ;;
		one) echo one ;;
		*) exit 1 ;;
		esac
	EOF
}

@test "an allocation of Slurm names its nodes and how many tasks each gets" {
	allocation 'node[1-4]' '8(x2),4,1'
	is "$(lines 'node1 node1 8' 'node2 node2 8' 'node3 node3 4' \
		'node4 node4 1')" allocation
	allocation 'node[1-4]' '2(x4)'
	is "$(lines 'node1 node1 2' 'node2 node2 2' 'node3 node3 2' \
		'node4 node4 2')" allocation
	allocation one 3
	is 'one one 3' allocation
	unset SLURM_TASKS_PER_NODE
	is 'one one 0' allocation
}

@test "what an allocation cannot be is said" {
	local bad
	for bad in '' 8 '8(x3)' '8(x5)' '8(x4' '8(y4)' '8(x4),' 'x(x4)' \
		'8(x2),,4' '0(x4)' '8(x0),1,1,1,1' '8(x4)x' '8(x99999999999)'; do
		allocation 'node[1-4]' "$bad"
		refuses "does not fit the 4 nodes" allocation
	done
	allocation strange 1
	refuses "does not know the nodes 'strange'" allocation
	rm bin/scontrol
	PATH=$HELPERS/drivers:$PWD/bin refuses 'scontrol, which knows' allocation
	SLURM_STEP_NUM_TASKS=4 refuses 'srun has started 4 of us' allocation
	unset SLURM_JOB_ID
	refuses 'try: salloc -N 4 --exclusive --no-kill nursery --slurm' allocation
}

@test "ssh gets options that keep it quiet, and words that any shell takes" {
	program ssh </dev/null
	is "[ssh] $SSH [n1] [exec] [/opt/nursery] [--agent=0f]" \
		ssh n1 /opt/nursery
	is "[ssh] $SSH [-p] [22] [me@n1] [exec] [/n] [--agent=0f]" \
		ssh me@n1:22 /n
	is "[ssh] $SSH [-p] [22] [::1] [exec] [/n] [--agent=0f]" \
		ssh '[::1]:22' /n
	is "[ssh] $SSH [::1] [exec] [/n] [--agent=0f]" ssh ::1 /n
	is "[ssh] $SSH [n1] [exec] [$HELPERS/drivers/hosts] [--agent=0f]" \
		ssh n1
	rm bin/ssh
	PATH=$HELPERS/drivers:$PWD/bin refuses "'ssh' cannot be run" ssh n1 /n
}

@test "a command in place of ssh gets our options only if it is ssh" {
	program ssh </dev/null
	program rsh </dev/null
	is "[ssh] [-J] [a b] [-v] $SSH [n1] [exec] [/n] [--agent=0f]" \
		ssh 'ssh -J "a b" -v n1' /n
	is "[$PWD/bin/ssh] $SSH [n1] [exec] [/n] [--agent=0f]" \
		ssh "$PWD/bin/ssh n1" /n
	is "[rsh] [-k] [me@n1:22] [exec] [/n] [--agent=0f]" ssh 'rsh -k me@n1:22' /n
	refuses "'nosuch' cannot be run" ssh 'nosuch -k n1' /n
}

@test "the agent of this machine is a child, without ssh" {
	PATH=$HELPERS/drivers is "[$HELPERS/drivers/hosts] [--agent=0f]" ssh : /n
}

@test "paths that a shell may change are refused" {
	local path
	program ssh </dev/null
	for path in '/my nursery' '~/nursery' '-x' '=x' "/o'neill" '/a;b' '/$HOME' \
		'' '/ä'; do
		refuses 'cannot be passed through the shell' ssh n1 "$path"
		refuses 'cannot be passed through the shell' \
			command n1 'ssh {host}' "$path"
	done
	is "[ssh] $SSH [n1] [exec] [bin/nursery-1.0_x=y] [--agent=0f]" \
		ssh n1 bin/nursery-1.0_x=y
}

@test "a carrier is words, without a shell, and {host} is replaced in any" {
	program carry </dev/null
	is '[carry] [-i] [n1] [--] [/n] [--agent=0f]' \
		command n1 'carry -i {host} --' /n
	is "$(lines '[carry] [--on=a/a] [$x] [b c] [/n] [--agent=0f]' \
		'[carry] [--on=me@b:1/me@b:1] [$x] [b c] [/n] [--agent=0f]')" \
		command a,me@b:1 'carry --on={host}/{host} $x "b c"' /n
	refuses "has no {host} in it" command n1 'carry -i' /n
	refuses "has a quote without an end" command n1 "carry '{host}" /n
	refuses "'nosuch' cannot be run" command n1 'nosuch {host}' /n
	refuses "'n1' has a command of its own, 'ssh -v'" \
		command 'ssh -v n1' 'carry {host}' /n
}

@test "srun gets one task on a node, and the user's options" {
	local srun='[srun] [-Q] [-N1] [-n1] [--overlap] [-u] [--mpi=none]'
	srun+=' [--export=ALL] [-Jnursery-agent]'
	program srun </dev/null
	allocation 'node[1-4]' '1(x4)'
	is "$(for n in 1 2 3 4; do
		lines "$srun [-wnode$n] [--] [/my path/n] [--agent=0f]"
	done)" srun '/my path/n'
	allocation one 1
	is "$srun [-wone] [--mem=1G] [--gres=a b] [--] [/n] [--agent=0f]" \
		srun /n '--mem=1G --gres="a b"'
	refuses "has a quote without an end" srun /n "'x"
	refuses "the path is empty" srun ''
	rm bin/srun
	PATH=$HELPERS/drivers:$PWD/bin refuses "'srun' cannot be run" srun /n
}

@test "variables that are options of srun are kept from it, and only from it" {
	run -0 env -i SLURM_JOB_ID=7 SLURM_CONF=/c SLURM_LABELIO=1 SRUN_X=1 \
		SBATCH_Y=1 SALLOC_Z=1 SLURM_JOB_ID_X=1 MY_SLURM_A=1 A=b \
		"$HELPERS/drivers/hosts" environment slurm
	[ "$output" = "$(lines SLURM_JOB_ID=7 SLURM_CONF=/c MY_SLURM_A=1 A=b)" ]
	run -0 env -i SLURM_LABELIO=1 A=b "$HELPERS/drivers/hosts" environment ssh
	[ "$output" = "$(lines SLURM_LABELIO=1 A=b)" ]
}

@test "-j is of each machine, and N/ is what its CPUs are taken for" {
	is 8 slots 100% n1 8
	is 4 slots 50% n1 8
	is 2 slots 2 n1 8
	is 0 slots 0 n1 8
	is 4 slots 100% 4/n1 8
	is 2 slots 50% 4/n1 8
	is 3 slots -1 4/n1 8
	is 16 slots 16 4/n1 8
}
