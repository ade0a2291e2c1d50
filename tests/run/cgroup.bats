#!/usr/bin/env bats
# Where a cgroup v2 can be written each job has one of its own, which nothing can leave
# unseen.  Tests in other files that must run without cgroups call without_leaves.

load ../helper

setup() {
	nursery_setup
	need_leaves
}

teardown() {
	nursery_teardown
	[ -z "${alone:-}" ] || {
		echo $$ >"$alone/../cgroup.procs"
		rmdir "$alone"
	}
}

# From here on the test is in a cgroup of its own, where no other test's nursery cleans up.
be_alone() {
	alone=$(own_cgroup)/tests.$$
	mkdir "$alone"
	echo $$ >"$alone/cgroup.procs"
}

# The directory of the cgroup v2 that the tests run in.
own_cgroup() {
	local root point path
	path=$(sed -n 's/^0:://p' /proc/self/cgroup)
	read -r root point < <(awk '{ for (i = 7; i < NF; i++)
		if ($i == "-" && $(i + 1) == "cgroup2") { print $4, $5; exit } }' /proc/self/mountinfo)
	path=${path#"${root%/}"}
	echo "$point${path%/}"
}

# The folder of the nursery that ran last, or runs; nothing if it is gone.
folder() {
	local pid
	read -r _ pid _ <"$BATS_TEST_TMPDIR/pids"
	compgen -G "$(own_cgroup)/nursery-$pid-*" || :
}

nothing_is_left() {
	[ -z "$(folder)" ] || fail "left behind: $(folder)"
}

no_folder_in() {
	[ -z "$(compgen -G "$1/nursery-*")" ]
}

@test "each job has a cgroup, which is used again and gone at the end" {
	try 0 nursery -j1 'sed -n s/^0:://p /proc/self/cgroup' 'sed -n s/^0:://p /proc/self/cgroup'
	[[ ${lines[0]} =~ /nursery-[0-9]+-[0-9]+-[0-9]+/1$ ]] || fail 'no such cgroup'
	[ "${lines[0]}" = "${lines[1]}" ] || fail 'not the same'
	nothing_is_left
	gate meet
	try 0 nursery 'sed -n "s/^0:.*-.*-//p" /proc/self/cgroup; puppet say meet' \
		'puppet read-line meet; sed -n "s/^0:.*-.*-//p" /proc/self/cgroup'
	[[ ${lines[0]} == */1 && ${lines[1]} == */2 ]] || fail 'not one each'
	nothing_is_left
}

@test "a daemon with nothing of its job about it is known to be the job's" {
	need env setsid
	gate up go
	start -v -K --orphans=fail \
		"exec >/dev/null 2>&1; env -i setsid -f $HELPERS/programs/puppet setsid say up sleep; puppet wait-fifo go" \
		'puppet wait-fifo go sleep'
	await up
	open_gate go
	eventually err_so_far_has 'job 1 failed: left processes behind'
	tell TERM
	finish 143
	err_has 'job 1 left 1 process behind: puppet['
	nothing_is_left
}

@test "a daemon whose parent is just dying is its job's, hundreds of times" {
	local n=200
	[ -z "$BUILD_KIND" ] || n=30
	LIMIT=120 # there may be much else to do here
	seq "$n" | sed "s|.*|env -i $HELPERS/programs/puppet double-fork { setsid close 1 close 2 sleep }|" >commands
	try 1 nursery -j4 -K --orphans=fail <commands
	err_has "nursery: $n failed in T"
	nothing_is_left
}

@test "what no signal of ours can reach is ended by its cgroup" {
	local group
	need_root
	need setpriv findmnt
	not_under valgrind asan
	! findmnt -nT . -o OPTIONS | grep -qw nosuid || skip 'no setuid programs here'
	group=$(own_cgroup)/nursery-test-$$
	mkdir "$group"
	chown -R 65534 "$group"
	chmod 755 "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "${BATS_TEST_TMPDIR%/*/*}"
	cp "$(type -P sleep)" deaf
	chmod 4755 deaf
	chmod 777 .
	PREFIX=(sh -c 'echo 0 >"$0/cgroup.procs" && exec setpriv --reuid 65534 --clear-groups "$@"' "$group")
	run --separate-stderr nursery --job-timeout "$SHORT" --kill-after 0 './deaf 1000'
	rmdir "$group" || fail 'something is left in it'
	expect_status 124
	err_has 'job 1 failed: ran past its time limit'
	err_lacks 'cannot end'
}

@test "front and worker killed at once: the next nursery ends what is left" {
	local daemon left front
	be_alone
	gate up
	LEAK_GRACE=$LIMIT
	start "puppet double-fork { setsid say-pid up sleep } sleep"
	await up
	daemon=$said
	left=$(folder)
	front=$(front)
	kill -STOP "$front"
	eventually in_state T "$front" # so that it cannot see the worker's end
	kill -KILL "$(worker)" "$front"
	eventually gone "$front"
	in_state S "$daemon" || fail 'it is gone already'
	[ -d "$left" ] || fail 'no folder to clean up'
	"$BINARY" true 3>&-
	eventually gone "$daemon"
	[ ! -e "$left" ] || fail 'the folder is still there'
	finish 137
}

@test "a nursery cleans up after no one who lives, or is not of its kind" {
	local here ns name
	here=$(own_cgroup)
	ns=$(stat -Lc %i /proc/self/ns/pid)
	gate up go
	start 'puppet say up wait-fifo go write-text alive'
	await up
	# our shell lives; a strange spelling; another PID namespace; not a number
	for name in "nursery-$$-$(cut -d' ' -f22 /proc/$$/stat)-$ns" "nursery-0999999-1-$ns" \
	    "nursery-999999-1-$((ns + 1))" nursery-999999-1 nursery-x-1-1; do
		mkdir "$here/$name"
	done
	"$BINARY" true 3>&-
	for name in "nursery-$$-$(cut -d' ' -f22 /proc/$$/stat)-$ns" "nursery-0999999-1-$ns" \
	    "nursery-999999-1-$((ns + 1))" nursery-999999-1 nursery-x-1-1; do
		rmdir "$here/$name"
	done
	open_gate go
	finish 0
	out alive
	nothing_is_left
}

@test "a nursery that lives in another time namespace is not cleaned up after" {
	need unshare
	unshare -T --boottime 100000 true 2>/dev/null || skip 'no time namespace to try it in'
	gate up go
	start 'puppet say up wait-fifo go write-text alive'
	await up
	unshare -T --boottime 100000 "$BINARY" true 3>&-
	open_gate go
	finish 0
	out alive
	nothing_is_left
}

@test "another user's folder is left alone" {
	local here name
	need_root
	be_alone
	here=$(own_cgroup)
	name=$here/nursery-999999-1-$(stat -Lc %i /proc/self/ns/pid)
	mkdir "$name"
	chown 65534 "$name"
	"$BINARY" true 3>&-
	rmdir "$name"
	mkdir "$name" # and this one would be ours
	"$BINARY" true 3>&-
	[ ! -e "$name" ] || fail 'it is still there'
}

@test "front or worker is killed: no cgroup is left" {
	local who
	LEAK_GRACE=5
	for who in front worker; do
		gate up
		start 'puppet double-fork { setsid sleep } say up sleep'
		await up
		[ -n "$(folder)" ] || fail 'no cgroup'
		kill -KILL "$("$who")"
		finish 137
		eventually nothing_is_left
		start_over
	done
}

# job_in_leaf COMMAND: it is run in the directory of the job's own cgroup.
job_in_leaf() {
	local path
	path=$(sed -n s/^0:://p /proc/self/cgroup)
	echo "path=\$(sed -n s/^0:://p /proc/self/cgroup); cd '$(own_cgroup)'\"\${path#'${path%/}'}\"; $1"
}

@test "what a job has made of its cgroup is nothing to the next one" {
	local spoil
	# what the job does, and the status
	for spoil in 'exec sleep 1000=124' \
		'echo 1 >cgroup.freeze; exec sleep 1000=124' \
		'mkdir a a/b=0' \
		'echo 1 >cgroup.kill=137'; do
		try "${spoil#*=}" nursery -k -K -j1 --job-timeout "$SHORT" --kill-after 0 \
			"$(job_in_leaf "${spoil%=*}")" 'echo second' 'echo third'
		out second third
		err_lacks 'job 2'
		err_lacks 'job 3'
		nothing_is_left
	done
}

@test "a cgroup that was killed as a whole some time ago is like any other" {
	be_alone
	mkdir "$alone/killed"
	echo 1 >"$alone/killed/cgroup.kill" # there is nothing in it
	PREFIX=(sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$alone/killed")
	try 0 nursery --contain=strict 'sed -n s/^0:://p /proc/self/cgroup'
	[[ $output == */killed/nursery-*/1 ]] || fail 'not in a cgroup'
	rmdir "$alone/killed"
}

@test "a cgroup is seen and killed to its depths without a descriptor to spare" {
	not_under asan # its search for leaks needs descriptors itself
	local below pid
	be_alone
	below=$alone/top/a/b/c/d
	mkdir -p "$below"
	gate up
	puppet say-pid up sleep 3>&- &
	await up
	echo "$said" >"$below/cgroup.procs"
	pid=$said
	run "$HELPERS/drivers/contain" group-in-need "$alone/top"
	expect_status 0
	kill -KILL "$pid" 2>/dev/null || :
	wait "$pid" 2>/dev/null || :
	rmdir "$below" "$alone"/top/a/b/{c,} "$alone"/top/{a,}
	out 'has processes: 1' 'listed: 1' 'killed: 0'
}

@test "a nursery in a job has its cgroups in that of the job" {
	try 0 nursery "nursery 'sed -n s/^0:://p /proc/self/cgroup'"
	[[ $output =~ /nursery-[0-9-]+/1/nursery-[0-9-]+/1$ ]] || fail 'not nested'
	nothing_is_left
	gate up
	start "nursery 'puppet catch-exit INT got-INT 0 say up sleep'"
	await up
	tell INT
	finish 130
	out got-INT
	nothing_is_left
}

@test "a nursery in a job that was killed with both processes leaves nothing" {
	local front worker
	gate up
	start "nursery 'echo \$NURSERY_PID \$PPID >inner; puppet double-fork { setsid sleep } say up sleep'"
	await up
	read -r front worker <inner
	kill -STOP "$front"
	eventually in_state T "$front"
	kill -KILL "$worker" "$front"
	finish 137
	err_has 'job 1 failed: '
	nothing_is_left
}

@test "--orphans=leave: what is left lives on outside the cgroup" {
	local daemon
	gate up
	LEAK_GRACE=$LIMIT
	start --orphans=leave -j1 'puppet double-fork { setsid close 1 close 2 say-pid up sleep }' \
		'sed -n "s/^0:.*-.*-//p" /proc/self/cgroup'
	await up
	daemon=$said
	eventually nothing_is_left
	in_state S "$daemon" || fail 'it was ended'
	[ "$(sed -n s/^0:://p "/proc/$daemon/cgroup")" = "$(sed -n s/^0:://p /proc/self/cgroup)" ]
	"$BINARY" true 3>&-
	in_state S "$daemon" || fail 'the next nursery has ended it'
	kill "$daemon"
	finish 0
	[[ $(<"$BATS_TEST_TMPDIR/out") == */1 ]] || fail 'the cgroup was not used again'
}

@test "--orphans=leave: what could not leave the cgroup at once leaves it at the end" {
	need_strace
	be_alone
	gate up
	LEAK_GRACE=$LIMIT
	PREFIX=(strace -f -qq -o trace -P "$alone/cgroup.procs" -e inject=write:error=EBUSY:when=1)
	start --orphans=leave -j1 'puppet double-fork { setsid close 1 close 2 say-pid up sleep }'
	await up
	eventually no_folder_in "$alone"
	in_state S "$said" || fail 'it was ended'
	grep -q EBUSY trace || fail 'nothing failed'
	kill "$said"
	finish 0
	err
}

@test "--orphans=leave: what is left lives on outside the cgroup, also where there were limits" {
	local controllers daemon
	controllers=" $(cat "$(own_cgroup)/cgroup.controllers") "
	[[ $controllers == *' pids '* ]] || skip "the controllers here are:$controllers"
	gate up
	LEAK_GRACE=$LIMIT
	start --orphans=leave --pids-max 100 'puppet double-fork { setsid close 1 close 2 say-pid up sleep }'
	await up
	daemon=$said
	eventually nothing_is_left
	finish 0
	"$BINARY" true 3>&-
	in_state S "$daemon" || fail 'the next nursery has ended it'
	kill "$daemon"
	eventually gone "$daemon"
}

# nursery does what it does without cgroups, and says nothing of them
runs_as_ever() {
	try 0 nursery -j2 'echo a' 'puppet double-fork { sleep } write-text b' 'echo c'
	out a b c
	err_matches 'nursery: job 2 left 1 process behind: .*; it is ended now'
}

@test "limits are refused where their controllers are not to be had" {
	local option
	for option in --memory-max=1G --pids-max=100 --cpu-max=50%; do
		without_leaves
		try 125 nursery "$option" 'echo started'
		complains "${option%=*} needs a cgroup v2 with the "
		complains ' controller, but there is no cgroup v2 here (try '
		PREFIX=()
	done
}

@test "a job that wants more than its limit has failed" {
	local controllers
	controllers=" $(cat "$(own_cgroup)/cgroup.controllers") "
	[[ $controllers == *' pids '* ]] || skip "the controllers here are:$controllers"
	try 1 nursery -K --pids-max 4 'puppet fork 8 { sleep } || :' 'echo fine'
	out fine
	err_has 'job 1 failed: it wanted more processes than --pids-max 4'
	nothing_is_left
	[[ $controllers == *' memory '* ]] || skip "the controllers here are:$controllers"
	try 137 nursery -K --memory-max 20M 'x=$(head -c 100M /dev/zero | tr "\0" x)' 'echo fine'
	out fine
	err_has 'job 1 failed: killed: it used more than --memory-max 20M'
	nothing_is_left
}

@test "where cgroups can be seen but not written all is as ever" {
	need unshare
	unshare -m true 2>/dev/null || skip 'no mount namespace to try it in'
	PREFIX=(unshare -m sh -c 'mount -o remount,bind,ro "$0" && exec "$@"'
		"$(own_cgroup)")
	[ "$(sed -n s/^0:://p /proc/self/cgroup)" = / ] || skip 'not in the mounted cgroup'
	runs_as_ever
	PREFIX=()
	without_leaves
	runs_as_ever
}

@test "where a cgroup cannot be made or entered all is as ever" {
	local fault
	need_strace
	LEAK_GRACE=5
	for fault in mkdir:error=EACCES mkdir:error=ENOSPC mkdir:error=ENOSPC:when=2+ \
	    clone3:error=EACCES clone3:error=ENOSYS clone3:error=EBUSY; do
		PREFIX=(strace -f -o trace -e "inject=$fault")
		runs_as_ever
		nothing_is_left
	done
}
