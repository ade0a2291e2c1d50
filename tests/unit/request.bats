#!/usr/bin/env bats
# What --spawn sends, and what its reader makes of it.

load driver

DRIVER=spawn

# bytes VARIABLES COMMANDS STRING...: a request that claims so many variables and
# commands, and has these strings
bytes() {
	local number word
	for number in "$1" "$2"; do
		for _ in {1..8}; do
			printf "\\x$(printf %x $((number & 255)))"
			number=$((number >> 8))
		done
	done
	shift 2
	for word; do
		printf '%s\0' "$word"
	done
}

malformed() {
	run spawn parse <r
	[ "$status" -eq 1 ] && [ "$output" = malformed ]
}

@test "a request comes out as it went in" {
	spawn build /some/where A=1 B= 'C=x y' -- 'echo a' '' $'b\nc' >r
	run spawn parse <r
	[ "$status" -eq 0 ]
	[ "$output" = $'in /some/where\nwith A=1\nwith B=\nwith C=x y\nrun echo a\nrun \nrun b\nc' ]
	bytes 0 1 / x >r
	cmp r <(spawn build / -- x)
	run spawn parse <r
	[ "$output" = $'in /\nrun x' ]
}

@test "a request that is cut anywhere is malformed" {
	local n
	spawn build /w A=1 -- 'echo a' b >whole
	for ((n = 0; n < $(stat -c %s whole); n++)); do
		head -c "$n" whole >r
		malformed
	done
}

@test "a request with something behind it, or less in it than it says, is malformed" {
	{ bytes 0 1 / x; printf y; } >r
	malformed
	bytes 0 1 / x y >r
	malformed
	bytes 0 2 / x >r
	malformed
	bytes 2 1 / A=1 x >r
	malformed
	bytes -1 1 / A=1 x >r
	malformed
	bytes 0 -1 / x >r
	malformed
}

@test "a request without a command, or whose directory is not absolute, is malformed" {
	bytes 0 0 / >r
	malformed
	bytes 1 0 / A=1 >r
	malformed
	bytes 0 1 w x >r
	malformed
	bytes 0 1 '' x >r
	malformed
}
