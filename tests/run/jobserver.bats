#!/usr/bin/env bats
# The GNU job server: nursery takes its tokens, and can be one.

load ../helper

setup() {
	nursery_setup
}

# pool BYTES: a job server whose tokens are these bytes; descriptor 7 leads to it
pool() {
	mkfifo pool
	exec 7<>pool
	printf %s "$1" >&7
	export MAKEFLAGS=" -j$((${#1} + 1)) --jobserver-auth=fifo:$PWD/pool"
}

# pool_has BYTES: these are its tokens at the end, in whatever order
pool_has() {
	local all
	printf '\n' >&7
	IFS= read -r all <&7
	all=$(fold -w1 <<<"$all" | sort | tr -d '\n')
	[ "$all" = "$1" ] || fail "tokens at the end: '$all', not '$1'"
}

# at_most N [ALL]: so many of the programs crowd have run at once; of ALL more than one
at_most() {
	local most all
	read -r most all < <(crowd -m count)
	[ "$most" -le "$1" ] || fail "$most of $all jobs ran at once, not $1 at most"
	[ $# -eq 1 ] || [ "$most/$all" != "1/$2" ] || fail 'all ran one by one'
	[ $# -eq 1 ] || [ "$all" -eq "$2" ] || fail "$all ran, not $2"
}

@test "each job but the first holds a token, and the same byte goes back" {
	pool abc
	seq 100 | sed 's/.*/crowd count 3/' | try 0 nursery
	at_most 4 100
	pool_has abc
}

@test "with no token one job runs after the other" {
	pool ''
	try 0 nursery 'crowd count 20' 'crowd count 20' 'crowd count 20'
	at_most 1
	pool_has ''
}

@test "tokens go back after a failure, a time limit and a signal" {
	pool abc
	gate up
	try 3 nursery 'for i in 1 2; do read x; done <up; exit 3' 'puppet say up sleep' 'puppet say up sleep'
	try 124 nursery --timeout 100ms 'sleep 1000' 'sleep 1000' 'sleep 1000'
	start 'puppet say up sleep' 'puppet say up sleep'
	await up
	await up
	tell TERM
	finish 143
	ended signal 15
	pool_has abc
}

@test "tokens go back if the front or the worker is killed" {
	local victim
	LEAK_GRACE=5
	for victim in NURSERY_PID PPID; do
		pool abc
		gate up
		try 137 nursery 'puppet say up sleep' 'puppet say up sleep' \
			"for i in 1 2; do read x; done <up; kill -9 \$$victim; exec sleep 1000"
		pool_has abc
		exec 7>&-
		start_over
	done
}

@test "a job that waits for a token takes one that comes back" {
	pool a
	gate go up
	IFS= read -r -N1 <&7
	start 'puppet say up read-line go' 'puppet say up'
	await up
	printf a >&7 # the second can start only now, for the first waits for go
	await up
	echo >go
	finish 0
	pool_has a
}

@test "a number of jobs that is given counts, not the job server" {
	pool ''
	gate up
	try 0 nursery -j2 'puppet read-line up' 'puppet say up'
	pool_has ''
}

@test "under make -n nursery does not take its tokens" {
	pool ''
	gate up
	MAKEFLAGS="n$MAKEFLAGS" try 0 nursery 'puppet read-line up' 'puppet say up'
}

@test "a job server that cannot be reached means one job at a time, which is said" {
	local why
	exec 7>&- 8>&-
	MAKEFLAGS=' -j8 --jobserver-auth=7,8' try 0 nursery 'crowd count 20' 'crowd count 20'
	at_most 1
	why="one job runs at a time (put '+' before the line in the makefile, or give -j)"
	err "nursery: the job server in MAKEFLAGS cannot be used (its descriptors are not open): $why"
	MAKEFLAGS=' --jobserver-auth=fifo:/nowhere/fifo' try 0 nursery true
	err "nursery: the job server in MAKEFLAGS cannot be used (No such file or directory): $why"
	MAKEFLAGS=' --jobserver-auth=semaphore' try 0 nursery true
	err "nursery: the job server in MAKEFLAGS cannot be used (nursery does not know its kind): $why"
	MAKEFLAGS=' --jobserver-auth=-2,-2' try 0 nursery true
	err
}

@test "make -j: all recipes together run no more than it allows" {
	printf '%s\n' 'all: a b' 'a b:' $'\t+@$(BINARY) < commands' >Makefile
	seq 20 | sed 's/.*/crowd count 10/' >commands
	export BINARY
	try 0 make -s -j3
	at_most 3 40
}

@test "a job of nursery that is a make shares the tokens of the make outside" {
	printf '%s\n' 'all: a b c d e f' 'a b c d e f:' $'\t@crowd count 20' >inner.mk
	printf '%s\n' 'all:' $'\t+@$(BINARY) "make -s -f inner.mk" "make -s -f inner.mk"' >Makefile
	export BINARY
	try 0 make -s -j3
	at_most 3
}

@test "--jobserver: the jobs and what they start run no more at once than -j says" {
	printf '%s\n' 'all: a b c d e f' 'a b c d e f:' $'\t@crowd count 20' >Makefile
	try 0 nursery --jobserver -j3 'make -s' 'make -s' 'make -s'
	at_most 3 18
}

@test "--jobserver: a nested nursery shares the pool" {
	local kind
	for kind in fifo pipe; do
		seq 30 | sed 's/.*/crowd count 5/' >commands
		try 0 nursery "--jobserver=$kind" -j3 "$BINARY <commands" "$BINARY <commands"
		at_most 3
		rm count
	done
}

@test "--jobserver: a token that a job has lost is replaced once nothing runs" {
	cat >thief <<-'EOF'
		exec 7<>"${MAKEFLAGS#*fifo:}"
		IFS= read -r -N1 <&7
	EOF
	try 0 nursery --jobserver=fifo -j2 \
		--finally 'exec 7<>"${MAKEFLAGS#*fifo:}"; exec timeout 10 head -c1 <&7' 'bash thief'
	out +
}

@test "--jobserver tells jobs by MAKEFLAGS, beside what was there" {
	MAKEFLAGS='k --no-print-directory -j9 --jobserver-auth=3,4' \
		CARGO_MAKEFLAGS='--jobserver-auth=3,4' MFLAGS=-k \
		try 0 nursery --jobserver=fifo -j5 'echo "$MAKEFLAGS ${CARGO_MAKEFLAGS-none} ${MFLAGS-none}"'
	[[ $output == 'k --no-print-directory -j5 --jobserver-auth=fifo:/'*'/jobserver none none' ]] ||
		fail "MAKEFLAGS is: $output"
}

@test "--jobserver needs a number of jobs" {
	try 125 nursery --jobserver -j0 true
	err 'nursery: --jobserver needs a number of jobs for all that run (give -j a number from 1 to 65536)'
	try 125 nursery --jobserver=x true
	err "nursery: --jobserver: 'x' is none of fifo and pipe (try --jobserver=pipe)"
}

@test "a start that waits for a token says so after a while" {
	pool ''
	gate up
	start 'puppet say up sleep' 'puppet say up sleep'
	await up
	tell USR1
	eventually err_so_far_has 'waiting for a token of the job server in MAKEFLAGS'
	tell TERM
	finish 143
	ended signal 15
}
