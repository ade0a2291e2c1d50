#!/usr/bin/env bats
# Quoted values: sh gives back every byte.
#
# shellcheck disable=SC1003,SC2016 # strange words are the point

load driver

DRIVER=input

# quotes WANT VALUE
quotes() {
	is "$1" quote "$2"
}

@test "what needs no quotes gets none" {
	quotes abcXYZ019 abcXYZ019
	quotes -_.+/ -_.+/
}

@test "nothing is two quotes" {
	quotes "''" ''
}

@test "all else is in single quotes, and these are in double ones" {
	quotes "'a b'" 'a b'
	quotes "'a=b'" a=b
	quotes "'\$x'" '$x'
	quotes "'\\'" '\'
	quotes "'a
b'" 'a
b'
	quotes "'it'\"'\"'s'" "it's"
	quotes "\"'\"" "'"
	quotes "\"'\"''\"'\"" "''"
	quotes "\"'\"'x'\"'\"" "'x'"
	quotes "'"$'\xff'"'" $'\xff'
	quotes "'ä'" ä
}

@test "sh makes of quoted bytes what they were, whatever they were" {
	for shell in sh bash dash 'busybox sh' ksh mksh zsh; do
		command -v "${shell%% *}" >/dev/null || continue
		for seed in 1 2 3 4 5; do
			input random 500 $seed values >quoted
			{
				printf "printf '%%s\\\\0'"
				cat quoted
			} >script
			$shell ./script >got
			cmp values got
		done
	done
}
