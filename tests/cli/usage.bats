#!/usr/bin/env bats
# Usage: what is refused, with one line that has a hint, with status 125, and before
# anything starts; --help and --version; where options end.

load ../helper

# refused ARG...: nursery refuses the arguments and names the first of them
refused() {
	local option=$1
	rm -f started
	try 125 nursery "$@" 'touch started'
	complains "${option%%=*}" || fail "refused: $*"
	[ ! -e started ] || fail "something started for: $*"
}

@test "unknown options are refused" {
	refused --nosuch
	refused -Z
	refused --no-jobs
}

@test "an option that lacks its value is refused" {
	local option
	for option in -j --jobs --timeout --halt --shell --buffer --signal -d; do
		try 125 nursery $option
		complains "$option"
	done
}

@test "a value for an option that takes none is refused" {
	refused --race=1
	refused --keep-going=yes
}

@test "numbers of jobs that are none are refused" {
	local value
	for value in x '' 1.5 1x -x + - % 1%% -1% ' 1' '1 ' 99999999999999999999; do
		refused --jobs="$value"
	done
	err_has "--jobs: '99999999999999999999'" 'try 4, 50%, +1, -1 or 0'
}

@test "durations that are none are refused" {
	local option value
	for option in --timeout --fail-after --move-on-after --job-timeout --idle-timeout --kill-after; do
		for value in x '' -1 1x 1.2.3 1h- ms 1e9999 99999999999999d '1 s'; do
			refused "$option=$value"
		done
	done
}

@test "the longest duration is a duration" {
	local option
	for option in --timeout --fail-after --move-on-after --job-timeout --idle-timeout; do
		try 0 nursery "$option=9223372036.854775807" 'echo a'
		out a
	done
	try 0 nursery --kill-after 9223372036.854775807 'echo $NURSERY_GRACE_MS'
	out 7378697629483
	NURSERY_GRACE_MS=1000 try 0 nursery --kill-after 9223372036.854775807 'echo $NURSERY_GRACE_MS'
	out 800
}

@test "halt policies that are none are refused" {
	local value
	for value in x '' now soon now, now,fail now,fail= now,fail=x now,fail=-1 \
		later,fail=1 now,maybe=1 now,fail=101% now,fail=% never,fail=1 \
		now,fail=1x 'now, fail=1' now,fail=99999999999999999999; do
		refused "--halt=$value"
	done
}

@test "the other values are checked as well" {
	refused --orphans=x
	complains "--orphans: 'x' is none of kill, wait, fail and leave (try --orphans=wait)"
	refused --orphans=
	refused --signal=NOSUCH
	refused --signal=999
	refused --signal=
	refused --signal=-1
	refused --buffer=x
	refused --buffer=-1
	refused --buffer=
	refused '--delimiter=a\,'
	refused --delimiter=
	refused --shell=
	refused --shell=no-such-shell
}

@test "limits that are none are refused" {
	local option value
	for option in memory pids cpu; do
		for value in x '' 0 0% -1 -1% 1x 1%x 99999999999999999999; do
			refused "--$option-max=$value"
		done
	done
	refused --pids-max=5%
	refused --cpu-max=5
}

@test "a folder is no shell" {
	mkdir -p bin/a-folder
	PATH=$PWD/bin:$PATH
	refused --shell=bin/a-folder
	refused --shell=a-folder
}

@test "a shell without its interpreter is refused by what it lacks" {
	mkdir bin
	printf '#!/bin/none\n' >bin/a-shell
	chmod +x bin/a-shell
	try 125 nursery --shell=bin/a-shell 'echo a;'
	out
	err 'nursery: --shell: the interpreter of bin/a-shell, /bin/none, is not there (try /bin/bash)'
}

@test "an argument that popt would spoil is refused" {
	# popt would put an operand where !#:+ stands in a value.
	refused '--shell=/bin/sh!#:+'
}

@test "a hostile value is made safe in the message" {
	refused --jobs=$'\e[31mred\nnursery: fine'
	[[ $stderr != *$'\e'* ]]
}

@test "a bad option after good ones starts nothing" {
	rm -f started
	try 125 nursery -j2 -k --timeout 1s --halt nonsense 'touch started'
	complains --halt
	[ ! -e started ]
}

@test "--help fits a screen" {
	try 0 nursery --help
	err
	[ "${#lines[@]}" -ge 20 ] && [ "${#lines[@]}" -le 23 ] || fail "${#lines[@]} lines"
	local line
	for line in "${lines[@]}"; do
		[ "${#line}" -le 80 ] || fail "too wide: $line"
	done
	[[ ${lines[0]} == 'usage: nursery '*'options go before the commands' ]]
	[[ ${lines[1]}${lines[2]}${lines[3]}${lines[4]} == '  nursery '*'  nursery '*'  nursery '*'  nursery '* ]]
}

@test "-v --help lists all options, on lines that fit" {
	local line
	try 0 nursery -v --help
	err
	[ "${#lines[@]}" -gt 60 ] || fail "${#lines[@]} lines"
	for line in "${lines[@]}"; do
		[ "${#line}" -le 80 ] || fail "too wide: $line"
	done
	local long=$output
	try 0 nursery --help --verbose
	[ "$output" = "$long" ]
}

@test "--version names the program and its version" {
	try 0 nursery --version
	err
	[[ $output =~ ^nursery\ [0-9]+\.[0-9]+ ]]
}

@test "--help and --version need no valid commands and run none" {
	try 0 nursery --help 'touch started'
	try 0 nursery --version 'touch started'
	[ ! -e started ]
}

@test "a full disk is noticed by --help, --version and --dry-run" {
	try 125 to_full --help
	err_has 'No space left on device'
	try 125 to_full --version
	err_has 'No space left on device'
	try 125 to_full --dry-run 'echo a'
	err_has 'No space left on device'
}

@test "a value may follow its option in every usual way" {
	local form
	for form in -j1 '-j 1' '--jobs 1' --jobs=1 -P1 '-P 1'; do
		try 0 nursery $form 'echo a'
		out a
		err
	done
}

@test "a value may begin with =" {
	local form
	for form in -d= '-d =' --delimiter== '--delimiter =' -kd= '-j 2 -d=' '--jobs 2 -d=' '-j2 -kd ='; do
		try 0 nursery $form < <(printf 'echo a=echo b=')
		out a b
		err
	done
	try 0 nursery -E= echo ::: a = b
	out a
	try 0 nursery -I== echo x== ::: a
	out xa
	try 125 nursery -j=2 'echo a'
	err "nursery: --jobs: '=2' is not a number of jobs (try 4, 50%, +1, -1 or 0)"
	try 0 nursery echo -d=x ::: a
	out '-d=x a'
	try 0 nursery -j 1 -- 'echo -d='
	out '-d='
}

@test "short options may stand together" {
	try 1 nursery -Kvj1 'exit 1' 'echo b'
	out b
}

@test "--ready and --ready-timeout belong to a service" {
	try 125 nursery --ready notify true
	err "nursery: --ready: belongs to the --service before it, and there is none (try --service COMMAND --ready VALUE)"
	try 125 nursery --ready-timeout 1s --service 'puppet sleep' true
	err "nursery: --ready-timeout: belongs to the --service before it, and there is none (try --service COMMAND --ready-timeout VALUE)"
	try 125 nursery --service a --ready notify --ready fd:3 true
	err "nursery: --ready: given twice for the service 'a' (try one of them)"
	try 125 nursery --service $'a\eb' --ready notify --ready fd:3 true
	err "nursery: --ready: given twice for the service 'a^[b' (try one of them)"
	try 125 nursery --service '  ' true
	err "nursery: --service: '  ' is no command (try 'make test')"
}

@test "arguments that look like the words of one command get a hint" {
	try 127 nursery nosuchcommand 100
	out
	err_has 'each argument is one command'
	try 127 nursery 'nosuchcommand 100'
	err_lacks 'each argument is one command'
	try 127 nursery <<<nosuchcommand
	err_lacks 'each argument is one command'
}

@test "options end at the first word that is none" {
	try 0 nursery -j1 echo -k ::: a
	out '-k a'
	err
}

@test "options end at --" {
	try 0 nursery -j1 -- 'echo a' 'echo b'
	out a b
	err
	try 127 nursery -- --version
	out
	err_has 'command not found after T: --version'
}
