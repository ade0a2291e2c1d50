#!/usr/bin/env bats
# The options that say on which machines jobs run: what they refuse before
# anything is started, {host}, and what they mean without other machines.
#
# shellcheck disable=SC2016 # for the shell of the job

load ../helper

setup() {
	nursery_setup
	mkdir bin
	PATH=$PWD/bin:$PATH
	local name
	for name in ssh srun carry; do
		printf '#!/bin/sh\n: >started\n' >"bin/$name"
		chmod +x "bin/$name"
	done
	ln -s "$BINARY" bin/parallel
}

# refused MESSAGE ARG...: status 125, one line that has the message, nothing runs
refused() {
	local message=$1
	shift
	try 125 nursery "$@"
	complains "$message"
	[ ! -e started ]
}

parallel() {
	watched "$PWD/bin/parallel" "$@"
}

@test "a mistake in a list or a file is one line, with the option" {
	refused "--hosts: '@web' is a group of machines" --hosts n1,@web 'touch started'
	refused "--hosts: no machine is named" --hosts '' 'touch started'
	refused "--hosts: '-oProxyCommand=x' begins like an option" \
		--hosts=-oProxyCommand=x 'touch started'
	printf 'n1\n\n4/\n' >list
	refused "--hostfile: list, line 3: '4/' names no machine" --hostfile list \
		'touch started'
	refused '--hostfile: none: No such file' --hostfile none 'touch started'
}

@test "two carriers do not go together" {
	refused '--slurm and a list of machines' --slurm --hosts n1 'touch started'
	refused '--slurm and --carrier' --slurm --carrier 'carry {host}' 'touch started'
	refused "'n1' has a command of its own, 'ssh -v', beside --carrier" \
		--hosts 'ssh -v n1' --carrier 'carry {host}' 'touch started'
}

@test "options about machines need machines" {
	refused '--carrier needs machines (try --hosts' --carrier 'carry {host}' 'touch started'
	refused '--machine-timeout needs machines' --machine-timeout 10s 'touch started'
	refused '--machine-timeout is at least one second' --hosts n1 --machine-timeout .5 'touch started'
	refused '--agent-path needs machines' --agent-path /n 'touch started'
	refused '--onall needs machines' --onall 'touch started'
	refused '--nonall needs machines' --nonall 'touch started'
}

@test "a carrier that cannot work is refused" {
	refused "--carrier: 'carry' has no {host} in it" --hosts n1 --carrier carry \
		'touch started'
	refused "--carrier: 'nosuch' cannot be run" --hosts n1 \
		--carrier 'nosuch {host}' 'touch started'
	refused "has a quote without an end" --hosts n1 --carrier "carry '{host}" \
		'touch started'
	refused "--hosts: '/my nursery' cannot be passed" --hosts n1 \
		--agent-path '/my nursery' 'touch started'
	rm bin/ssh
	PREFIX=(env "PATH=$PWD/bin")
	refused "--hosts: 'ssh' cannot be run" --hosts n1 'touch started'
}

@test "outside of an allocation --slurm says how to get one" {
	unset SLURM_JOB_ID SLURM_JOB_NODELIST
	refused 'try: salloc -N 4 --exclusive --no-kill nursery --slurm' --slurm \
		'touch started'
	refused '--slurm: we are in no allocation' --slurm='--mem=1G' 'touch started'
}

@test "what holds for this machine only is refused" {
	refused '--hosts does not go together with --spawn' --hosts n1 --spawn 'touch started'
}

@test "--nonall takes commands, no arguments and no input" {
	refused '--nonall needs a command' --hosts n1 --nonall
	refused '--nonall needs a command' --hosts n1 --nonall 'touch started' ::: a
	refused '--nonall needs a command' --hosts n1 --nonall -a - 'touch started'
	try 255 parallel --nonall -S n1 touch started ::: a
	err 'nursery: --nonall takes no arguments (try --onall)'
	[ ! -e started ]
}

@test "{host} is known where there are machines, and with --plus" {
	try 0 nursery --hosts n1 --dry-run 'echo {host} "on {host}" {}' ::: 'a b'
	out "echo \${NURSERY_HOST} \"on \${NURSERY_HOST}\" 'a b'"
	try 0 nursery --hosts n1 --dry-run -X -j1 'echo {host}:{}' ::: a b
	out 'echo ${NURSERY_HOST}:a ${NURSERY_HOST}:b'
	try 0 nursery --plus --dry-run 'echo {host}' ::: a b
	out 'echo ${NURSERY_HOST}' 'echo ${NURSERY_HOST}'
	try 0 nursery --dry-run 'echo {host}' ::: a
	out 'echo {host} a'
	try 0 nursery --hosts n1 --dry-run --header : -C , 'ping {host}' :::: - \
		<<<$'host,port\nb,1'
	out 'ping b'
	try 0 nursery --plus --header : --tagstring '{host}' --lb 'echo a' ::: host b
	out $'b\ta b'
	try 0 nursery --plus --tagstring '{host}' 'echo {}' ::: a
	out "$(uname -n)"$'\ta'
	try 125 nursery --plus --results 'r/{host}' 'echo {}' ::: a
	complains '{host} is known in commands and labels only'
}

@test "without other machines a job's host is this one" {
	local here
	here=$(uname -n)
	try 0 nursery 'echo $NURSERY_HOST'
	out "$here"
	NURSERY_HOST=other try 0 nursery --plus 'echo {host} "{host}" '"'{host}'" ::: a
	out "$here $here \${NURSERY_HOST}"
	try 0 nursery --hosts : 'echo $NURSERY_HOST'
	out "$here"
}

@test "a colon alone needs no agent, and N/ is how many jobs it runs" {
	rm bin/ssh
	try 0 parallel -S : echo ::: a
	out a
	try 0 parallel -S 1/: 'puppet print-env NURSERY_SLOT #' ::: 1 2 3 4
	[ "$(sort -u <<<"$output")" = NURSERY_SLOT=1 ]
	echo : >list
	try 0 parallel --slf list echo ::: a
	out a
	try 0 parallel --onall -S : echo ::: a
	out a
	# standard input is not read
	try 0 parallel --nonall -S : echo x y <<<$'a\nb'
	out 'x y'
}

@test "called as parallel it knows the options of that program" {
	try 0 parallel --plus --dry-run -S n1,n2 --sshlogin 4/n3 echo {host} {} ::: a
	out 'echo ${PARALLEL_SSHHOST} a'
	try 0 parallel --sshloginfile - --dry-run echo {} ::: a < <(echo n1)
	try 255 parallel -S @web touch started ::: a
	err_has "'@web' is a group of machines"
	[ ! -e started ]
}

@test "the options of other programs are answered with ours" {
	refused '-S: unknown option (known from parallel: try --hosts' -S n1 'touch started'
	refused 'try --hostfile FILE' --slf x 'touch started'
	refused 'nursery copies no files' --trc x 'touch started'
}

@test "a dry run asks nobody" {
	rm bin/ssh bin/srun
	try 0 nursery --hosts n1 --dry-run 'touch started'
	out 'touch started'
	try 0 nursery --slurm --dry-run 'touch started'
	[ ! -e started ]
}
