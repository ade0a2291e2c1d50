#!/usr/bin/env bats
# Output of jobs that may run again: kept until it is known whether they do.

load driver

# driver ARG...: the driver of src/output; its streams go to the files o and e
driver() {
	watched output "$@" >o 2>e
}

# holds FILE TEXT: byte for byte; TEXT may have the escapes of printf
holds() {
	cmp "$1" <(printf '%b' "$2")
}

@test "of a job that fails twice only the last time is printed" {
	local mode
	for mode in keep group line; do
		try 0 driver -R 3 $mode 100000 'echo $TRY; echo e$TRY >&2; exit $((TRY < 3))'
		holds o '3\n'
		holds e 'e3\n'
	done
}

@test "a job that succeeds before its last time is printed once" {
	local mode
	for mode in keep group line; do
		try 0 driver -R 3 $mode 100000 'echo $TRY; exit $((TRY < 2))' 'echo first'
		[ "$(sort o)" = $'2\nfirst' ]
	done
}

@test "a job that fails every time has its last output printed" {
	try 0 driver -R 2 keep 100000 'printf $TRY; exit 1'
	holds o 2
}

@test "nothing is held without pipes" {
	try 0 driver -R 3 ungroup 0 'echo $TRY; exit 1'
	holds o '1\n2\n3\n'
}

@test "keep-order: who runs again keeps its place" {
	gate go
	try 0 driver -R 2 keep 100000 'echo a$TRY; [ $TRY = 2 ] && read x <go' \
		'echo b$TRY; echo >go' 'echo c$TRY; exit 1'
	holds o 'a2\nb1\nc2\n'
}

@test "group: who runs again is placed by its last end" {
	try 0 driver -R 2 group 100000 \
		'echo a$TRY; [ $TRY = 2 ] && until [ -s o ]; do sleep 0.01; done' 'echo b$TRY'
	holds o 'b1\na2\n'
}

@test "the last time is live" {
	gate seen
	start_driver() {
		watched output -R 2 "$@" 'echo $TRY; [ $TRY = 1 ] && exit 1; read x <seen' |
			while read -r line; do
				echo "$line" >>o
				echo >seen
			done
	}
	try 0 start_driver keep 100000
	holds o '2\n'
	try 0 start_driver line 100000
	holds o '2\n2\n'
}

@test "what is held goes to the file, and makes room again" {
	local mode
	for mode in keep group line; do
		try 0 driver -R 3 $mode 0 "oracle write \$TRY 3M; exit \$((TRY < 3))"
		oracle check o 3:3M
		oracle check -s err e 3:3M
	done
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "labels begin anew each time" {
	local mode
	for mode in keep group line; do
		try 0 driver -l t -R 2 $mode 100000 'printf $TRY; exit 1'
		holds o 't1\t2'
	done
}

@test "without room the hold ends: all is printed, nothing is stuck, none is lost" {
	local mode
	for mode in keep group line; do
		try 0 driver -R 2 -t "$PWD/nowhere" $mode 65536 'oracle write -l $TRY 3M; exit $((TRY < 2))'
		oracle check -l o 1:3M:l 2:3M:l
		oracle check -l -s err e 1:3M:l 2:3M:l
	done
	for mode in keep group line; do
		try 0 driver -R 2 -t "$PWD/nowhere" $mode 65536 \
			'oracle write -l $TRY 3M; exit $((TRY < 2))' 'oracle write -l 3 3M'
		oracle check -l o 1:3M:l 2:3M:l 3:3M:l
		oracle check -l -s err e 1:3M:l 2:3M:l 3:3M:l
	done
}
