#!/usr/bin/env bats
# What --spawn sends, and where it waits (tests/lib/request.c): no process.

setup() {
	REQUEST=${NURSERY_HELPERS:-$BATS_TEST_DIRNAME/../build/tests}/request
	export LC_ALL=C TMPDIR=$BATS_TEST_TMPDIR
	cd "$BATS_TEST_TMPDIR"
}

# Bytes of a request: how many variables, how many commands, then the strings.
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
	run "$REQUEST" parse <r
	[ "$status" -eq 1 ] && [ "$output" = malformed ]
}

@test "a request comes out as it went in" {
	"$REQUEST" build /some/where A=1 B= 'C=x y' -- 'echo a' '' $'b\nc' >r
	run "$REQUEST" parse <r
	[ "$status" -eq 0 ]
	[ "$output" = $'in /some/where\nwith A=1\nwith B=\nwith C=x y\nrun echo a\nrun \nrun b\nc' ]
	bytes 0 1 / x >r
	cmp r <("$REQUEST" build / -- x)
	run "$REQUEST" parse <r
	[ "$output" = $'in /\nrun x' ]
}

@test "a request that is cut anywhere is malformed" {
	local n
	"$REQUEST" build /w A=1 -- 'echo a' b >whole
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

@test "requests that wait come out in order, in constant memory, and the file shrinks" {
	"$REQUEST" backlog 2000 100 >few
	"$REQUEST" backlog 200000 100 >many
	cat few many
	[ "$(awk '/^left/ { print $2 }' many)" -eq 0 ]
	[ "$(awk '/^file/ { print $2 }' many)" -gt 5000 ]
	case ${NURSERY_BUILD:-} in
	asan | valgrind) return ;; # they keep what was freed
	esac
	[ "$(awk '/^memory/ { print $2 }' many)" -lt \
		$(($(awk '/^memory/ { print $2 }' few) + 1024)) ]
}

@test "large requests come out in order" {
	"$REQUEST" backlog 60 3000000 >o
	[ "$(awk '/^left/ { print $2 }' o)" -eq 0 ]
}

@test "the answer of one who leaves without reading is heard" {
	run "$REQUEST" hasty
	[ "$output" = no ]
}
