#!/usr/bin/env bats
# Perl code in the templates of the name parallel, where it misbehaves.  That it
# does the same as in GNU parallel is shown by differential.bats.
#
# shellcheck disable=SC1083,SC2016

load ../helper
load byname

setup() {
	nursery_setup
	need perl
	by_name
}

# As start, by the name parallel.
start_parallel() {
	BINARY=$PWD/bin/parallel start "$@"
}

@test "code that dies, exits or cannot be compiled is an error that says so" {
	try 255 parallel touch '{= die "oh dear\n" =}' ::: started
	complains 'Perl code in the template has died: oh dear'
	try 255 parallel touch '{= exit 0 =}' ::: started
	complains 'the perl that runs the code that was given has ended (does the code call exit()?)'
	try 255 parallel touch '{= s/a/ =}' ::: started
	complains "cannot use the Perl code 's/a/ ': Substitution replacement not terminated"
	try 255 parallel --filter '{1} > ' touch ::: started
	complains "--filter 'started > ': syntax error"
	try 255 parallel --dry-run --filter 'nothing("{}")' touch ::: started
	complains 'Undefined subroutine &Job::nothing called'
	try 255 parallel 'touch started; echo {= $_ = "a\0b" =}' ::: a
	complains 'what Perl code in the template makes has a NUL'
	try 255 parallel --rpl '{x(*)} s/a/b/' touch '{x}' ::: started
	complains "cannot use the tag '{x(*)}' of --rpl: "
	try 255 parallel --parens '<<>' touch '<< s/a/b/ >>' ::: started
	complains "--parens: '<<>' is not two parentheses of one length"
	try 255 parallel --rpl '' touch ::: started
	complains "--rpl: '' is not a tag and Perl code"
	[ ! -e started ]
}

@test "code that never ends keeps no job from its end, and ends with Ctrl-C" {
	gate said
	start_parallel -j2 -u '{= if ($_ ne "echo said >said") { 1 while 1 } =}' \
		::: 'echo said >said' 'touch started'
	await said
	is_told() {
		tell USR1 && err_so_far_has 'waiting for the Perl code in the template'
	}
	eventually is_told
	tell INT
	finish 130
	[ ! -e started ]
}

@test "a signal ends it while code is compiled, too" {
	gate said
	start_parallel touch '{= BEGIN { system("echo said >said"); 1 while 1 } =}' ::: started
	await said
	tell TERM
	finish 143
	err_has 'a signal has come meanwhile'
	[ ! -e started ]
}

@test "perl and all that code starts is gone when nursery ends, however that is" {
	try 0 parallel echo '{= system("setsid sleep 1000 & sleep 1001 &") =}' ::: a
	out a
	gate said
	start_parallel '{= s/q/y/ =}' ::: 'echo said >said; exec sleep 1000'
	await said
	kill -9 "$(parallel_worker)"
	finish 137
	LEAK_GRACE=5
	start_parallel '{= system("setsid sleep 1000 & sleep 1001 &") =}' \
		::: 'echo said >said; exec sleep 1000'
	await said
	tell KILL
	finish 137
	start_parallel '{= if ($_ ne "echo said >said; exec sleep 1000") { 1 while 1 } =}' \
		::: 'echo said >said; exec sleep 1000' b
	await said
	tell KILL
	finish 137
}

# The front has two children: the keeper of perl and, started later, the worker.
parallel_worker() {
	awk '{ print $2 }' "/proc/$(front)/task/$(front)/children"
}

@test "without perl the error says what is missing, and only if there is code" {
	mkdir few
	ln -s "$(command -v echo)" "$(command -v sh)" few
	try 255 watched env PATH="$PWD/few" "$PWD/bin/parallel" echo '{= s/a/b/ =}' ::: a
	complains 'there is no perl in PATH'
	try 0 watched env PATH="$PWD/few" "$PWD/bin/parallel" echo {.} '{=' ::: a.b
	out 'a {='
}

@test "arguments of any size and content reach the code as they are" {
	head -c 300000 /dev/urandom | tr '\n\0' 'xx' >bytes
	try 0 to_file parallel -0 -X -s 400000 printf %s '{= $_ = length =}' <bytes
	[ "$(<o)" = 300000 ]
}

to_file() {
	"$@" >o
}
