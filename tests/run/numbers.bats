#!/usr/bin/env bats
# The numbers of jobs, and which jobs are counted.

load ../helper

# A nursery with a special job of each kind, then the arguments.
with_all() {
	puppet sleep 3>&- &
	adoptee=$!
	nursery --adopt "$adoptee" --service 'exec puppet write-text up sleep' \
		--ready log:up --ready-timeout 20 \
		--service 'exec puppet sleep' --ready exec:true --shield 'echo shield' \
		--finally 'echo final' "$@"
}

@test "commands are numbered from 1, whatever special jobs there are" {
	try 7 with_all -j1 --tag 'echo $NURSERY_SEQ' 'echo $NURSERY_SEQ; exit 7'
	wait "$adoptee" || :
	[[ $output == *'1'$'\n'* && $output == *'2'$'\n'* ]] ||
		fail 'numbers are not 1 and 2'
	err_has 'nursery: job 2 failed: exit status 7'
	try 0 nursery --shield true --service 'exec puppet sleep' --finally true \
		echo {#} ::: a b c
	out 1 2 3
}

@test "a special job has the number 0, and a name" {
	local print='puppet print-env NURSERY_SEQ print-env NURSERY_NAME'
	try 0 nursery --shield "exec $print" --finally "$print" \
		--service 'exec puppet print-env NURSERY_NAME sleep' --ready 'log:NAME=puppet 3' true
	out NURSERY_SEQ=0 NURSERY_NAME=puppet NURSERY_SEQ=0 'NURSERY_NAME=puppet 2'
}

@test "a command has no name of an outer job" {
	NURSERY_NAME=outer try 0 nursery 'echo "<$NURSERY_NAME>"'
	out '<>'
}

@test "services and final commands are in no count" {
	try 1 nursery --service 'exec puppet sleep' --finally true false
	err 'nursery: job 1 failed: exit status 1 after T: false' 'nursery: 1 failed in T'
	try 0 nursery -v --service 'exec puppet sleep' --finally true true
	err_has 'nursery: 1 succeeded in T'
}

@test "shares of --halt are of the commands and shielded jobs" {
	# Two of four commands: with the services and the final one it would be fewer.
	try 1 nursery -j1 --halt soon,fail=50% --service 'exec puppet sleep' \
		--service 'exec puppet sleep' --finally true false true false 'touch ran'
	[ ! -e ran ]
	# Two of five jobs: a shield that has not started yet counts, too.
	try 1 nursery -j1 --halt soon,fail=50% --shield false --shield true --shield true \
		false 'touch ran'
	[ -e ran ]
}

@test "SIGUSR1 counts no services" {
	gate up go
	start --service 'exec puppet sleep' 'puppet say up wait-fifo go'
	await up
	tell USR1
	eventually err_so_far_has 'nursery: 1 running, 0 failed, 0 succeeded'
	open_gate go
	finish 0
	err_has 'nursery: service puppet running for ' 'nursery: job 1 running for '
}

# Two jobs run, and the orphan is in a session of its own: its environment tells.
@test "it is known of which special job an orphan is" {
	without_leaves
	gate go
	try 0 nursery --shield 'puppet double-fork { setsid sleep } say go' \
		'puppet read-line go'
	err_has 'shielded job puppet left 1 process behind: puppet['
}

@test "a failed service and a failed final command are told, but not counted" {
	try 3 nursery --service 'puppet exit 3' 'puppet sleep'
	err 'nursery: service puppet failed: exit status 3 after T: puppet exit 3' \
		'nursery: 1 cancelled in T'
	try 4 nursery --finally 'exit 4' true
	err 'nursery: final command exit failed: exit status 4 after T: exit 4' \
		'nursery: 1 succeeded in T'
}
