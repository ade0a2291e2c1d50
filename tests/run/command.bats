#!/usr/bin/env bats
# What becomes of a command: the shell or the program that runs it, and what is
# said of one that cannot be run.

load ../helper

@test "a command too long for execve is a failed job, and the others run" {
	not_under valgrind # a failed exec does not return there
	try 126 nursery -K -j1 < <(printf 'echo a\necho %0200000d\necho b\n' 7)
	out a b
	err_has 'job 2 failed: ' 'rgument list too long' '1 failed, 2 succeeded'
	[ "${#stderr}" -lt 1000 ] || fail "the message shows all of the command"
	try 126 nursery -K -j1 < <(printf 'echo a\necho %0200000d;:\necho b\n' 7)
	out a b
	err_has 'job 2 failed: ' 'rgument list too long' '1 failed, 2 succeeded'
}

@test "a command of plain words gets exactly those words" {
	try 0 nursery 'puppet print-args a   b=c -d ./e	f'
	out '[a]' '[b=c]' '[-d]' '[./e]' '[f]'
	err
}

@test "what a shell would do with a command is done" {
	touch 1.x 2.x
	mkdir sub
	try 0 nursery -j1 <<-'END'
		puppet print-args 'a  b' "$NURSERY_SEQ" \$x
		puppet print-args *.x [12].x
		puppet print-args ~
		a=5 puppet print-env a
		cd sub && pwd | sed 's,.*/,,'
		if true; then echo yes; fi
		! false
		{ echo group; }
		(echo subshell)
		echo $((6*7)) `echo back`
		puppet print-args a#b a;echo c #d
		{ echo err >&2; } 2>&1
		: && test 1 -eq 1 && echo builtin
	END
	out '[a  b]' '[1]' '[$x]' '[1.x]' '[2.x]' '[1.x]' '[2.x]' "[$HOME]" a=5 \
		sub yes group subshell '42 back' '[a#b]' '[a]' c err builtin
	err
}

@test "a builtin needs no program of that name" {
	try 3 nursery 'exit 3'
	out
	err_has 'job 1 failed: exit status 3 after T: exit 3'
}

@test "an executable text without #! runs, as a shell would run it" {
	echo 'echo "script $1"' >script
	chmod +x script
	try 0 nursery './script a' './script b; :'
	out 'script a' 'script b'
	err
}

@test "a program for another machine is not taken for a shell script" {
	local program
	{
		printf '\177ELF\002\001\001\0\0\0\0\0\0\0\0\0\003\0>\0'
		echo 'touch ran'
	} >elf
	printf 'x\0y\ntouch ran\n' >nul
	chmod +x elf nul
	for program in ./elf ./nul; do
		run -126 sh -c "$program"
		try 126 nursery "$program"
		out
		[ ! -e ran ] || fail "$program was run as a script"
	done
}

@test "without PATH a command is found where the shell would find it" {
	# Without PATH most shells look into /usr/sbin, too, where chroot is.
	need env
	not_under valgrind # it is found by PATH itself
	env -u PATH /bin/sh -c 'chroot --version' >/dev/null || skip 'no chroot for sh'
	PREFIX=(env -u PATH)
	try 0 nursery 'chroot --version' 'chroot --version; :'
	[[ $output == *chroot*chroot* ]]
	err
	try 127 nursery nosuchcommand
	out
}

@test "--shell runs the commands with another shell" {
	need bash
	try 0 nursery --shell "$(command -v bash)" \
		'echo ${BASH_VERSION:+bash}' 'x=(a b c); echo ${x[2]}'
	out bash c
	err
	try 0 nursery 'echo ${BASH_VERSION:+bash}'
	out ''
	err
}

@test "the words of --shell are its options, wherever the shell is used" {
	need bash
	local bash=(--shell 'bash -o pipefail -c') strict=(--shell "bash -e'o' pipefail")
	# the command alone, read, and of a template
	try 1 nursery "${strict[@]}" 'false | true'
	out
	try 1 nursery "${strict[@]}" 'false; echo no'
	out
	try 1 nursery "${strict[@]}" < <(echo 'false | cat')
	try 0 nursery "${strict[@]}" 'echo $-$SHELLOPTS; echo' ::: a
	[[ $output == *e*pipefail* ]]
	# a -c among them is one more
	try 1 nursery "${bash[@]}" 'false | true'
	# $0 is the program
	try 1 nursery "${strict[@]}" -n 2 --argv 'echo "$0 $2 $1"; false; echo no' ::: a b
	out 'bash b a'
	# special jobs, and a probe
	try 1 nursery "${strict[@]}" --shield 'false | true' true
	try 1 nursery "${strict[@]}" --finally 'false | true' true
	try 1 nursery "${strict[@]}" --service 'false | cat' 'sleep 100'
	err_has 'service false failed: exit status 1'
	try 124 nursery "${strict[@]}" --service 'sleep 100' --ready-timeout 300ms \
		--ready 'exec:false | true' 'echo no'
	out
	# what --spawn adds
	try 1 nursery "${strict[@]}" -j1 'nursery --spawn --wait "false | true"'
	err_has 'job 2 failed: exit status 1'
	# without these words none of that is a failure
	try 0 nursery --shell bash 'false | true' 'false; echo yes'
	out yes
}

@test "a command gets no other meaning from the words of --shell" {
	need bash
	# of plain words: executed by the shell, too, which -x tells
	try 0 nursery --shell 'bash -x' 'expr 1 + 1'
	out 2
	err '+ expr 1 + 1'
	try 0 nursery --shell 'bash -x' expr ::: 1
	err '+ expr 1'
	# that looks like an option
	mkdir bin
	printf '#!/bin/sh\necho "option $1"\n' >bin/-x
	chmod +x bin/-x
	PATH=$PWD/bin:$PATH
	try 0 nursery --shell 'bash -e' -- '-x a'
	out 'option a'
	# quotes keep a word together, and nothing is expanded
	try 0 nursery --shell 'bash -O "extglob"' 'echo ${BASHOPTS//[!e]*/}; shopt -q extglob'
	try 0 nursery --shell "env X='a  b' Y=\$HOME Z='' sh" 'echo "$X|$Y|$Z|"'
	out 'a  b|$HOME||'
}

@test "a program and words of --shell are found wherever the jobs run" {
	need bash
	mkdir 'my shells' sub
	ln -s "$(command -v bash)" 'my shells/bash'
	try 0 nursery --shell "'my shells/bash' -e" -j1 \
		'cd sub; nursery --spawn "echo \$0"'
	out "$PWD/my shells/bash"
	try 125 nursery --shell 'my shells/bash' 'touch started'
	complains "--shell: 'my shells/bash' is several words (quote a path that has blanks once more: --shell \"'/a path/sh'\")"
	[ ! -e started ]
}

@test "a shell that is none is refused, and nothing is started" {
	local none='is no shell that can be executed (try /bin/bash)'
	refused() { # VALUE MESSAGE
		try 125 nursery --shell "$1" 'touch started'
		out
		complains "--shell: $2"
		[ ! -e started ]
	}
	refused '' "'' $none"
	refused ' ' "'' $none"
	refused "'' -e" "'' $none"
	refused 'nosuch -e' "'nosuch' $none"
	refused "'sh -e'" "'sh -e' $none"
	refused "bash -o 'pipefail" "'bash -o 'pipefail' is no shell and its options: a quote in it has no end (try 'bash -eo pipefail')"
	refused 'sh "' "'sh \"' is no shell and its options: a quote in it has no end"
}

@test "--dry-run of --argv prints the words of the shell" {
	need bash
	try 0 nursery --shell "bash -o 'pipefail'" --dry-run --argv 'echo $1' ::: 'a b'
	out "bash -o pipefail -c 'echo \$1' bash 'a b'"
	try 0 nursery --shell 'bash -e' --dry-run echo {} ::: 'a b'
	out "echo 'a b'"
}

@test "a command that is not found fails with status 127" {
	try 127 nursery 'nosuchcommand a'
	out
	err 'nursery: job 1 failed: command not found after T: nosuchcommand a' \
		'nursery: 1 failed in T'
	try 127 nursery './nosuchcommand; exit $?'
	out
	err_has 'exit status 127 after T: ./nosuchcommand; exit $?'
}

@test "a command that cannot be executed fails with status 126" {
	touch file
	try 126 nursery ./file
	out
	err 'nursery: job 1 failed: cannot execute: Permission denied after T: ./file' \
		'nursery: 1 failed in T'
	mkdir folder
	try 126 nursery ./folder
	out
	err_has 'job 1 failed: cannot execute: '
}

# /bin/sh runs functions of the environment only if it is bash; with another shell
# what they are called decides nothing, and the command is run without it.
@test "an exported function of bash is run where /bin/sh is bash, and only there" {
	PREFIX=(env 'BASH_FUNC_nosuch%%=() { echo function; }')
	if [[ $(readlink -f /bin/sh) == */bash ]]; then
		try 0 nursery nosuch
		out function
		return
	fi
	try 125 nursery nosuch
	complains 'nosuch: /bin/sh does not know a function that bash has exported'
	try 127 nursery --shell "$(readlink -f /bin/sh)" nosuch
	out
	err_has 'job 1 failed: exit status 127 after T: nosuch'
}

@test "a script whose interpreter is not there is told so, with status 127" {
	printf '#! /bin/none -x\n' >none
	printf '#!/bin/bash\r\necho a\r\n' >windows
	printf '#!./none\n' >nested
	mkdir bin
	cp none bin/inpath
	chmod +x none windows nested bin/inpath
	PATH=$PWD/bin:$PATH
	local none='(the interpreter of ./none, /bin/none, is not there)'
	try 127 nursery ./none
	err "nursery: job 1 failed: command not found $none after T: ./none" \
		'nursery: 1 failed in T'
	try 127 nursery './windows a'
	err_has 'command not found (the interpreter of ./windows, /bin/bash\r, is not there: the lines of the file end as on Windows) after T: ./windows a'
	try 127 nursery ./nested
	err_has '(the interpreter of ./nested, /bin/none, is not there)'
	try 127 nursery inpath
	err_has '(the interpreter of inpath, /bin/none, is not there)'
	# by a shell, and by a program that runs it
	try 127 nursery 'cd . && ./none >x'
	err_has "job 1 failed: exit status 127 $none after T: "
	try 127 nursery 'env ./none'
	err_has "job 1 failed: exit status 127 $none after T: "
	# of a service, and of a spawned job in its own directory
	try 127 nursery --service ./none true
	err_has "service none failed: command not found $none"
	try 127 nursery "cd bin && nursery --spawn ./inpath"
	err_has '(the interpreter of ./inpath, /bin/none, is not there)'
	# a script that names none is run by the shell
	printf '#!\nexit 127\n' >unnamed
	chmod +x unnamed
	try 127 nursery ./unnamed
	err_has 'job 1 failed: exit status 127 after T: ./unnamed'
	# what is not there at all, or ends so of itself, is not
	try 127 nursery ./nosuch
	err 'nursery: job 1 failed: command not found after T: ./nosuch' \
		'nursery: 1 failed in T' || err_has 'command not found after T: ./nosuch'
	try 127 nursery 'exit 127 # /bin/sh'
	err_has 'job 1 failed: exit status 127 after T: '
}

@test "a program whose dynamic linker is not there is told so" {
	need cc
	echo 'int main(void) { return 0; }' >p.c
	cc -Wl,--dynamic-linker=/lib/no-linker.so.1 -o p p.c || skip "cannot be linked"
	try 127 nursery ./p
	err_has 'command not found (the interpreter of ./p, /lib/no-linker.so.1, is not there) after T: ./p'
}
