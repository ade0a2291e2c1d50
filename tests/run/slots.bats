#!/usr/bin/env bats
# How many jobs run at once: -j.

load ../helper

# fills_slots N OPTION...: with these options exactly N jobs run at once.  N jobs wait
# for each other, so N have to; two more follow, and no slot above N is ever used.
fills_slots() {
	local n=$1 i
	shift
	gate up go
	for ((i = 0; i < n; i++)); do
		echo "puppet print-env NURSERY_SLOT say up wait-fifo go"
	done >list
	echo 'puppet print-env NURSERY_SLOT' >>list
	echo 'puppet print-env NURSERY_SLOT' >>list
	start "$@" <list
	await up "$n"
	open_gate go
	finish 0
	[ "$(sort -u <<<"$output" | wc -l)" -eq "$n" ]
	[[ ! $output =~ NURSERY_SLOT=$((n + 1)) ]]
	err
}

@test "all commands that are arguments run at once" {
	gate up go
	start 'puppet say up wait-fifo go' 'puppet say up wait-fifo go' \
		'puppet say up wait-fifo go' 'puppet say up wait-fifo go' \
		'puppet say up wait-fifo go'
	await up 5
	open_gate go
	finish 0
	out
	err
}

@test "of commands that are read one runs per available CPU" {
	need taskset
	PREFIX=(taskset -c "$(taskset -cp $$ | sed 's/.*: *//; s/[,-].*//')")
	fills_slots 1
}

@test "-j1 runs one after the other" {
	try 0 nursery -j1 'mkdir d && rmdir d' 'mkdir d && rmdir d' \
		'mkdir d && rmdir d' 'mkdir d && rmdir d' 'mkdir d && rmdir d'
	out
	err
}

@test "-j N lets N run at once and no more" {
	fills_slots 3 -j3
}

@test "--jobs N and -P N are -j N" {
	fills_slots 2 --jobs=2
	start_over
	fills_slots 2 -P 2
}

@test "-j 0 is no limit" {
	gate up go
	yes 'puppet say up wait-fifo go' | head -n 60 >list
	start -j0 <list
	await up 60
	open_gate go
	finish 0
	out
	err
}

@test "-j N% is a share of the available CPUs, at least one" {
	need taskset
	PREFIX=(taskset -c "$(taskset -cp $$ | sed 's/.*: *//; s/[,-].*//')")
	fills_slots 3 -j 300%
	start_over
	fills_slots 1 -j 1%
	start_over
	fills_slots 1 -j 0%
}

@test "-j +N and -j -N count from the available CPUs, at least one" {
	need taskset
	PREFIX=(taskset -c "$(taskset -cp $$ | sed 's/.*: *//; s/[,-].*//')")
	fills_slots 3 -j +2
	start_over
	fills_slots 1 -j -1
}
