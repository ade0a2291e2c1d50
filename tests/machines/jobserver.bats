#!/usr/bin/env bats
# The GNU job server on other machines: each agent is one, with a pool of its
# own.  Agents on this machine stand for the others; tests/run/jobserver.bats has
# the rest.

load ../helper

MACHINES=(--hosts a,b --carrier 'env X={host}' --kill-after .5)
ONE=(--hosts a --carrier 'env X={host}' --kill-after .5)

# at_most N COUNT: so many of the programs crowd have run at once
at_most() {
	local most all
	read -r most all < <(crowd -m "$2")
	[ "$most" -le "$1" ] || fail "$most of $all jobs ran at once, not $1 at most"
}

@test "--jobserver: on each machine jobs and what they start run no more than -j says" {
	printf '%s\n' 'all: a b c d' 'a b c d:' $'\t@crowd $(X).count 10' >Makefile
	try 0 nursery "${MACHINES[@]}" --jobserver -j3 'make -s X=$NURSERY_HOST' \
		'make -s X=$NURSERY_HOST' 'make -s X=$NURSERY_HOST' 'make -s X=$NURSERY_HOST' \
		'make -s X=$NURSERY_HOST' 'make -s X=$NURSERY_HOST' 'make -s X=$NURSERY_HOST'
	at_most 3 a.count
	at_most 3 b.count
}

@test "--jobserver tells jobs there of their own pool, beside what MAKEFLAGS says here" {
	MAKEFLAGS='k --no-print-directory -j9 --jobserver-auth=3,4' MFLAGS=-k \
		try 0 nursery --hosts 2/a,3/b --carrier 'env X={host}' --jobserver=fifo -j100% --nonall \
		'echo "$MAKEFLAGS ${MFLAGS-none}"'
	[[ ${lines[0]} == 'k --no-print-directory -j2 --jobserver-auth=fifo:/'*'/jobserver none' ]]
	[[ ${lines[1]} == 'k --no-print-directory -j3 --jobserver-auth=fifo:/'*'/jobserver none' ]]
	[ "${lines[0]#*fifo:}" != "${lines[1]#*fifo:}" ]
	# without it only a job server that is here is not for them
	MAKEFLAGS=k CARGO_MAKEFLAGS='--jobserver-auth=3,4' try 0 nursery "${ONE[@]}" -j1 \
		'echo "$MAKEFLAGS ${CARGO_MAKEFLAGS-none}"'
	out 'k none'
	try 125 nursery "${ONE[@]}" --jobserver -j0 true
	complains '--jobserver needs a number of jobs'
	try 125 nursery --hosts 70000/a "${ONE[@]:2}" --jobserver true
	err_has "machine 'a' cannot be used: --jobserver cannot serve so many jobs (give -j a smaller number)"
}

@test "--jobserver: a token that was lost there is replaced once nothing runs there" {
	cat >thief <<-'EOF'
		exec 7<>"${MAKEFLAGS#*fifo:}"
		IFS= read -r -N1 <&7
	EOF
	start_fed "${ONE[@]}" --jobserver=fifo -j2 -v
	feed 'bash thief\n'
	eventually err_so_far_has 'job 1 succeeded'
	feed '%s\n' 'exec 7<>"${MAKEFLAGS#*fifo:}"; exec timeout 10 head -c1 <&7'
	no_more_food
	finish 0
	out +
}

@test "--jobserver: who waits there for what it has spawned lends its token" {
	try 0 nursery "${ONE[@]}" --jobserver -j1 \
		'nursery --spawn --wait "nursery --spawn --wait \"echo deep\"; echo in"; echo out'
	out_sorted deep in out
	# a second one that waits, and ends before what it waits for
	try 0 nursery "${ONE[@]}" --jobserver -j1 \
		'nursery --spawn --wait "echo one" "echo two" & nursery --spawn --wait "echo three"; wait' 'echo four'
	out_sorted one two three four
}

@test "--jobserver: what waits there for a token ends when it is told to" {
	cat >holder <<-'EOF'
		exec 7<>"${MAKEFLAGS#*fifo:}"
		IFS= read -r -N1 <&7
		trap '' TERM
		echo >up
		read -r x <go
		printf + >&7
	EOF
	gate up go
	start_fed "${ONE[@]}" --jobserver=fifo -j2 -K -v --kill-after 60 --events events
	feed 'bash holder\n'
	await up
	feed 'echo never\n'
	no_more_food
	eventually grep -q '"queued".*"echo never"' events # and is sent at once
	tell TERM
	eventually err_so_far_has 'job 2 '
	echo >go
	finish 143
	err_has 'nursery: 2 cancelled'
	out
}
