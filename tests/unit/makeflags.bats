#!/usr/bin/env bats
# MAKEFLAGS: which job server it names, and how we name ours in it.

load driver

DRIVER=jobserver

@test "the last word that names a job server counts" {
	is 'fifo /tmp/f' find ' -j8 --jobserver-auth=fifo:/tmp/f'
	is 'pipe 3 4' find ' -j8 --jobserver-auth=3,4'
	is 'pipe 3 4' find 'ks -j8 --jobserver-fds=3,4'
	is 'pipe 5 6' find ' --jobserver-fds=3,4 -j --jobserver-auth=5,6 -k'
	is 'fifo /a=b,c' find '--jobserver-auth=fifo:/a=b,c'
	is 'pipe 3 4' find ' -j --jobserver-auth=3,4 -- A=B --jobserver-auth=7,8'
}

@test "without a job server, or with -n, there is none" {
	local flags
	for flags in '' k -j8 ' -j8' '--no-print-directory' 'n --jobserver-auth=3,4' \
		'kn -j8 --jobserver-auth=fifo:/x' ' --jobserver-auth=-2,-2' \
		' -- --jobserver-auth=3,4' ' --jobserver-auth=-1,3'; do
		is none find "$flags"
	done
	# these are no letters of options
	is 'pipe 3 4' find '--no-builtin-rules --jobserver-auth=3,4'
	is 'pipe 3 4' find 'name=n --jobserver-auth=3,4'
}

@test "what cannot be understood is said to be bad" {
	local value
	for value in '' 3 3, ,4 a,b 3,4x fifo: semaphore:x 3,4,5 99999999999,1; do
		is bad find " --jobserver-auth=$value"
	done
}

@test "cargo's variable counts before those of make" {
	local CARGO_MAKEFLAGS MAKEFLAGS MFLAGS
	export MAKEFLAGS=' --jobserver-auth=3,4' MFLAGS='- --jobserver-auth=5,6'
	is 'pipe 3 4' environment
	export CARGO_MAKEFLAGS='-j --jobserver-auth=7,8'
	is 'pipe 7 8' environment
	CARGO_MAKEFLAGS=
	is 'pipe 3 4' environment
	unset MAKEFLAGS
	is 'pipe 5 6' environment
}

@test "other options and variables stay in MAKEFLAGS, another server does not" {
	is '[ -j4 --jobserver-auth=fifo:/f]' compose '' /f 4
	is '[ks -j4 --jobserver-auth=3,5]' compose ks 3,5 4
	is '[ks --no-print-directory -j4 --jobserver-auth=fifo:/f]' \
		compose 'ks -j8 --jobserver-auth=3,4 --no-print-directory' /f 4
	is '[ -k -j4 --jobserver-auth=fifo:/f]' compose ' -j -k' /f 4
	is '[k -j4 --jobserver-auth=fifo:/f -- CC=gcc\ -m32 -j9]' \
		compose 'k -j8 -- CC=gcc\ -m32 -j9' /f 4
	is '[ -j4 --jobserver-auth=fifo:/f -- A=B]' compose ' -- A=B' /f 4
	is '[ -j4 --jobserver-auth=fifo:/f -- A=B]' compose '-- A=B' /f 4
}

@test "a server never waits, even if there is no room for all tokens" {
	is 0 serve 4
	is 4464 serve 70001
}
