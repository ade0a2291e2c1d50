#!/usr/bin/env bats
# What a child is born with.
#
# shellcheck disable=SC2016 # for the shell of the child

load driver

# says STATUS NUMBER FD COMMAND ARG...: the child ends so; what it wrote to its
# descriptor NUMBER is for out
says() {
	local status=$1
	shift
	try "$status" watched sys child-fd "$@"
}

@test "a child gets one descriptor more, at the number it wants" {
	local number
	for number in 3 4 9 63; do
		says 5 $number 10 sh -c "exec puppet open 250 /dev/null \
			write-fd $number 3 exit 5"
		out xxx
		says 0 $number $number puppet write-fd $number 3
		out xxx
	done
	says 0 70 3 puppet write-fd 70 3
	out xxx
}

@test "the descriptor that a child gets is there once" {
	says 0 5 11 sh -c 'ls -l /proc/self/fd | grep -c "pipe:.*$(
		readlink /proc/self/fd/5 | tr -dc 0-9)" >&5'
	out 1
}
