#!/usr/bin/env bats
# The functions env_parallel and parset of GNU parallel, which call parallel, with
# nursery in its place.
#
# shellcheck disable=SC2016

load ../helper
load byname

setup() {
	nursery_setup
	need bash
	[ -e /usr/bin/env_parallel.bash ] || skip 'no env_parallel here'
	by_name
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

@test "parset gets no half of an array if its output cannot be collected" {
	need_strace
	try 255 watched strace -f -qq -o trace -e inject=memfd_create:error=ENOMEM:when=1 -e trace=memfd_create \
		bin/parallel --_parset array,x echo ::: a
	grep -q INJECTED trace
	out '' 'return 255'
	err 'nursery: cannot collect standard output: Cannot allocate memory'
}

@test "parset gets no half of an array if nursery is killed, or the array cannot be held" {
	try 137 parallel -j1 --_parset array,x 'echo {}; [ {} = 1 ] || kill -9 $PPID; :' ::: 1 2
	out '' 'return 255'
	try 255 watched bash -c 'ulimit -f 20 && exec "$@"' - bin/parallel --_parset array,x 'head -c 30000 /dev/zero | tr "\\0" x #' ::: 1
	out '' 'return 255'
}

@test "parset has the command of -v in the values, and runs nothing" {
	try 0 shell <<-'END'
		parset a,b -v 'echo x; exit' ::: 0 1
		echo "$? <$a> <$b>"
		parset list -v touch ::: made
		echo "$? ${#list[@]} <${list[0]}>"
		rm made
		parset a -v --retries 2 'echo {}; false' ::: 1
		echo "$? <$a>"
	END
	out '1 <echo x; exit 0' 'x> <echo x; exit 1' 'x>' '0 1 <touch made>' '1 <echo 1; false' '1>'
	err
}

@test "parset gets what jobs wrote, whatever status they have" {
	try 0 shell <<-'END'
		parset list -j1 --halt now,fail=1 'echo v{}; exit 255' ::: 1
		echo "$? ${list[*]}"
	END
	out '255 v1'
}

@test "what parset cannot be given shows in the exit status" {
	try 255 watched bash -c 'exec "$@" >/dev/full' - bin/parallel --_parset array,x echo ::: a
	err 'nursery: cannot write to standard output: No space left on device'
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
