#!/usr/bin/env bats
# --stdin: what jobs on other machines read.  Agents on this machine stand for
# the others; tests/run/stdin.bats has the rest.

load ../helper

MACHINES=(--hosts a,b --carrier 'env X={host}' --kill-after .5)

@test "--stdin=first is for the first command, wherever it runs, as much as it reads" {
	try 0 nursery "${MACHINES[@]}" --stdin=first 'read x; echo $x; cat | wc -c' 'cat; echo second' < <(seq 100000)
	out 1 588893 second
	try 0 nursery "${MACHINES[@]}" --stdin=first 'head -n 1' < <(yes)
	out y
	printf '%s\n' a b >two
	try 0 nursery "${MACHINES[@]}" -j1 --stdin=first cat <two
	out a b
}

@test "--stdin=each gives all of it to each command, on whichever machine" {
	local sum
	head -c 3000000 /dev/urandom >all
	sum=$(md5sum <all)
	try 0 nursery "${MACHINES[@]}" -j2 --stdin=each md5sum 'head -c 1 | wc -c' true 'exec <&-' md5sum < <(cat all)
	out "$sum" 1 "$sum"
	try 0 nursery "${MACHINES[@]}" -j1 --stdin=each --nonall 'md5sum' <all
	out "$sum" "$sum"
}

@test "each attempt reads the same, also after its machine was lost" {
	LEAK_GRACE=8
	seq 20000 >all
	try 0 nursery --hosts a,b --carrier 'env X={host}' --machine-timeout 1s --kill-after .1 --stdin=first \
		--retries 2 --retry-delay 0 \
		'case $NURSERY_ATTEMPT in 1) head -n 3 >/dev/null; exit 1;; 2) kill -9 $PPID; exec sleep 1000;; esac; exec md5sum' < <(cat all)
	out "$(md5sum <all)"
}

@test "a reader on another machine that is slow, or gone, holds up only itself" {
	gate go
	try 0 nursery "${MACHINES[@]}" -j1 --stdin=each 'read x <go; exec md5sum' \
		'md5sum; echo >go' < <(head -c 5000000 /dev/zero)
	[ "$(sort -u <<<"$output")" = "$(head -c 5000000 /dev/zero | md5sum)" ]
}

@test "--stdin=open is an input that does not end" {
	gate up
	start "${MACHINES[@]}" --stdin=open 'puppet say up cat write-text ended'
	await up
	tell TERM
	finish 143
	[ -z "$output" ]
}
