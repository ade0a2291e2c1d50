#!/usr/bin/env bats
# --order=longest: what took longest in an earlier run comes first.
#
# shellcheck disable=SC2016 # $ is for the shell of the jobs

load ../helper

# took SECONDS COMMAND: to the log, in whatever order
took() {
	printf '%d\t:\t1700000000.000\t%10s\t0\t0\t0\t0\t%s\n' \
		$((++number)) "$@" >>"${log:-log}"
}

@test "what took longest comes first, before it what is not known" {
	took 1.500 'echo b'
	took 0.100 'echo a'
	took 12.000 'echo c'
	try 0 nursery -j1 --history log --order=longest 'echo a' 'echo b' 'echo c' 'echo d' 'echo e'
	out d e c b a
}

@test "of several times of a command the last counts" {
	took 9.000 'echo a'
	took 1.000 'echo b'
	took 0.500 'echo a'
	try 0 nursery -j1 --history log --order longest 'echo a' 'echo b'
	out b a
}

@test "numbers and names are those of the given order" {
	took 1.000 'echo $NURSERY_SEQ $NURSERY_NAME; : x'
	took 2.000 'echo $NURSERY_SEQ $NURSERY_NAME; : y'
	try 0 nursery -j1 --history log --order longest --names a,b --joblog new \
		'echo $NURSERY_SEQ $NURSERY_NAME; : x' 'echo $NURSERY_SEQ $NURSERY_NAME; : y'
	out '2 b' '1 a'
	[ "$(tail -n +2 new | cut -f 1 | paste -sd' ')" = '2 1' ]
}

@test "the job log of the last run is the history, though it is written anew" {
	printf '%s\n' 'echo a' 'echo b' >list
	try 0 nursery -j1 --joblog log --order=longest <list # there is none yet
	out a b
	sed -i -E '2s/[0-9]\.[0-9]{3}\t0/1.000\t0/; 3s/[0-9]\.[0-9]{3}\t0/2.000\t0/' log
	try 0 nursery -j1 --joblog log --order=longest <list
	out b a
	[ "$(wc -l <log)" -eq 3 ]
}

@test "with labels, templates and --argv each job has its own" {
	took 1.000 'echo 1 a'
	took 2.000 'echo 2 b'
	try 0 nursery -j1 --tag --history log --order longest 'echo {#} {}' ::: a b
	out $'b\t2 b' $'a\t1 a'
	rm log
	took 1.000 "/bin/sh -c 'echo \"\$1\"' /bin/sh 'a  b'"
	took 2.000 "/bin/sh -c 'echo \"\$1\"' /bin/sh c"
	try 0 nursery -j1 --argv --history log --order longest 'echo "$1"' ::: 'a  b' c ''
	out '' c 'a  b'
}

@test "it goes together with --resume" {
	took 1.000 'echo a'
	log=times took 1.000 'echo b'
	log=times took 2.000 'echo c'
	try 0 nursery -j1 --joblog log --resume --history times --order longest 'echo {}' ::: a b c
	out c b
}

@test "jobs that are added have numbers of their own" {
	took 1.000 'echo $NURSERY_SEQ'
	try 0 nursery -j1 --history log --order longest \
		'nursery --spawn --wait "echo \$NURSERY_SEQ"' 'echo $NURSERY_SEQ'
	out 3 2
}

@test "all is read before the first starts, so that nothing is if the input is bad" {
	took 1.000 'echo a'
	printf 'touch started\nnul \0\n' >list
	try 125 nursery --history log --order longest <list
	err_has 'a command cannot contain a NUL byte'
	[ ! -e started ]
}

@test "--dry-run prints them in that order" {
	took 1.000 'echo a'
	took 2.000 'echo b'
	try 0 nursery --history log --order longest --dry-run 'echo a' 'echo b'
	out 'echo b' 'echo a'
	try 0 nursery --order given --dry-run 'echo a' 'echo b'
	out 'echo a' 'echo b'
}

@test "what does not go together is refused before anything starts" {
	: >log
	try 125 nursery --order longest 'touch started'
	complains '--order=longest needs the times'
	complains '(nothing was started)'
	try 125 nursery --order longest --history none 'touch started'
	complains 'none cannot be read as a job log'
	complains '(nothing was started)'
	try 125 nursery --history log 'touch started'
	complains '--history is only for --order=longest'
	complains '(nothing was started)'
	try 125 nursery --order shortest 'touch started'
	complains "--order: 'shortest' is none of given and longest"
	try 125 nursery --order longest --history log 'touch started;#{%}' ::: a
	complains '{%} do not go together'
	complains '(nothing was started)'
	try 125 nursery --order longest --history log --shuf 'touch started;#' ::: a
	complains '--shuf do not go together'
	complains '(nothing was started)'
	try 125 nursery --order longest --joblog log --retry-failed
	complains '--retry-failed do not go together'
	complains '(nothing was started)'
	[ ! -e started ]
}
