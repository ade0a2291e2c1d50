#!/usr/bin/env bats
# Commands from inside: nursery --spawn.
#
# shellcheck disable=SC2016 # what a job's shell expands

load ../helper

# script NAME: an executable from standard input, in the current folder.
script() {
	{ echo '#!/bin/sh' && cat; } >"$1"
	chmod +x "$1"
}

# For tests whose nursery does not end by itself: its folders are gone nevertheless.
no_leftovers() {
	local left
	left=$(ls -A "$TMPDIR" "$XDG_RUNTIME_DIR")
	[ "$left" = "$XDG_RUNTIME_DIR:"$'\n\n'"$TMPDIR:" ] || fail "left behind: $left"
}

@test "a job adds commands to its nursery and goes on at once" {
	try 0 nursery -j1 'nursery --spawn "echo b" "echo c"; echo "a $?"' 'echo d'
	out 'a 0' b c d
	err
	no_leftovers
}

@test "what was spawned comes before the commands that are left, and each has its seq" {
	try 0 nursery -j1 -v 'nursery --spawn "echo \$NURSERY_SEQ spawned"; echo $NURSERY_SEQ' 'echo $NURSERY_SEQ listed'
	out 1 '2 spawned' '3 listed'
	err_has 'job 2 succeeded' '3 succeeded in T'
}

@test "it runs where the caller is, with the caller's environment and PATH" {
	mkdir 'sub dir'
	script 'sub dir/tool' <<<'echo "tool $A"'
	try 0 nursery -j1 'cd "sub dir" && A="x  y" B=1 PATH=.:$PATH nursery --spawn "pwd; echo \"\$A\"" tool'
	out "$PWD/sub dir" 'x  y' 'tool x  y'
	try 0 nursery -j1 'env -i A=1 NURSERY_SOCKET="$NURSERY_SOCKET" '"$BINARY"' --spawn /usr/bin/env'
	[ "$(grep -c '^HOME=' <<<"$output")" -eq 0 ]
	[ "$(grep -c '^NURSERY_SEQ=' <<<"$output")" -eq 1 ]
	grep -qx NURSERY_SEQ=2 <<<"$output"
	grep -qx A=1 <<<"$output"
}

@test "functions of bash arrive with the environment" {
	need bash
	try 0 nursery --shell "$(command -v bash)" -j1 'hello() { echo "hello $1"; }; export -f hello; nursery --spawn "hello you"'
	out 'hello you'
}

@test "the nursery's shell runs it, also one with a relative path" {
	script sh1 <<<'echo "sh1: $2"; exec /bin/sh "$@"'
	mkdir sub
	try 0 nursery --shell ./sh1 -j1 'cd sub; nursery --spawn "echo there"'
	out 'sh1: cd sub; nursery --spawn "echo there"' 'sh1: echo there' there
}

@test "--wait returns 0, or the status of the first to fail" {
	try 0 nursery -j1 'nursery --spawn --wait "echo a" "echo b"; echo $?'
	out 0 a b
	try 3 nursery -K -j1 'nursery --spawn --wait "echo a" "exit 3" "exit 4"; echo $?'
	out 3 a
	try 143 nursery -K -j1 'nursery --spawn --wait "kill \$\$"; echo $?'
	out 143
	try 127 nursery -K -j1 'nursery --spawn --wait no-such-command; echo $?'
	out 127
	err_has 'job 2 failed: command not found after T: no-such-command'
}

@test "a spawned job that fails closes the nursery" {
	try 3 nursery -j1 'nursery --spawn "exit 3"' 'echo never'
	out
	err 'nursery: job 2 failed: exit status 3 after T: exit 3' \
		'nursery: 1 failed, 1 not started, 1 succeeded in T'
}

@test "what still waits to be started is counted when the nursery closes" {
	try 3 nursery -j1 'nursery --spawn : : :; exit 3' 'echo never'
	err_has '1 failed, 4 not started in T'
	try 3 nursery -j1 'nursery --spawn : : :; nursery --spawn : ; exit 3'
	err_has '1 failed, 4 not started in T'
}

@test "commands come from a template or from standard input, too" {
	try 0 nursery -j1 'nursery --spawn echo "{}." ::: a "b  c" d'
	out a. 'b  c.' d.
	try 0 nursery -j1 'printf "echo 1\n\n# none\necho 2\n" | nursery --spawn'
	out 1 2
	try 0 nursery -j1 'printf "echo 1\necho 2\0echo 3" | nursery --spawn --wait -0; echo end'
	out end 1 2 3
	try 0 nursery -j1 'nursery --spawn </dev/null; nursery --spawn --wait </dev/null; echo $?'
	out 0
}

@test "commands from standard input are spawned as they come" {
	gate up go
	start -j2 '{ echo "echo x >up"; read x <go; echo "echo z >up"; } | nursery --spawn --wait; echo end'
	await up
	echo >go
	await up
	[ "$said" = z ]
	finish 0
	out end
}

@test "a command behind many comments is spawned while standard input is held open" {
	gate in up
	hold_gate in
	{ yes '#' | head -n 20000 && echo 'echo x >up'; } >&"${GATE_FD[in]}"
	start 'nursery --spawn <in' {GATE_FD[in]}>&-
	await up
	no_more_food
	finish 0
}

@test "more commands than one message holds" {
	try 0 nursery -j1 'yes : | head -n 100000 | nursery --spawn --dry-run | tail -n 1'
	out :
	try 7 nursery --halt now,fail=1 -j1 'yes : | head -n 1100000 | sed "1000s/.*/exit 7/" | nursery --spawn; echo $?'
	out 0
	err_has '1 failed, 1099000 not started, 1000 succeeded in T'
	no_leftovers
}

@test "--dry-run prints what would be spawned" {
	try 0 nursery --spawn --dry-run echo ::: a b
	out 'echo a' 'echo b'
}

@test "options of the nursery that runs the commands are refused" {
	local option
	for option in -j2 -K --tag --timeout=1s --shell=/bin/sh -u -v; do
		try 125 nursery --spawn "$option" :
		err_matches "nursery: .* does not go together with --spawn: the nursery that runs the commands has its own options"
	done
	try 125 nursery --spawn --argv : ::: a
	err_has '--argv does not go together with --spawn'
	try 125 nursery --wait :
	err 'nursery: --wait is only for --spawn (try --spawn --wait COMMAND)'
}

@test "outside of a nursery it says so" {
	try 125 nursery --spawn :
	err 'nursery: --spawn: not in a nursery (NURSERY_SOCKET is not set: is this a job of one?)'
	NURSERY_SOCKET='' try 125 nursery --spawn :
	err_has 'not in a nursery'
	NURSERY_SOCKET=$PWD/nothing try 125 nursery --spawn :
	err 'nursery: --spawn: the nursery has ended'
	: >file
	NURSERY_SOCKET=$PWD/file try 125 nursery --spawn :
	err "nursery: --spawn: NURSERY_SOCKET is not a nursery's socket: '$PWD/file'"
	NURSERY_SOCKET=/dev/null try 125 nursery --spawn :
	err "nursery: --spawn: NURSERY_SOCKET is not a nursery's socket: '/dev/null'"
	NURSERY_SOCKET=/$(printf x%.0s {1..200}) try 125 nursery --spawn :
	err_has 'cannot reach the nursery at'
}

@test "a nursery that has ended accepts no more commands" {
	try 0 nursery 'echo "$NURSERY_SOCKET"'
	[[ $output == "$XDG_RUNTIME_DIR"/nursery.*/* ]]
	NURSERY_SOCKET=$output try 125 nursery --spawn :
	err 'nursery: --spawn: the nursery has ended'
}

@test "a nursery that is closing accepts no more commands" {
	script retry <<-'E'
		while nursery --spawn : 2>err || { echo "$?"; cat err; false; }; do :; done
		nursery --spawn --wait :
		echo "$?"
	E
	try 1 nursery --halt soon,fail=1 'exit 1' ./retry
	out 125 'nursery: --spawn: the nursery is closing' 125
	err_has 'nursery: --spawn: the nursery is closing'
}

@test "who waits for what was dropped by closing hears of it, also while the rest runs" {
	gate up up2 go go2
	start --halt soon,fail=1 -j2 'puppet say up wait-fifo go exit 1' \
		'nursery --spawn --wait "puppet say up2 wait-fifo go2" "echo never"; echo $? >up2'
	await up
	await up2
	open_gate go
	await up2
	[ "$said" = 125 ]
	open_gate go2
	finish 1
	out
	err_has 'nursery: --spawn: the nursery is closing' '1 failed, 1 not started, 2 succeeded in T'
}

@test "who waits in a nursery that is cancelled is told at once" {
	gate socket up
	start 'echo $NURSERY_SOCKET >socket; exec puppet sleep'
	await socket
	NURSERY_SOCKET=$said "$BINARY" --spawn --wait 'puppet say up sleep' 2>e 3>&- &
	await up
	tell TERM
	wait $! && status=0 || status=$?
	[ "$status" -eq 125 ]
	[ "$(cat e)" = 'nursery: --spawn: the nursery is closing' ]
	wait "$started" || :
	started=
	ended signal 15
	no_leftovers
}

quicksort() {
	script qs <<-'E'
		[ -s "$1" ] || exit 0
		mkdir lock || echo overlap
		p=$(head -n 1 "$1")
		awk -v p="$p" 'NR > 1 && $1 < p' "$1" >"$1l"
		awk -v p="$p" 'NR > 1 && $1 >= p' "$1" >"$1r"
		rmdir lock
		nursery --spawn --wait "./qs $1l" "./qs $1r" || exit
		mkdir lock || echo overlap
		{ cat "$1l"; echo "$p"; cat "$1r"; } >"$1.new"
		mv "$1.new" "$1"
		rmdir lock
	E
	seq 1 "$1" | shuf --random-source=/bin/sh >x
}

@test "a recursive quicksort that waits for its parts, one job at a time" {
	quicksort 60
	try 0 nursery -j1 './qs x'
	out
	cmp x <(seq 1 60)
	err
}

@test "a recursive quicksort, two jobs at a time" {
	quicksort 60
	sed -i '/lock/d' qs
	try 0 nursery -j2 './qs x'
	out
	cmp x <(seq 1 60)
}

@test "jobs that wait are as few as the recursion is deep" {
	not_under valgrind
	script tree <<-'E'
		[ "$1" -gt 0 ] || exit 0
		echo "$(pgrep -cf '^nursery --spawn --wait')" >>waiting
		exec nursery --spawn --wait "./tree $(($1 - 1))" "./tree $(($1 - 1))"
	E
	sed -i 's/.*pgrep.*/ls -d lent.* 2>\/dev\/null | wc -l >>waiting; : >lent.$$/; s/exec nursery/nursery/; $a rm lent.$$' tree
	try 0 nursery -j1 './tree 5'
	[ "$(wc -l <waiting)" -eq 31 ]
	[ "$(sort -n waiting | tail -n 1)" -eq 4 ]
}

@test "a directory walk whose jobs spawn a job for each folder finds all files" {
	local i
	for i in {1..40}; do
		mkdir -p "d/$((i % 4))/$((i % 5))/$((i % 8))"
		: >"d/$((i % 4))/$((i % 5))/file $i"
		: >"d/$((i % 4))/$((i % 5))/$((i % 8))/other $i"
	done
	script walk <<-'E'
		for f in "$1"/*; do
			if [ -d "$f" ]; then nursery --spawn "$0 '$f'"; else echo "$f"; fi
		done
	E
	try 0 nursery "$PWD/walk d"
	diff <(sort <<<"$output") <(find d -type f | sort)
	err
}

# walk N: a tree of N jobs, each spawns the two below it; the last says how much
# memory its parent, the worker, ever had.
tree_of_jobs() {
	script walk <<-'E'
		n=$1 i=$2
		set --
		[ $((2 * i)) -gt "$n" ] || set -- "./walk $n $((2 * i))"
		[ $((2 * i + 1)) -gt "$n" ] || set -- "$@" "./walk $n $((2 * i + 1))"
		[ "$#" -eq 0 ] || exec nursery --spawn "$@"
		[ "$i" -lt "$n" ] || grep VmHWM "/proc/$PPID/status"
	E
}

@test "three thousand jobs, deep and wide, in the same memory as one thousand" {
	local few one three
	tree_of_jobs
	one=$(scaled 1000) three=$(scaled 3000)
	LIMIT=200
	try 0 nursery -v -j4 "./walk $one 1"
	few=$(awk '{ print $2 }' <<<"$output")
	[ "$few" -gt 0 ]
	err_has "$one succeeded in T"
	not_under asan valgrind coverage
	try 0 nursery -v -j4 "./walk $three 1"
	err_has "$three succeeded in T"
	echo "$output after $few kB"
	[ "$(awk '{ print $2 }' <<<"$output")" -le $((few + 1024)) ]
	no_leftovers
}

@test "without -j, spawned jobs are no more at once than were listed or there are CPUs" {
	need taskset
	local cpu
	cpu=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
	PREFIX=(taskset -c "$cpu")
	script first <<-'E'
		nursery --spawn 'echo spawned >>log'
		for i in 1 2 3 4 5 6 7 8 9 10; do nursery --spawn :; done
		echo first >>log
	E
	try 0 nursery ./first
	[ "$(cat log)" = $'first\nspawned' ]
}

@test "hostile messages are refused and leave nothing behind" {
	local n
	gate socket go
	start 'ls /proc/$PPID/fd | wc -l; echo $NURSERY_SOCKET >socket; read x <go; ls /proc/$PPID/fd | wc -l'
	await socket
	export NURSERY_SOCKET=$said
	for n in 'garbage 1' 'garbage 100' 'garbage 100000' bare 'descriptors 2' \
	    'descriptors 253' short long magic flags unsealed 'sealed 0' 'sealed 7' 'sealed 14' \
	    'sealed 15' 'file /dev/null' 'file /proc/self/mem' 'file .' socket 'holes 1' 'holes 64' 'holes 65'; do
		echo "$n"
		# shellcheck disable=SC2086 # a verb and its argument
		[ "$(spawner $n)" = malformed ]
	done
	"$HELPERS/drivers/spawn" build relative -- x | spawner payload | grep -qx malformed
	"$HELPERS/drivers/spawn" build / -- x | head -c -1 | spawner payload | grep -qx malformed
	[ "$(spawner garbage 0)" = 'hung up' ]
	[ "$(spawner twice)" = $'accepted\naccepted\nmalformed\nhung up' ]
	[ "$(spawner descriptors 1)" = accepted ]
	unset NURSERY_SOCKET
	echo >go
	finish 0
	[ "$(sed -n 2p <<<"$output")" -eq "$(head -n 1 <<<"$output")" ] || sed -n 1,2p <<<"$output" >&2
	[ "$(grep -c spawned <<<"$output")" -eq 3 ]
	err
}

@test "a spawner that dies half-way harms nothing" {
	try 0 nursery -j1 'spawner die; spawner die-waiting; echo end'
	out accepted end spawned spawned
	try 0 nursery -j1 'spawner half; echo end'
	out accepted 'done 0' end spawned
}

@test "a job whose waiting was killed has its place again" {
	gate up
	script job <<-'E'
		nursery --spawn --wait 'echo >up; exec sleep 1000' &
		read x <up
		kill $!
		wait $!
		nursery --spawn 'echo never' && echo more
		kill "$NURSERY_PID"
		exec sleep 1000
	E
	try 143 nursery -j1 ./job
	ended signal 15
	out more
	err_has 'stopped by signal 15 (SIGTERM)' '2 cancelled, 1 not started in T'
}

@test "who does not read the answers is left" {
	try 0 nursery -j1 'spawner never-read 100000'
	[ "$(head -n 1 <<<"$output")" = 'hung up' ]
	[ "$(grep -vc '^spawned$' <<<"$output")" -eq 1 ]
}

@test "thousands of connections that say nothing keep nobody out" {
	local i
	gate socket quiet enough go
	start 'echo $NURSERY_SOCKET >socket; read x <go; ls /proc/$PPID/fd | wc -l'
	await socket
	export NURSERY_SOCKET=$said
	ulimit -S -n "$(ulimit -H -n)"
	spawner silent 900 quiet enough 3>&- &
	await quiet
	for i in 1 2 3; do
		"$BINARY" --spawn "echo $i"
	done
	unset NURSERY_SOCKET
	echo >enough
	wait $!
	echo >go
	finish 0
	[ "$(sed -n 1p <<<"$output")" -lt 200 ]
	[ "$(tail -n 3 <<<"$output")" = $'1\n2\n3' ]
}

@test "who keeps a connection without need makes room for others" {
	not_under valgrind # it keeps descriptors for itself
	gate socket go
	PREFIX=(prlimit --nofile=60:60)
	start -j1 'echo $NURSERY_SOCKET >socket; read x <go; echo end'
	await socket
	NURSERY_SOCKET=$said run spawner many 200
	[ "$status" -eq 0 ]
	[ "$output" = 'accepted 200' ]
	echo >go
	finish 0
	out end
}

# spawners N [OPTION...]: N clients at once, the i-th spawns "echo i"; each has said
# how it has ended when this returns
spawners() {
	script spawners <<-'E'
		n=$1 i=0
		shift
		while [ $i -lt $n ]; do
			i=$((i + 1))
			{ nursery --spawn "$@" "echo $i" || echo "failed $?"; } &
		done
		wait
	E
	echo './spawners' "$@"
}

# all_numbers N: the lines 1 to N came, in whatever order, and nothing else
all_numbers() {
	diff <(sort -n <<<"$output") <(seq "$1") || fail 'not all numbers came once'
}

@test "as many clients as can be that have nothing to say yet lose nothing" {
	not_under valgrind # too many for it
	script idle <<-'E'
		i=0
		exec 9<>go
		while [ $i -lt 200 ]; do
			i=$((i + 1))
			(read x <&9; echo "echo $i") | nursery --spawn 9<&- || echo "failed $?" &
		done
		yes | head -n 200 >&9
		wait
	E
	gate go
	LIMIT=120
	try 0 nursery -j4 ./idle
	all_numbers 200
	err
}

@test "hundreds of clients at once, where descriptors are short, lose nothing" {
	not_under valgrind # it keeps descriptors for itself
	LIMIT=120
	PREFIX=(prlimit --nofile=64:64)
	try 0 nursery -j2 "$(spawners 200)"
	all_numbers 200
	err
	try 0 nursery -j2 "$(spawners 100 --wait)"
	all_numbers 100
	err
}

@test "clients that wait take no descriptor from the jobs that they wait for" {
	not_under valgrind # it keeps descriptors for itself
	local limit
	LIMIT=120
	for limit in 24 28 32; do
		PREFIX=(prlimit "--nofile=$limit:$limit")
		try 0 nursery -j1 "$(spawners 20 --wait)"
		all_numbers 20
		err
	done
}

@test "who was parked hears of the first failure, and of closing" {
	not_under valgrind # it keeps descriptors for itself
	script many <<-'E'
		for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
			{ nursery --spawn --wait "exit $1"; echo $?; } &
		done
		wait
	E
	PREFIX=(prlimit --nofile=24:24)
	LIMIT=120
	try 3 nursery -K -j1 './many 3'
	[ "$(sort <<<"$output" | uniq -c | tr -s ' ')" = ' 20 3' ]
	try 3 nursery --halt soon,fail=1 -j1 './many 3'
	[ "$(grep -cx 3 <<<"$output")" -eq 1 ]
	[ "$(grep -cx 125 <<<"$output")" -eq 19 ]
}

@test "jobs that wait for jobs that wait end, or are refused by name, where descriptors are short" {
	not_under valgrind # it keeps descriptors for itself
	script deep <<-'E'
		[ "$1" -eq 0 ] || exec nursery --spawn --wait "./deep $(($1 - 1))" "./deep 0"
		echo end
	E
	local limit
	LIMIT=120
	for limit in 34 40; do
		PREFIX=(prlimit "--nofile=$limit:$limit")
		try 0 nursery -j1 './deep 3'
		[ "$(grep -cx end <<<"$output")" -eq 4 ]
	done
	PREFIX=(prlimit --nofile=24:24)
	run --separate-stderr nursery -j1 './deep 40'
	[ "$status" -eq 126 ] || [ "$status" -eq 125 ] || fail 'another status'
	err_has 'Too many open files'
}

@test "requests are sent again while the kernel holds too many descriptors" {
	need_root
	need setpriv
	not_under valgrind # it keeps descriptors for itself
	LIMIT=120
	chmod -R a+rwX . "$TMPDIR" "$XDG_RUNTIME_DIR"
	chmod a+x "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" 2>/dev/null || :
	chown 65534 "$XDG_RUNTIME_DIR"
	PREFIX=(setpriv --reuid 65534 --regid 65534 --clear-groups prlimit --nofile=32:32)
	try 0 nursery -j2 "$(spawners 150)"
	all_numbers 150
	# on a busy machine some have to wait for more than five seconds
	grep -v ' the nursery cannot be asked yet, trying again: ' <<<"$stderr" >others || :
	stderr=$(<others)
	err
}

@test "whatever fails on a client's way ends it with a message, or is tried again" {
	need_strace
	local call error socket
	gate socket go
	start 'echo $NURSERY_SOCKET >socket; read x <go'
	await socket
	socket=$said
	for error in ETOOMANYREFS ENOBUFS EAGAIN ENOMEM; do
		for call in sendmsg connect; do
			NURSERY_SOCKET=$socket run -0 --separate-stderr timeout "$LIMIT" \
				strace -o trace -e "inject=$call:error=$error:when=1..3" "$BINARY" --spawn --wait "echo $call $error"
			[ -z "$stderr" ]
			[ "$(grep -c INJECTED trace)" -eq 3 ]
		done
	done
	for call in sendmsg recvmsg connect socket memfd_create getsockopt getcwd; do
		for error in EACCES EMFILE ENOTCONN EIO; do
			NURSERY_SOCKET=$socket run -125 --separate-stderr timeout "$LIMIT" \
				strace -o trace -e "inject=$call:error=$error" "$BINARY" --spawn --wait "echo never"
			[[ $stderr == 'nursery: --spawn: '* ]] || fail "$call $error"
		done
	done
	echo >go
	finish 0
	[ "$(grep -vc never <<<"$output")" -ge 8 ]
}

@test "a client that cannot reach its nursery for long says why" {
	need_strace
	gate socket go up
	start 'echo $NURSERY_SOCKET >socket; read x <go'
	await socket
	NURSERY_SOCKET=$said strace -o trace -e inject=sendmsg:error=ETOOMANYREFS "$BINARY" --spawn : 2>e 3>&- &
	eventually grep -q . e
	[ "$(cat e)" = 'nursery: --spawn: the nursery cannot be asked yet, trying again: Too many references: cannot splice' ]
	tell TERM
	wait "$started" || :
	started=
	# it hears of the end
	wait $! && status=0 || status=$?
	[ "$status" -eq 125 ]
	[ "$(tail -n 1 e)" = 'nursery: --spawn: the nursery has ended' ]
}

@test "nobody but the same user can connect" {
	need_root
	need setpriv
	local as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	gate socket go
	start 'echo $NURSERY_SOCKET >socket; read x <go'
	await socket
	chmod a+x "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" 2>/dev/null || :
	NURSERY_SOCKET=$said run -125 --separate-stderr "${as[@]}" "$BINARY" --spawn :
	err 'nursery: --spawn: the nursery belongs to another user'
	chmod a+rx "${said%/*}"
	chmod a+rw "$said"
	NURSERY_SOCKET=$said run -125 --separate-stderr "${as[@]}" "$BINARY" --spawn :
	err 'nursery: --spawn: the nursery belongs to another user'
	NURSERY_SOCKET=$said run "${as[@]}" "$HELPERS/programs/spawner" die-waiting
	[ "$output" = stranger ]
	echo >go
	finish 0
	out
}

@test "nobody is given our commands and environment but a nursery of our own user" {
	need_root
	need setpriv
	local theirs=$BATS_TEST_TMPDIR/theirs
	gate socket go
	mkdir "$theirs"
	chown 65534 "$theirs" socket go
	chmod a+x "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" . 2>/dev/null || :
	XDG_RUNTIME_DIR=$theirs PREFIX=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	export XDG_RUNTIME_DIR
	start 'echo $NURSERY_SOCKET >socket; read x <go'
	await socket
	NURSERY_SOCKET=$said run -125 --separate-stderr "$BINARY" --spawn 'echo never'
	err 'nursery: --spawn: the nursery belongs to another user'
	echo >go
	finish 0
	out
}

@test "a private folder that cannot be removed is said" {
	need_strace
	PREFIX=(strace -f -qq -o trace -e 'inject=?rmdir,unlinkat:error=EBUSY')
	without_leaves # their removal would fail, too
	try 0 nursery 'echo a'
	out a
	err_matches "nursery: cannot remove the folder '$XDG_RUNTIME_DIR/nursery\.......': Device or resource busy"
	# also where folders of nurseries that were left may stay in it
	rm -r "$XDG_RUNTIME_DIR"/nursery.*
	PREFIX=(strace -f -qq -o trace -e 'inject=unlinkat:error=EBUSY:when=1')
	without_leaves
	try 0 nursery --orphans=leave 'echo a'
	out a
	err_matches "nursery: cannot remove the folder '$XDG_RUNTIME_DIR/nursery\.......': Device or resource busy"
}

@test "a nested nursery's jobs join it, or another that NURSERY_SOCKET names" {
	try 0 nursery -j1 'nursery "nursery --spawn \"echo \\\$NURSERY_SEQ\""; echo $NURSERY_SEQ' 'echo last'
	out 2 1 last
	try 0 nursery -j1 'OUTER=$NURSERY_SOCKET nursery "NURSERY_SOCKET=\$OUTER nursery --spawn \"echo \\\$NURSERY_SEQ \\\$NURSERY_SOCKET\"; echo \$OUTER"'
	[ "$(sed -n 2p <<<"$output")" = "2 $(sed -n 1p <<<"$output")" ]
}

@test "a job of a nested nursery that waits for the outer one frees the slot of the outer" {
	try 0 nursery -j1 'OUTER=$NURSERY_SOCKET nursery -j1 "NURSERY_SOCKET=\$OUTER nursery --spawn --wait \"echo b\"; echo a"'
	out a b
}

@test "without a socket there is no NURSERY_SOCKET, not even the outer's" {
	need strace
	not_under asan valgrind
	PREFIX=(strace -f -qq -o trace -e inject=bind:error=EACCES)
	NURSERY_SOCKET=/outer try 0 nursery 'puppet print-env NURSERY_SOCKET; nursery --spawn :; echo $?'
	out 'NURSERY_SOCKET is unset' 125
	no_leftovers
}

@test "what execve does not take is the job's failure" {
	not_under valgrind # a failed exec does not return there
	try 126 nursery -j1 'spawner variable 100 102400 /bin/true'
	out accepted
	err_has 'job 2 failed: cannot execute: Argument list too long after T: /bin/true'
	try 126 nursery -j1 'spawner bytes 1048576 "echo hello"'
	err_has 'job 2 failed: cannot execute: Argument list too long'
}

@test "a hundred environments of 100 KiB, and a command of nearly as much" {
	try 0 nursery -j2 'i=0; while [ $i -lt 100 ]; do A=$(head -c 100000 /dev/zero | tr "\0" x) nursery --spawn "echo \${#A}"; i=$((i + 1)); done; spawner bytes 100000 "echo hello"'
	[ "$(sort <<<"$output" | uniq -c | awk '{ print $1, $2 }')" = $'100 100000\n1 accepted\n1 hello' ]
}

@test "a directory that has gone is the job's failure" {
	mkdir sub
	try 126 nursery -j1 'cd sub && nursery --spawn "echo never"; rmdir ../sub'
	out
	err_has 'job 2 failed: cannot enter the directory it is to run in: No such file or directory'
	mkdir sub
	try 125 nursery 'cd sub && rmdir ../sub && nursery --spawn :'
	err_has 'nursery: --spawn: cannot tell the current directory'
}

@test "no room for what is spawned is said to who spawns" {
	need_root
	need unshare
	unshare -m true 2>/dev/null || skip "no mount namespace"
	mkdir small
	script small.sh <<-'E'
		mount -t tmpfs -o size=1M none small && TMPDIR=$PWD/small exec "$@"
	E
	PREFIX=(unshare -m ./small.sh)
	try 0 nursery -j1 'x=$(head -c 60000 /dev/zero | tr "\0" x); yes ": $x" | head -n 60 | nursery --spawn; echo $?'
	[ "$(head -n 1 <<<"$output")" -eq 125 ]
	err_has 'nursery: --spawn: the nursery has no room for it'
}

@test "nothing is left in TMPDIR when front or worker is killed" {
	gate up
	LEAK_GRACE=5
	start 'nursery --spawn "echo >up; exec sleep 1000"; exec sleep 1000'
	await up
	tell KILL
	wait "$started" || :
	started=
	eventually no_leftovers
	start 'nursery --spawn "echo >up; exec sleep 1000"; exec sleep 1000'
	await up
	kill -9 "$(worker)"
	finish 137
	err_has 'the worker process was killed by signal 9; every job was ended'
	no_leftovers
}

@test "a race is won by a spawned job" {
	try 0 nursery --race -j4 'nursery --spawn "echo won"; exec sleep 1000'
	out won
}

@test "--tag labels what a spawned job writes with its program and its number" {
	try 0 nursery -j1 --tag 'nursery --spawn "echo a"; echo b'
	out $'nursery\tb' $'echo 2\ta'
}

@test "what is left when services are stopped, and final commands, may not spawn" {
	try 0 nursery -v --service 'trap "nursery --spawn : 2>stopping; exit" TERM; echo >&3; while :; do sleep 0.01; done' --ready fd:3 \
		--finally 'nursery --spawn : 2>finally; echo $?' 'nursery --spawn "echo spawned"'
	out spawned 125
	[ "$(cat stopping finally)" = $'nursery: --spawn: the nursery is closing\nnursery: --spawn: the nursery is closing' ]
}

@test "a service may spawn while the scope is open" {
	gate ready
	try 0 nursery --service 'nursery --spawn "echo spawned >ready"; echo >&3; exec sleep 1000' --ready fd:3 \
		'read x <ready; echo "$x"'
	out spawned
}

@test "a spawned job that fails runs again where it was spawned" {
	mkdir sub
	try 0 nursery -j1 --retries 2 'cd sub; A=1 nursery --spawn --wait "echo \$A \$NURSERY_ATTEMPT; pwd; [ \$NURSERY_ATTEMPT = 3 ]"; echo $?'
	out 0 '1 3' "$PWD/sub"
}

@test "README's walk finds every file" {
	readme walk | sed 's|/usr/share/doc|tree|' >walk.sh
	mkdir -p 'tree/a b/c' tree/d tree/empty
	touch tree/1 'tree/a b/2' "tree/a b/c/it's" tree/d/3
	ln -s nowhere tree/d/dangling
	try 0 watched bash walk.sh
	diff <(sort <<<"$output") <(find tree -type f -exec sha256sum {} + | sort)
}

@test "who waits for a job hears that it has failed before that failure ends the waiting one" {
	need_strace
	PREFIX=(strace -f -o trace -e trace=sendmsg,kill)
	try 3 nursery 'exec nursery --spawn --wait "exit 3"'
	# the answer: its magic, ANSWER_DONE, the status
	local answer asked
	answer=$(grep -n 'sendmsg.*nursery2\\1\\0\\0\\0\\3' trace | tail -n 1 | cut -d: -f1)
	asked=$(grep -n 'kill(-.*SIGTERM' trace | head -n 1 | cut -d: -f1)
	[ "$answer" -lt "${asked:-1000000}" ]
}
