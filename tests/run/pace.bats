#!/usr/bin/env bats
# What keeps the next job from starting: --delay, --load, --memfree.
#
# shellcheck disable=SC2016

load ../helper

# faking NAME: nursery sees the file NAME of this folder as /proc/NAME
faking() {
	need_root
	need unshare
	unshare -m true || skip 'no mount namespace here'
	PREFIX=(unshare -m sh -c 'mount --bind "$1" "/proc/$1" && shift && exec "$@"' fake "$1")
}

# Both write in place: nursery never finds the file empty.
load_is() {
	echo "$1 0.00 0.00 $2/500 12345" 1<>loadavg
}

free_is() {
	printf 'MemTotal:       9999999 kB\nMemFree: 5 kB\nMemAvailable: %8d kB\n' "$1" 1<>meminfo
}

@test "--delay keeps starts apart, but for the first" {
	local began
	read -r began _ </proc/uptime
	try 0 nursery -j0 --delay 150ms 'cut -d" " -f1 /proc/uptime #'{1,2,3}
	awk -v began="$began" '$1 - began < 0.15 * (NR - 1) - 0.01 { exit 1 }' <<<"$output"
	[ "${#lines[@]}" -eq 3 ]
	try 0 nursery --delay 1h 'echo a'
	out a
}

@test "--delay is for jobs, not for services and cleanup" {
	try 0 nursery --delay 1h --service 'exec sleep 1000' --service 'exec sleep 1001' \
		--finally 'echo f' --finally 'echo g' 'echo a'
	out a f g
}

@test "what waits for --delay is not started when the nursery closes" {
	start -v --delay 1h 'exec sleep 1000' 'echo b' 'echo c'
	eventually err_so_far_has 'job 1 started'
	tell TERM
	finish 143
	err_has '1 cancelled, 2 not started'
	try 3 nursery --delay 1h 'exit 3' 'echo b'
	err_has '1 failed, 1 not started'
	try 124 nursery --delay 1h --timeout 100ms 'echo a' 'echo b'
	out a
	err_has '1 not started, 1 succeeded'
}

@test "--delay is also between the attempts of a job, and for shielded ones" {
	try 124 nursery --delay 1h --retries 1 --timeout 100ms 'echo $NURSERY_ATTEMPT; exit 1'
	out 1
	try 124 nursery --delay 1h --timeout 100ms --shield 'echo s' 'echo a'
	out s
}

@test "--load: no job starts before the load is below" {
	faking loadavg
	load_is 0.00 5
	try 124 nursery --load 4 --timeout 300ms 'echo a'
	out
	err_has '1 not started'
	load_is 99.00 4
	try 0 nursery --load 4 'echo a' 'echo b'
	out a b
	load_is 0.00 5
	start --load 4 'echo a' 'echo b'
	eventually [ -s "$BATS_TEST_TMPDIR/pids" ]
	load_is 0.00 1
	finish 0
	out a b
	err
}

@test "--memfree: no job starts before so much is free" {
	faking meminfo
	free_is 100
	try 124 nursery --memfree 101K --timeout 300ms 'echo a'
	out
	err_has '1 not started'
	try 0 nursery --memfree 100K 'echo a'
	out a
	start --memfree 101K 'echo a'
	eventually [ -s "$BATS_TEST_TMPDIR/pids" ]
	free_is 102
	finish 0
	out a
	err
}

@test "--memfree: what the machine can never have is refused, and said" {
	try 125 nursery --memfree 100000T 'touch started'
	[ ! -e started ]
	err_matches "nursery: --memfree: '100000T' is never free here: there are [0-9.]+[MGT] of memory in all"
	faking meminfo
	free_is 100
	try 125 nursery --memfree 9999999K 'touch started'
	err "nursery: --memfree: '9999999K' is never free here: there are 9.5G of memory in all"
	[ ! -e started ]
}

@test "what is waited for is said once, after five seconds, and told to who asks" {
	faking meminfo
	free_is 2000
	start --memfree 3M --service 'puppet sleep' 'echo a' 'echo b'
	eventually err_so_far_has 'nursery: waiting for free memory: --memfree wants 3.0M, 1.9M are free'
	tell USR1
	eventually err_so_far_has 'nursery: 0 running, 0 failed, 0 succeeded, 2 not started yet'
	[ "$(grep -c 'waiting for free memory: --memfree wants 3.0M, ' "$BATS_TEST_TMPDIR/err")" -eq 2 ]
	free_is 4000
	finish 0
	out a b
	[ "$(grep -c 'waiting for' <<<"$stderr")" -eq 2 ]
	faking loadavg
	load_is 0.00 5
	start --load 2.5 --service 'puppet sleep' 'echo a'
	eventually err_so_far_has 'nursery: waiting for a load below --load 2.5: it is 4'
	load_is 0.00 1
	finish 0
	out a
}

@test "--load and --memfree are for jobs, not for services and cleanup" {
	faking loadavg
	load_is 0.00 5
	try 124 nursery -v --load 4 --timeout 300ms --service 'exec sleep 1000' --finally 'echo f' 'echo a'
	out f
	err_has 'service sleep started' '1 not started'
}

@test "Ctrl-C while the load is too high" {
	faking loadavg
	load_is 0.00 5
	start -v --load 4 --service 'exec sleep 1000' 'echo a'
	eventually err_so_far_has 'service sleep started'
	tell INT
	finish 130
	out
}

@test "where /proc cannot be read the options are refused" {
	faking loadavg
	: >loadavg
	try 125 nursery --load 4 'echo a'
	out
	err "nursery: --load: '4' is no use here: /proc/loadavg cannot be read"
	faking meminfo
	: >meminfo
	try 125 nursery --memfree 1G 'echo a'
	out
	err "nursery: --memfree: '1G' is no use here: /proc/meminfo cannot be read"
}

@test "bad values are refused in one line, and nothing is started" {
	try 125 nursery --load 0 'echo a'
	out
	err "nursery: --load: '0' is not a load (try 4, 1.5, 80% or -1)"
	try 125 nursery --memfree x 'echo a'
	out
	err "nursery: --memfree: 'x' is not a size (try 100, 512K, 64M or 1.5G)"
	try 125 nursery --delay x 'echo a'
	out
	err "nursery: --delay: 'x' is not a duration (try 1.5, 300ms, 90s, 5m, 2h, 1d or 1h30m)"
}

@test "parallel has them, too" {
	mkdir bin
	ln -s "$BINARY" bin/parallel
	try 0 watched "${WRAPPER[@]}" "$PWD/bin/parallel" -k --delay 0.01 --load 10000% --memfree 1k \
		echo ::: a b
	out a b
}

@test "nothing is looked at while no job waits" {
	need strace
	not_under asan valgrind coverage
	gate up go
	PREFIX=(strace -f -o trace -e trace=openat)
	start --load 9999 --memfree 1 'puppet say up read-line go'
	await up
	local before
	before=$(grep -c -e loadavg -e meminfo trace)
	echo >go
	finish 0
	[ "$(grep -c -e loadavg -e meminfo trace)" -eq "$before" ]
	[ "$before" -le 5 ]
}

@test "jobs that run again take turns with those that have waited longer" {
	try 1 nursery -K -j2 --delay 100ms --retries 3 'echo 1 >>order; exit 1' \
		'echo 2 >>order'
	[[ $(tr -d '\n' <order) == 12* ]] || fail "$(cat order)"
}
