#!/usr/bin/env bats
# How busy the machine is: its load, its free memory, and whether a job waits for them.

load driver

DRIVER=sys

# tree LOADAVG MEMINFO: a folder root that has these two texts in its /proc
tree() {
	mkdir -p root/proc/self
	printf '%s' "$1" >root/proc/loadavg
	printf '%s' "$2" >root/proc/meminfo
}

@test "the load is what runs now, without us, whatever the averages are" {
	tree '0.52 0.58 0.59 3/597 12345
' 'MemAvailable: 10 kB'
	is '2000 10240' pressure root
	tree '7.25 0.58 0.59 3/597 12345' $'MemTotal: 1 kB\nMemAvailable:   20 kB\nX: 1 kB\n'
	is '2000 20480' pressure root
	tree '0.00 0.00 0.00 1/1 1' ''
	is '0 none' pressure root
	tree '9.00 9.00 9.00 0/1 1' ''
	is '0 none' pressure root
	for bad in '' '0.1' '0.1 0.1 0.1' '0.1 0.1 0.1 x/1 1' '0.1 0.1 0.1 -1/1'; do
		tree "$bad" $'MemTotal: 1 kB\nMemFree: 1 kB\n'
		is 'none none' pressure root
	done
	rm -r root
	is 'none none' pressure root
}

@test "all the memory is that of the machine, or the least limit of a cgroup" {
	tree '0.00 0.00 0.00 1/1 1' 'MemTotal: 1000 kB
MemAvailable: 10 kB'
	is 1024000 total root
	local group=root/sys/fs/cgroup/a/b
	mkdir -p "$group"
	echo 0::/a/b >root/proc/self/cgroup
	: >"$group/cgroup.procs"
	echo max >"$group/memory.max"
	is 1024000 total root
	echo 7000 >"${group%/b}/memory.max"
	is 7000 total root
	rm -r root
	is none total root
}

@test "a limit of a cgroup counts if it leaves less, and so do those above it" {
	tree '0.00 0.00 0.00 1/1 1' 'MemAvailable: 1000000 kB'
	local group=root/sys/fs/cgroup/a/b
	mkdir -p "$group"
	echo 0::/a/b >root/proc/self/cgroup
	: >"$group/cgroup.procs"
	echo max >"$group/memory.max"
	echo 1000 >"$group/memory.current"
	is '0 1024000000' pressure root
	echo 500000 >"$group/memory.max"
	is '0 499000' pressure root
	# Cached files can give way: they count as free.
	printf 'anon 5\ninactive_file 400\nx 1\n' >"$group/memory.stat"
	is '0 499400' pressure root
	echo 7000 >"${group%/b}/memory.max"
	echo 6000 >"${group%/b}/memory.current"
	is '0 1000' pressure root
	echo 8000 >"${group%/b}/memory.current"
	is '0 0' pressure root
	rm -r root/sys
	mkdir -p root/sys/fs/cgroup/memory/a
	echo 3:memory:/a >root/proc/self/cgroup
	: >root/sys/fs/cgroup/memory/a/cgroup.procs
	echo 9000 >root/sys/fs/cgroup/memory/a/memory.limit_in_bytes
	echo 2000 >root/sys/fs/cgroup/memory/a/memory.usage_in_bytes
	is '0 7000' pressure root
}

@test "our own limits of address space and of data count if they leave less" {
	not_under asan valgrind
	tree '0.00 0.00 0.00 1/1 1' 'MemAvailable: 1000000 kB'
	echo '1000 1 1 1 0 500 0' >root/proc/self/statm
	local page
	page=$(getconf PAGESIZE)
	is 1024000000 room root
	ulimit -d 300000
	is $((300000 * 1024 - 500 * page)) room root
	ulimit -v 200000
	is $((200000 * 1024 - 1000 * page)) room root
	echo '999999 1 1 1 0 500 0' >root/proc/self/statm
	is 0 room root
	rm -r root
	is none room root
}

@test "a job waits at the load that is given, and below the memory" {
	tree '9.00 0.00 0.00 3/9 1' 'MemAvailable: 100 kB'
	DRIVER=scope is go pressed root 0 0
	DRIVER=scope is go pressed root 2001 0
	DRIVER=scope is wait pressed root 2000 0
	DRIVER=scope is wait pressed root 1999 0
	DRIVER=scope is go pressed root 0 102400
	DRIVER=scope is wait pressed root 0 102401
	DRIVER=scope is wait pressed root 9000 102401
	rm -r root
	DRIVER=scope is go pressed root 1 999999
}
