#!/usr/bin/env bats
# How many CPUs there are for nursery: affinity, and the quotas of cgroups.

load driver

DRIVER=sys

@test "cpu.max is rounded up to whole CPUs" {
	is 0 cpumax 'max 100000'
	is 0 cpumax max
	is 1 cpumax '100000 100000'
	is 2 cpumax '150000 100000'
	is 2 cpumax '200000 100000
'
	is 3 cpumax '200001 100000'
	is 1 cpumax '1000 100000'
	is 1 cpumax '0 100000'
	is 2 cpumax 200000
	is 0 cpumax '-1 100000'
	local bad
	for bad in '' ' ' x '100000 0' '100000 -1' '100000 x' '100000  1' '100000 100000 1' \
	    ' 100000 100000' '9223372036854775807 1' '99999999999999999999 1' '-' '1 '; do
		is 0 cpumax "$bad"
	done
}

@test "a cgroup mount is found in a line of mountinfo" {
	is 'v2 / /sys/fs/cgroup' mountinfo \
		'25 30 0:23 / /sys/fs/cgroup rw,nosuid,nodev shared:4 - cgroup2 cgroup2 rw,nsdelegate'
	is 'v2 / /sys/fs/cgroup' mountinfo \
		'25 30 0:23 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw'
	is 'v1 / /sys/fs/cgroup/cpu,cpuacct' mountinfo \
		'33 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 master:1 - cgroup cgroup rw,cpu,cpuacct'
	is 'v1 /docker/abc /sys/fs/cgroup/cpu' mountinfo \
		'33 31 0:29 /docker/abc /sys/fs/cgroup/cpu ro - cgroup cpu rw,cpuacct,cpu'
	is 'v2 /a b /mnt/c\d	e' mountinfo \
		'25 30 0:23 /a\040b /mnt/c\134d\011e rw - cgroup2 none rw'
}

@test "other lines of mountinfo are no cgroup mount" {
	local bad
	for bad in '' - 'x' '1 2 3 / /proc rw - proc proc rw' \
	    '33 31 0:30 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct' \
	    '33 31 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset' \
	    '37 31 0:36 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=cpu' \
	    '25 30 0:23 / /sys/fs/cgroup rw - cgroup2' \
	    '25 30 0:23 / /sys/fs/cgroup rw - cgroup2 cgroup2' \
	    '25 30 0:23 / /sys/fs/cgroup rw cgroup2 cgroup2 rw' \
	    '25 30 0:23 - cgroup2 cgroup2 rw' \
	    '25 30 0:23 x /sys/fs/cgroup rw - cgroup2 cgroup2 rw' \
	    '25 30 0:23 / sys/fs/cgroup rw - cgroup2 cgroup2 rw' \
	    '24 30 0:22 / /cpu rw - tmpfs cpu rw,cpu'; do
		refuses 'no cgroup' mountinfo "$bad"
	done
}

@test "the own cgroup is found in a line of /proc/self/cgroup" {
	is 'v2 /' cgroup 0::/
	is 'v2 /user.slice/a:b' cgroup 0::/user.slice/a:b
	is 'v1 /x' cgroup 4:cpu,cpuacct:/x
	is 'v1 /x' cgroup 4:cpuacct,cpu:/x
	is 'v1 /' cgroup '1:cpu:/
'
	local bad
	for bad in '' : :: 0:: 0::x 0:/ 3:cpuset:/ 2:cpuacct:/ 9:name=systemd:/ 9:name=cpu:/ 1::/ \
	    cpu:/; do
		refuses 'no cgroup' cgroup "$bad"
	done
}

@test "every line of this machine's own files is parsed without harm" {
	local line
	while read -r line; do
		"$DRIVER" mountinfo "$line" >/dev/null || [ $? -eq 1 ]
	done </proc/self/mountinfo
	while read -r line; do
		"$DRIVER" cgroup "$line" >/dev/null || [ $? -eq 1 ]
	done </proc/self/cgroup
}

# tree CGROUP-LINE...: a root directory with these lines in /proc/self/cgroup.
tree() {
	root=$BATS_TEST_TMPDIR/root
	rm -rf "$root"
	mkdir -p "$root/proc/self"
	printf '%s\n' "$@" >"$root/proc/self/cgroup"
}

# group DIR [FILE CONTENT]...: a cgroup below the root, with these files.
group() {
	local dir=$root$1
	shift
	mkdir -p "$dir"
	: >"$dir/cgroup.procs"
	while [ $# -gt 0 ]; do
		printf '%s\n' "$2" >"$dir/$1"
		shift 2
	done
}

@test "without cgroups the quota limits nothing" {
	is 8 quota "$BATS_TEST_TMPDIR/nothing" 8
	tree 0::/
	is 8 quota "$root" 8
	tree 3:cpuset:/ 0::/x
	is 8 quota "$root" 8
	tree garbage
	is 8 quota "$root" 8
}

@test "the quota of v2 is the lowest of the own cgroup and its ancestors" {
	tree 0::/a/b/c
	group /sys/fs/cgroup
	group /sys/fs/cgroup/a cpu.max '300000 100000'
	group /sys/fs/cgroup/a/b cpu.max '450000 100000'
	group /sys/fs/cgroup/a/b/c cpu.max 'max 100000'
	is 3 quota "$root" 8
	is 2 quota "$root" 2
	printf '150000 100000\n' >"$root/sys/fs/cgroup/a/b/c/cpu.max"
	is 2 quota "$root" 8
	printf '50000 100000\n' >"$root/sys/fs/cgroup/cpu.max"
	is 1 quota "$root" 8
}

@test "the quota of a cgroup namespace is at its root" {
	tree 0::/
	group /sys/fs/cgroup cpu.max '200000 100000'
	is 2 quota "$root" 8
	printf '0::/../outside\n' >"$root/proc/self/cgroup"
	group /sys/fs/outside cpu.max '100000 100000'
	is 8 quota "$root" 8
}

@test "the quota of v1 is the lowest of the own cgroup and its ancestors" {
	tree 9:name=systemd:/ 4:cpu,cpuacct:/a/b 0::/
	group /sys/fs/cgroup/cpu cpu.cfs_quota_us -1 cpu.cfs_period_us 100000
	group /sys/fs/cgroup/cpu/a cpu.cfs_quota_us 250000 cpu.cfs_period_us 100000
	group /sys/fs/cgroup/cpu/a/b cpu.cfs_quota_us -1 cpu.cfs_period_us 100000
	is 3 quota "$root" 8
	printf '50000\n' >"$root/sys/fs/cgroup/cpu/a/b/cpu.cfs_quota_us"
	printf '10000\n' >"$root/sys/fs/cgroup/cpu/a/b/cpu.cfs_period_us"
	is 3 quota "$root" 8
	printf '30000\n' >"$root/sys/fs/cgroup/cpu/a/b/cpu.cfs_period_us"
	is 2 quota "$root" 8
	rm "$root/sys/fs/cgroup/cpu/a/b/cpu.cfs_period_us"
	is 3 quota "$root" 8
}

@test "a cgroup that is mounted elsewhere is found through mountinfo" {
	tree 0::/docker/abc/x
	printf '%s\n' \
		'1 2 0:1 / /proc rw - proc proc rw' \
		'2 2 0:2 / /mnt/v1 rw - cgroup cgroup rw,cpu' \
		'3 2 0:3 /docker/other /mnt/other rw - cgroup2 cgroup2 rw' \
		'4 2 0:3 /docker/ab /mnt/ab rw - cgroup2 cgroup2 rw' \
		'5 2 0:3 /docker/abc /mnt/c\040g rw - cgroup2 cgroup2 rw' \
		>"$root/proc/self/mountinfo"
	group /mnt/v1 cpu.max '100000 100000'
	group /mnt/other cpu.max '100000 100000'
	group /mnt/ab cpu.max '100000 100000'
	group '/mnt/c g' cpu.max '400000 100000'
	group '/mnt/c g/x' cpu.max '300000 100000'
	is 3 quota "$root" 8
	rm "$root/mnt/c g/x/cpu.max"
	is 4 quota "$root" 8
}

@test "the number of CPUs respects the affinity" {
	local first
	is "$(nproc)" cpus || {
		# nproc does not respect a quota; nursery may have fewer.
		[ "$("$DRIVER" cpus)" -ge 1 ] && [ "$("$DRIVER" cpus)" -lt "$(nproc)" ]
	}
	first=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
	[ "$(taskset -c "$first" "$DRIVER" cpus)" = 1 ]
}
