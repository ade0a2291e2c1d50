#!/usr/bin/env bats
# Little memory: what jobs write comes out all the same, to the last byte.

load ../helper

teardown() {
	nursery_teardown
	[ -z "${group:-}" ] || rmdir "$group"
}

# all_comes_out OPTION...: jobs write more than there is memory for, while the
# first one holds them up.  With and without room for a file, every byte comes.
all_comes_out() {
	local folder
	# counted by others than nursery: a file in memory would count as nursery's own
	counted() (
		set -o pipefail
		nursery "$@" 2>e | wc -c >o
	)
	for folder in "$BATS_TEST_TMPDIR/tmp" /nonexistent; do
		TMPDIR=$folder try 0 counted "$@" 'sleep .3' 'seq 1000000'{,,,,,}
		[ "$(<o)" -eq $((6 * 6888896)) ] ||
			fail "bytes are missing with $* and TMPDIR=$folder"
		[ ! -s e ] || fail "it says: $(<e)"
	done
}

@test "a limit of address space is respected in every mode, by a larger buffer, too" {
	need prlimit
	not_under asan valgrind coverage # they need more themselves
	local limit resource
	for resource in as data; do
		for limit in 8 20; do
			PREFIX=(prlimit "--$resource=${limit}000000")
			all_comes_out
			all_comes_out --group
			all_comes_out --lb
			all_comes_out --buffer 1G
		done
	done
}

@test "the limit of a memory cgroup is respected, by a larger buffer and a file in memory, too" {
	need_root
	not_under asan valgrind coverage
	local limit
	if [ -e /sys/fs/cgroup/memory/memory.limit_in_bytes ]; then
		group=/sys/fs/cgroup/memory/nursery.$$ limit=memory.limit_in_bytes
	else
		group=/sys/fs/cgroup/nursery.$$ limit=memory.max
	fi
	mkdir "$group" 2>/dev/null || {
		group=
		skip 'no cgroup can be made here'
	}
	echo 30M 2>/dev/null >"$group/$limit" || skip 'no memory cgroup here'
	PREFIX=(sh -c 'echo $$ >"$0/cgroup.procs"; exec "$@"' "$group")
	all_comes_out
	all_comes_out --group
	all_comes_out --buffer 1G
}
