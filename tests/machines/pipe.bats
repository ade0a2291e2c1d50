#!/usr/bin/env bats
# --pipe: standard input is given to jobs on other machines.  Agents on this
# machine stand for the others; tests/run/pipe.bats has the rest.
#
# shellcheck disable=SC2016 # the jobs expand their variables

load ../helper
load fakessh

MACHINES=(--hosts a,b --carrier 'env X={host}' --kill-after .5)

@test "all that was read comes to some job on some machine, once, whatever deals it out" {
	local how
	seq 100000 >all
	for how in '--block 100K' '-N 30000' '--block 20K --round-robin' '--block 50K --shard 1' '--block 50K --bin 1' \
		'--block 100K --cat' '--block 100K --fifo' '--pipe-part -a all --block 90K' '--pipe-part -a all'; do
		# shellcheck disable=SC2086 # words
		try 0 nursery "${MACHINES[@]}" -j2 --pipe $how 'echo $NURSERY_HOST >>where; cat $NURSERY_INPUT; : {}' < <(cat all)
		[ "$(sort -n <<<"$output" | md5sum)" = "$(md5sum <all)" ] || fail "$how"
		# of jobs that end one machine may do all
		[[ $(sort -u where) == $'a\nb' || ! $how =~ round|shard|bin ]] || fail "$how: $(sort where | uniq -c)"
		rm where
	done
	sum=$(md5sum <all)
	try 0 nursery "${MACHINES[@]}" --pipe --tee 'md5sum; : {}' ::: 1 2 3 4 5 < <(cat all)
	out "$sum" "$sum" "$sum" "$sum" "$sum"
}

@test "jobs that input is dealt out among fill all machines, once these have answered" {
	local how
	for how in '--round-robin --block 10' '--shard 1' '--bin 1' '--tee'; do
		gate late
		printf '%s\n' '#!/bin/sh' '[ "$1" = a ] || : <late' 'shift' 'exec "$@"' >carrier
		chmod +x carrier
		local -a args=()
		[ "$how" != --tee ] || args=(::: 1 2 3 4)
		# shellcheck disable=SC2086 # words
		start_fed --hosts a,b --carrier './carrier {host}' -j2 --pipe $how \
			'echo $NURSERY_HOST >>ran; exec cat; : {}' "${args[@]}"
		feed "$(seq -s '\n' 1000)\\n"
		open_gate late
		eventually all_four
		no_more_food
		finish 0
		[ "$(sort ran | uniq -c | tr -s ' \n' ' ')" = ' 2 a 2 b ' ] || fail "$how"
		start_over
	done
}

all_four() {
	[ "$(cat ran | wc -l)" -eq 4 ]
}

@test "a machine that cannot be used takes nothing from the others" {
	local how
	seq 1000 >all
	for how in '--block 1K' '--round-robin --block 100' '--shard 1' '--bin 1'; do
		# shellcheck disable=SC2086 # words
		try 0 nursery --hosts a,b,c --carrier "sh -c 'test \$0 != a && shift 0 && exec \"\$@\"' {host}" -j2 --pipe $how cat <all
		err_has "machine 'a' cannot be used"
		[ "$(sort -n <<<"$output" | md5sum)" = "$(md5sum <all)" ] || fail "$how"
	done
}

@test "with retries the block of a lost machine goes to another one" {
	LEAK_GRACE=8
	seq 100000 >all
	try 0 nursery --hosts a,b --carrier 'env X={host}' --machine-timeout 1s --kill-after .1 -j1 --block 100K --pipe \
		--retries 3 --retry-delay 0 --joblog log \
		'if [ {#} = 2 ] && [ $NURSERY_ATTEMPT = 1 ]; then head -c 5 >/dev/null; kill -9 $PPID; exec sleep 1000; fi; exec cat' < <(cat all)
	[ "$(md5sum <<<"$output")" = "$(md5sum <all)" ]
	err_has 'succeeded at the second attempt'
}

@test "a lost machine, a job that reads nothing or dies take nothing from other jobs" {
	LEAK_GRACE=8
	seq 100000 >all
	nursery -j1 --pipe --block 100K 'cat >block.{#}' <all
	run --separate-stderr nursery "${MACHINES[@]}" --machine-timeout 1s -K -j1 --pipe --block 100K 'case {#} in
		1) kill -9 $PPID; exec sleep 1000 ;; 2) exec <&- ; echo closed ;; 3) read -r x; kill -9 $$ ;;
		4) : ;; *) cat >got.{#} ;; esac' <all
	[ "$status" = 255 ] || [ "$status" = 137 ] # whichever of the two failed first
	err_has 'lost with its machine'
	for i in 5 6; do
		cmp block.$i got.$i
	done
	try 0 nursery "${MACHINES[@]}" -j1 --pipe --round-robin --block 1K \
		'[ $NURSERY_HOST = a ] && exec head -n 1 >/dev/null; cat' <all
	[ "$(tail -n 1 <<<"$output")" = 100000 ]
}

has_jobs() {
	[ -e begun ]
}

@test "nothing more is read than jobs on other machines can be given: memory is bounded" {
	local how
	for how in '--block 1M' '--round-robin' '--shard 1'; do
		gate go data
		{ head -c 24M /dev/zero | tr '\0' '\n' && : >written; } >data 3>&- &
		# shellcheck disable=SC2086 # words
		start "${MACHINES[@]}" -j1 --pipe $how ': >begun; : <go; cat >/dev/null' <data
		eventually has_jobs
		[ ! -e written ] || fail "$how: all was read"
		open_gate go
		eventually [ -e written ]
		finish 0
		rm begun
		start_over
	done
}

@test "the file of --cat and --fifo is made where the job runs, and goes with it" {
	local how
	mkdir there
	for how in --cat --fifo; do
		try 0 nursery --hosts a --carrier "env X={host} TMPDIR=$PWD/there" $how -N 2 \
			'case {} in */there/*) cat {} ;; *) echo {} ;; esac' < <(seq 4)
		out 1 2 3 4
		[ -z "$(ls there)$(ls "$TMPDIR")" ]
	done
	LEAK_GRACE=8
	try 255 nursery --hosts a --carrier 'env X={host}' --cat 'kill -9 $NURSERY_PID; exec sleep 1000; : {}' < <(seq 2)
	eventually gone
}

gone() {
	[ -z "$(ls "$TMPDIR")" ]
}

@test "called as parallel: --pipe with -S" {
	ssh_here
	seq 10000 >all
	try 0 parallel -S './ssh a,./ssh b' -k -j2 --pipe --block 10k cat <all
	[ "$output" = "$(<all)" ]
	try 0 parallel -S './ssh a,./ssh b' --cat -N 5000 'wc -l <{}; test {} = $PARALLEL_TMP || echo other' <all
	out 5000 5000
	try 0 parallel -S './ssh a,./ssh b' -k --pipepart -a all --block 10k cat
	[ "$output" = "$(<all)" ]
	try 0 parallel -S './ssh a,./ssh b' -k --tee --pipe 'grep -c {}' ::: 1 2 3 <all
	out "$(grep -c 1 all)" "$(grep -c 2 all)" "$(grep -c 3 all)"
}

@test "--dry-run prints as many commands as are known, and ends" {
	local how
	for how in --round-robin '--shard 1' '--bin 1'; do
		# shellcheck disable=SC2086 # words
		try 0 nursery "${MACHINES[@]}" -j2 --dry-run --pipe $how cat < <(seq 3)
		out cat cat cat cat
	done
}

@test "a block is not given to each machine" {
	try 125 nursery "${MACHINES[@]}" --onall --pipe cat </dev/null
	complains '(try --nonall --stdin each)'
}
