#!/usr/bin/env bats
# Names that users give to jobs: --name and --names.  tests/unit/name.bats is about
# those that nobody has chosen.

load ../helper

@test "--names names the commands in order" {
	try 3 nursery -j1 -K --names web,api 'echo $NURSERY_NAME; exit 3' \
		'echo $NURSERY_NAME' 'echo "<$NURSERY_NAME>"; exit 4'
	out web api '<>'
	err 'nursery: job 1 (web) failed: exit status 3 after T: echo $NURSERY_NAME; exit 3' \
		'nursery: job 3 failed: exit status 4 after T: echo "<$NURSERY_NAME>"; exit 4' \
		'nursery: 2 failed, 1 succeeded in T'
}

@test "--names goes with every way to give commands" {
	try 0 nursery --names a,b 'echo {} $NURSERY_NAME' ::: 1 2 3
	out '1 a' '2 b' 3
	try 0 nursery --names a,b < <(printf 'echo $NURSERY_NAME\n\n#\necho $NURSERY_NAME\n')
	out a b
	try 0 nursery -j1 --names 'x, ,y' --shield true --service 'exec puppet sleep' \
		'echo $NURSERY_NAME; nursery --spawn "echo spawned \$NURSERY_NAME"' \
		'echo none $NURSERY_NAME' 'echo $NURSERY_NAME'
	out x 'spawned ' 'none ' y || out x 'spawned' 'none' y
}

@test "--name names the special job before it" {
	try 0 nursery -v --service 'puppet write-text up sleep' --name db --ready log:up \
		--shield 'echo $NURSERY_NAME' --name keep --finally 'echo $NURSERY_NAME' --name end true
	out keep end
	err_has '[db] up' 'nursery: service db ready after T: puppet' \
		'nursery: shielded job keep succeeded' 'nursery: final command end succeeded' \
		'nursery: service db succeeded'
}

@test "names that nobody chose do not take those that somebody chose" {
	try 0 nursery --service 'puppet write-err x sleep' --ready log:x \
		--service 'puppet write-err y sleep' --name puppet --ready log:y \
		--service 'PORT=1 exec puppet write-err z sleep' --ready log:z true
	err '[puppet 2] x' '[puppet] y' '[puppet 3] z'
}

@test "services are not called cd, exec or after a variable" {
	mkdir dir
	try 0 nursery --service 'cd dir && exec puppet write-err x sleep' --ready log:x \
		--service 'PORT=3400 oracle write 1 1; echo y; exec puppet sleep' --ready log:y true
	err_has '[puppet] x' '[oracle] '
}

@test "a bad name is refused in one line, and nothing is started" {
	local long
	long=$(printf 'a%.0s' {1..101})
	refuse() {
		local words=$1
		shift
		try 125 nursery "$@" 'touch ran'
		complains "$words"
		[ ! -e ran ]
	}
	refuse '--name: belongs to the --service' --name x
	refuse 'given twice for one job' --shield true --name a --name b
	refuse "--name: '' is no name" --shield true --name ''
	refuse 'too long' --shield true --name "$long"
	refuse 'too long' --names "$long"
	refuse 'control character' --names $'a\nb'
	refuse "two jobs have the name 'a'" --names a,a true
	refuse "two jobs have the name 'a'" --names a --service true --name a
	refuse '--names: 3 names for 2 commands' --names a,b,c true
	refuse '--names and --shuf' --names a --shuf true
}
