#!/usr/bin/env bats
# Jobs on other machines by ssh, with an sshd of our own: the lines of real use,
# what it takes to be a machine, and what happens when something dies.
#
# shellcheck disable=SC2016 # for the shell of the job

load ../helper
load ../machines/same
load ../machines/stubborn
load sshd

MACHINES=(--hosts n1,n2)

setup_file() {
	ssh_up
}

teardown_file() {
	ssh_down
}

setup() {
	nursery_setup
	ssh_use
}

teardown() {
	nursery_teardown
	stubborn_end
	[ -z "${SSH_NETWORK:-}" ] || kill "$SSH_NETWORK"
}

# The process of sshd that the connection of a job has: those of other tests may
# still be there for a moment.
a_session() {
	local pid above stat
	above=$(head -n 1 pids)
	until [ "$above" = "$(<"$SSH_FOLDER/pid")" ]; do
		pid=$above
		stat=$(<"/proc/$pid/stat") || return
		read -r _ above _ <<<"${stat##*) }"
	done
	echo "$pid"
}

a_carrier() {
	carriers | head -n 1
}

# a_machine_is_lost WHY: and its job, and the rest is stopped
a_machine_is_lost() {
	finish 255
	err_matches $'(.*\n)?'"nursery: machine 'n[12]' is lost: $1"$'\n.*'
	err_matches $'.*\nnursery: job [12] failed: lost with its machine \\(n[12]\\) .*'
	err_has '1 failed, 1 cancelled (1 killed)'
	err_lacks 'left behind'
	nothing_is_left
}

@test "what runs by ssh prints the same and has the same status as here" {
	EVERY=18 same_as_here --hosts n1 # each needs a connection
}

@test "--pipe: input is dealt out among hosts, in pipes and files, whole and once" {
	local how
	head -c 3000000 /dev/urandom >all
	for how in --block\ 300K --cat '--pipe-part -a all --block 500K'; do
		# shellcheck disable=SC2086 # words
		try 0 nursery --hosts n1,2/n2 -j1 --pipe --recend '' $how 'cat $NURSERY_INPUT | base64; : {}' <all
		base64 -di <<<"$output" | cmp - all || fail "$how"
	done
	seq 30000 >all
	for how in '--round-robin --block 10K' '--shard 1' '--bin 1' '--fifo'; do
		# shellcheck disable=SC2086 # words
		try 0 nursery --hosts n1,2/n2 -j1 --pipe $how 'cat $NURSERY_INPUT; : {}' <all
		[ "$(sort -n <<<"$output" | md5sum)" = "$(md5sum <all)" ] || fail "$how"
	done
	try 0 nursery --hosts n1,2/n2 --pipe --tee 'tail -n {}' ::: 1 2 <all
	out 30000 29999 30000
	[ -z "$(ls "$TMPDIR")" ]
}

@test "several hosts do the work, also one whose login shell prints" {
	try 0 nursery --hosts n1,2/n2,noisy -j1 -k --tagstring '{#}' \
		'echo >>$NURSERY_HOST; while ! [ -e n1 -a -e n2 -a -e noisy ]; do sleep .01; done; echo on {}' \
		::: a b c
	out $'1\ton a' $'2\ton b' $'3\ton c'
	err
}

@test "jobs run in the same directory, with the same variables" {
	mkdir 'a  b'
	cd 'a  b'
	FOO=$'x\n y' try 0 nursery --hosts n1 'pwd; echo "$FOO"; echo $NURSERY_HOST'
	out "$PWD" x ' y' n1
	rmdir "$PWD"
	try 125 nursery --hosts n1 'echo a'
	complains 'cannot tell machines in which directory to work: the current one is gone'
}

@test "who cannot be reached is no machine, which is said with the reason" {
	start --hosts n1,stranger -j1 \
		"until grep -q stranger $BATS_TEST_TMPDIR/err; do sleep 0.05; done; echo a"
	finish 0
	out a
	err "nursery: machine 'stranger' cannot be used: the connection ended before an agent answered (ssh: exit status 255: $(id -un)@127.0.0.1: Permission denied (publickey,keyboard-interactive).)"
	try 125 nursery --hosts nowhere 'echo a'
	err_has "nursery: machine 'nowhere' cannot be used: the connection ended before an agent answered (ssh: exit status 255: ssh: Could not resolve hostname nowhere.invalid: "
	err_has 'no machine is left to run jobs on' '1 not started'
}

@test "a host without nursery is no machine" {
	try 125 nursery --hosts n1 --agent-path /not/there 'echo a'
	err_has "nursery: machine 'n1' cannot be used: nursery cannot be started there as '/not/there', see --agent-path (ssh: exit status 127: "
	[ "${#stderr_lines[@]}" -eq 3 ]
	try 125 nursery --hosts n1 --agent-path /etc/passwd 'echo a'
	err_has "nursery cannot be started there as '/etc/passwd', see --agent-path (ssh: exit status 126: "
}

@test "a server that refuses some of many connections gets them later" {
	local i hosts=
	ssh_up_narrow
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		hosts+=${hosts:+,}narrow$i
	done
	gate go
	start --hosts "$hosts" -j1 -K 'echo $NURSERY_HOST >>used; : <go; echo {}' ::: {1..12}
	eventually all_are_used
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		open_gate go
	done
	finish 0
	out_sorted {1..12}
	err_lacks 'cannot be used' 'is lost'
	grep -q 'MaxStartups' "$SSH_FOLDER/narrow.log"
}

all_are_used() {
	[ "$(sort -u used | wc -l)" -eq 12 ]
}

@test "the process of sshd is killed: the machine is lost" {
	stubborn 2
	kill -9 "$(a_session)"
	a_machine_is_lost 'the connection ended \(ssh: exit status 255\)'
}

@test "the process of sshd is stopped: the machine is lost, and ends what it runs" {
	local pid
	stubborn 2
	pid=$(a_session)
	kill -STOP "$pid"
	a_machine_is_lost 'the agent has not answered for 1s'
	kill -9 "$pid"
}

@test "ssh itself finds out that the other side is silent" {
	local pid
	MACHINES=(--hosts 'ssh -oServerAliveInterval=1 -oServerAliveCountMax=1 n1')
	stubborn 1 --machine-timeout 60s
	pid=$(a_session)
	kill -STOP "$pid"
	finish 255
	err_has "nursery: machine 'n1' is lost: the connection ended (ssh: exit status 255)"
	kill -CONT "$pid" # it goes on, and finds that nobody is there
	nothing_is_left
}

@test "ssh gets SIGTERM: the machine is lost" {
	stubborn 2
	kill -TERM "$(a_carrier)"
	a_machine_is_lost 'the connection ended \(ssh: exit status 255\)'
}

@test "ssh is killed: the machine is lost" {
	stubborn 2
	kill -9 "$(a_carrier)"
	a_machine_is_lost 'the connection ended \(ssh: killed by signal 9 \(SIGKILL\)\)'
}

@test "ssh is stopped: the machine is lost" {
	stubborn 2
	kill -STOP "$(a_carrier)"
	a_machine_is_lost 'the agent has not answered for 1s'
}

@test "the front of nursery is killed: nothing is left on any machine" {
	stubborn 2 --machine-timeout 60s # it is not silence that ends them
	kill -9 "$(front)"
	finish 137
	nothing_is_left
}

@test "the worker of nursery is killed: nothing is left on any machine" {
	stubborn 2 --machine-timeout 60s # it is not silence that ends them
	kill -9 "$(worker)"
	finish 137
	err 'nursery: the worker process was killed by signal 9; every job was ended'
	nothing_is_left
}

@test "front and worker of nursery are killed: nothing is left on any machine" {
	local worker
	stubborn 2 --machine-timeout 60s # it is not silence that ends them
	worker=$(worker)
	kill -9 "$(front)" "$worker"
	finish 137
	nothing_is_left
}

@test "nursery is killed while ssh is stopped: nothing is left on any machine" {
	local worker pids
	stubborn 2
	worker=$(worker)
	pids=$(carriers)
	# shellcheck disable=SC2086 # a word each
	kill -STOP $pids
	kill -9 "$(front)" "$worker"
	finish 137
	nothing_is_left
}

@test "the network is lost: the machine is, it ends what it runs, which runs again elsewhere" {
	ssh_up_alone || skip 'a network of its own cannot be made here'
	gate up
	lifeline life
	LEAK_GRACE=8
	PREFIX=(nsenter "--net=/proc/$SSH_NETWORK/ns/net")
	start --hosts n1,: --machine-timeout 1s --kill-after .5 -j1 -K --retries 1 --retry-delay 0 '
		[ $NURSERY_HOST = n1 ] || { echo >up; until [ -e down ]; do sleep .1; done; echo here; exit; }
		exec 9>life; trap "" TERM; setsid sleep 99 & echo >up; exec sleep 99' ::: a b
	await up 2
	ssh_there ip link set lo down
	touch down
	finish 0
	out here here
	err_has "nursery: machine 'n1' is lost: the agent has not answered for 1s"
	err_matches $'(.*\n)?nursery: job [12] succeeded at the second attempt: .*'
	nothing_is_left
}
