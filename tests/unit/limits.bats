#!/usr/bin/env bats
# The files of cgroups, for which plain folders stand here: limits, events, controllers; and
# the names of the folders that nurseries make in them.

load driver

DRIVER=contain

# files NAME...: in the folder group, empty
files() {
	rm -rf group
	mkdir group
	local name
	for name; do
		: >"group/$name"
	done
}

# has NAME TEXT: that is in the file
has() {
	[ "$(cat "group/$1")" = "$2" ] || fail "$1 has: $(cat "group/$1")"
}

@test "limits are written to the files of their controllers" {
	files memory.max memory.swap.max memory.oom.group pids.max cpu.max
	is '+memory +pids +cpu' limits 1048576 20 150 group ''
	has memory.max 1048576
	has memory.swap.max 0
	has memory.oom.group 1
	has pids.max 20
	has cpu.max '150000 100000'
	is '+pids' limits 1 20 1 group 'cpu memory'
	files memory.max pids.max
	is '+memory' limits 4096 0 0 group ''
	has memory.max 4096
	has pids.max ''
	files
	is '' limits 0 0 0 group ''
}

@test "a limit that cannot be set is an error" {
	files memory.max cpu.max
	refuses 'No such file' limits 0 1 0 group ''
}

@test "the events of a cgroup tell which limit was met" {
	mkdir before after
	is none met before after
	printf 'low 0\nhigh 0\nmax 7\noom 0\noom_kill 1\noom_group_kill 0\n' >before/memory.events
	echo 'max 3' >before/pids.events
	cp before/* after
	is none met before after
	echo 'max 4' >after/pids.events
	is pids met before after
	printf 'max 9\noom 3\noom_kill 2\n' >after/memory.events
	is memory met before after
	printf 'oom_kill_more 9\noom_kill x\noom_kill\n' >after/memory.events
	echo max >after/pids.events
	is none met before after
}

@test "controllers are passed on, unless they are already, and taken back" {
	files cgroup.subtree_control
	is '-memory -pids' delegate group
	has cgroup.subtree_control '-memory -pids'
	echo 'cpu memory' >group/cgroup.subtree_control
	is '-pids' delegate group
	echo 'cpu memory pids' >group/cgroup.subtree_control
	is '' delegate group
	has cgroup.subtree_control 'cpu memory pids'
	rm group/cgroup.subtree_control
	refuses 'which group cannot pass on: No such file or directory' delegate group
}

@test "where other processes are in the group, too, nothing is changed" {
	need_strace
	files cgroup.subtree_control cgroup.procs
	run --separate-stderr strace -o trace -e inject=write:error=EBUSY:when=1 contain delegate group
	expect_status 1
	[[ $output == *'group cannot pass on: No such file'* ]] || fail 'it went on' # no files in its home
	[ ! -e group/name.self ] || fail 'it stayed'
}

@test "the name of a folder says whose it is" {
	local ns started
	ns=$(stat -Lc %i /proc/self/ns/pid)
	started=$(cut -d' ' -f22 /proc/$$/stat)
	is "$$ may live" owner "nursery-$$-$started-$ns"
	is "$$ gone" owner "nursery-$$-$((started + 1))-$ns"
	is '999999 gone' owner "nursery-999999-1-$ns"
	is '999999 may live' owner "nursery-999999-1-$((ns + 1))"
	local name
	for name in '' nursery nursery- nursery-1-2 nursery-1-2- nursery-1-2-3-4 nursery-1-2-3x \
	    nursery-01-2-3 nursery-1--3 ' nursery-1-2-3' nursery-x-2-3 nursery--1-2-3 \
	    nursery-99999999999-2-3 nursery-1-99999999999999999999-3 nursery-1-2-3.self; do
		refuses 'no name' owner "$name"
	done
}
