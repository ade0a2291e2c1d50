#!/usr/bin/env bats
# What the name parallel shows of jobs while they run, and in place of what they
# write.  Where nobody looks, nothing is shown: the output is that of GNU parallel.
#
# shellcheck disable=SC1083,SC2016

load ../helper
load byname

setup() {
	nursery_setup
	by_name
	export PARALLEL_SHELL=/bin/sh
}

on_terminal() {
	watched "${WRAPPER[@]}" pty -f "$PWD/screen" "$@"
}

@test "--progress, --eta and --bar add nothing to the output, from arguments or standard input" {
	local option
	for option in --progress --eta --bar '--bar --total-jobs 9' '--eta --total 1'; do
		# shellcheck disable=SC2086
		try 1 parallel $option -k 'echo {}; exit {}' ::: 0 1
		out 0 1
		err
		# shellcheck disable=SC2086
		try 0 parallel $option -k echo < <(seq 3)
		out 1 2 3
		err
	done
}

@test "--total-jobs says how many jobs there will be" {
	try 0 parallel -k --plus --total-jobs 12 echo {#}/{##} {0#} {} ::: a b
	out '1/12 01 a' '2/12 02 b'
	try 0 parallel -k --plus --totaljobs 2 --total 3 echo {##} {} < <(echo a)
	out '3 a'
	try 255 parallel --total-jobs many echo ::: a
	complains "--total-jobs: 'many' is not a number of jobs (try 1000)"
}

@test "--latest-line prints the last line of each job, whatever stream it went to" {
	try 1 parallel -k --latest-line 'echo {}; echo x{} >&2; exit {}' ::: 0 1
	out x0 x1
	err
	try 0 parallel -k --ll --tag 'echo 1; printf "2\n\n"; true' ::: a b
	out $'a\t2' $'b\t2'
	try 0 parallel --ll true ::: a
	out
}

@test "--color-failed colours what failed jobs wrote, as soon as they have ended" {
	local red=$'\e[48;5;196;38;5;231m\e[K' usual=$'\e[m' option
	for option in --color-failed --colour-failed --colorfail --cf; do
		try 1 parallel -k $option --tag 'printf "a\nb"; printf c >&2; exit {}' ::: 0 1
		out $'0\ta' $'0\tb' "$red"$'1\ta'"$usual" "$red"$'1\tb'"$usual"
		err $'0\tc' "$red"$'1\tc'"$usual"
	done
	try 0 parallel --cf echo ::: a
	out a
	try 1 parallel --cf --lb 'echo a; false' ::: 1
	out a
	try 1 parallel --cf 'false' ::: 1
	out
}

@test "what GNU parallel writes to standard output, this writes" {
	GNU=$(type -P parallel) || skip 'no parallel here'
	"$GNU" --version </dev/null 2>/dev/null | grep -Eq '^GNU parallel [0-9]+$' ||
		skip 'needs GNU parallel'
	both --bar echo ::: 1
	both -k --eta echo ::: 1 2
	both -k --progress echo ::: 1 2
	both -k --plus --bar --total-jobs 7 echo {##} {} ::: 1 2
	both -k --color-failed 'printf "a\n\nb"; echo {} >&2; exit {}' ::: 0 1 2
	both -k --cf --tag 'printf "a\rb\r\n"; exit {}' ::: 0 1
	both -k --cf 'exit {}' ::: 0 1
	both -k --color echo {} ::: $(seq 60)
	both -k --ctag 'printf "x\ny"' ::: a b
	both -k --ctagstring '{}{}' echo ::: a b
	both -k --color --cf --tag 'printf {}; exit {}' ::: 0 1 2
}

# both ARG...: the same output and status
both() {
	"$GNU" "$@" </dev/null >want 2>/dev/null 3>&- && status=0 || status=$?
	try "$status" parallel "$@"
	printf '%s' "$output" | diff <(printf '%s' "$(cat want)") - || fail "differs: $*"
}
