#!/usr/bin/env bats
# What a job is given to read: see src/job/inlet.h.

load driver

DRIVER=job

setup() {
	driver_setup
	seq 300000 >file # some 2 MB, more than any pipe takes
	size=$(stat -c %s file)
	twice="given $((2 * size)), error none, told: yes, refs 1"
}

@test "a job gets all that it is given, from memory and from a file" {
	local how
	for how in memory file; do
		is "$twice" inlet $how file 0 "$size" 'cat >got'
		cat file file | cmp - got
		is 'given 20, error none, told: yes, refs 1' \
			inlet $how file 5 10 'cat >got'
		[ "$(cat got)" = "$(head -c 15 file | tail -c 10)$(head -c 15 file | tail -c 10)" ]
	done
}

@test "a job that reads a part of its input, or none, or closes it, holds up nobody" {
	is "$twice" inlet memory file 0 "$size" 'head -c 100000 >got'
	head -c 100000 file | cmp - got
	is "$twice" inlet memory file 0 "$size" 'exec <&-; :'
	is "$twice" inlet file file 0 "$size" 'exec 0</dev/null; :'
	is "$twice" inlet file file 0 "$size" true
}

@test "each attempt of a job gets the same input, from the beginning" {
	local how
	for how in memory file; do
		is "$twice" inlet $how file 0 "$size" 'head -n 3 >one' 'cat >two' true \
			'cat >three'
		cat file file | cmp - two
		cmp two three
		[ "$(cat one)" = "$(seq 3)" ]
	done
}

@test "that a file has become shorter is not kept quiet" {
	is "given $((4 * size)), error No data available, told: yes, refs 1" \
		inlet file file 0 $((2 * size)) 'cat >got'
	cmp file got
}
