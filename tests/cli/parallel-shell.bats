#!/usr/bin/env bats
# The functions env_parallel and parset of GNU parallel, which call parallel, with
# nursery in its place.
#
# shellcheck disable=SC2016

load ../helper

setup() {
	nursery_setup
	need bash
	[ -e /usr/bin/env_parallel.bash ] || skip 'no env_parallel here'
	mkdir bin home
	ln -s "$BINARY" bin/parallel
	export PATH=$PWD/bin:$PATH PARALLEL_HOME=$PWD/home
	unset PARALLEL PARALLEL_SHELL
}

# shell: runs standard input with bash, which has the functions
shell() {
	{
		echo '. /usr/bin/env_parallel.bash'
		cat
	} >script
	watched bash script
}

@test "env_parallel passes aliases, functions, variables and arrays on" {
	try 0 shell <<-'END'
		alias hi='echo alias'
		greet() { echo "func $1 $v"; }
		v="it's
		two"
		list=(a 'b c')
		env_parallel -k hi ::: 1 2
		env_parallel -k greet ::: 1
		env_parallel --env list 'echo "${list[1]}" {}' ::: 1
		env_parallel 'exit {}' ::: 1 0 2
		echo $?
	END
	out 'alias 1' 'alias 2' "func 1 it's" two 'b c 1' 2
}

@test "parset puts what jobs write into an array, a hash or variables" {
	try 0 shell <<-'END'
		parset list echo ::: x 'y z' "it's"
		echo "$? ${#list[@]} ${list[1]} ${list[2]}"
		parset 'a,b[3]' 'printf "%s\\n\\n" {}; echo err >&2; exit {}' ::: 1 0 2>/dev/null
		echo "$? <$a> <${b[3]}>"
		declare -A hash
		parset hash echo k={} ::: p 'q r'
		echo "$? ${hash[p]} ${hash[q r]}"
		greet() { echo "hi $1"; }
		env_parset list greet ::: 1 2
		echo "$? ${list[*]}"
		parset list true ::: 1
		echo "$? ${#list[@]}<${list[0]}>"
	END
	out '0 3 y z it'"'"'s' '1 <1' '> <0' '>' '0 k=p k=q r' '0 hi 1 hi 2' '0 1<>'
}

@test "parset has the labels of --tag in the values" {
	try 0 shell <<-'END'
		parset list -j1 --tag 'printf "x\ny\n"; echo e >&2' ::: 1 2
		printf '[%s]\n' "${list[@]}"
		parset a,b --tagstring t{} 'printf "x\n\ny"' ::: 1 2
		printf '[%s]\n' "$a" "$b"
	END
	out $'[1\tx' $'1\ty]' $'[2\tx' $'2\ty]' $'[t1\tx' $'t1\t' $'t1\ty]' $'[t2\tx' $'t2\t' $'t2\ty]'
	err $'1\te 1' $'2\te 2'
}

@test "parset gets no half of an array if standard output cannot be kept open" {
	need_strace
	# the first call of the worker's, and of the front's, where it does no harm
	try 255 watched strace -f -qq -o trace -e inject=fcntl:error=EMFILE:when=1 -e trace=fcntl \
		bin/parallel --_parset array,x echo ::: a
	grep -q 'F_DUPFD_CLOEXEC, 3).*INJECTED' trace
	out '' 'return 255'
	err 'nursery: cannot keep standard output open: Too many open files'
}

@test "an error reaches who called parset as a status" {
	try 0 shell <<-'END'
		parset 9x echo ::: 1
		echo $?
		parset 'a b' echo ::: 1 2 3
		echo $?
		parset list --nosuch echo ::: 1
		echo $?
	END
	out 255 255 255
	err_has "'9x' is no name of a variable"
	err_has 'too few named destination variables'
}
