#!/usr/bin/env bats
# Vectors of strings.

load driver

DRIVER=base

@test "a vector of strings ends in NULL and can be used again" {
	is '0
0 empty' strvec
	is 'a

[a]
[]
4
0 empty' strvec a ''
	is "$(printf '%s\n' {1..99}; printf '[%s]\n' {1..99}; printf '198\n0 empty')" \
		strvec {1..99}
}
