#!/usr/bin/env bats
# The conditions of --halt: how they are read, and when they are reached.

load driver

DRIVER=scope

@test "a halt condition is GNU parallel's" {
	is 'never open' halt never 9 9 18 known
	is 'now,fail=1 open' halt now,fail=1 0 0 1 open
	is 'soon,fail=3 open' halt soon,fail=3 0 0 1 open
	is 'soon,fail=3% open' halt soon,fail=3% 0 0 1 open
	is 'now,success=1 open' halt now,success=1 0 0 1 open
	is 'soon,success=3 open' halt soon,success=3 0 0 1 open
	is 'now,success=3% open' halt now,success=3% 0 0 1 open
	is 'now,done=1 open' halt now,done=1 0 0 1 open
	is 'soon,done=100% open' halt soon,done=100% 0 0 1 open
	is 'soon,fail=10 open' halt soon,fail=010 0 0 1 open
}

@test "the halt conditions from before still work" {
	is 'never open' halt 0 9 9 18 known
	is 'soon,fail=1 open' halt 1 0 0 1 open
	is 'now,fail=1 open' halt 2 0 0 1 open
	is 'soon,success=1 open' halt -1 0 0 1 open
	is 'now,success=1 open' halt -2 0 0 1 open
	is 'soon,fail=1% open' halt 1% 0 0 1 open
	is 'soon,fail=99% open' halt 99% 0 0 1 open
}

@test "what is not a halt condition is refused with what is wrong" {
	local bad
	for bad in '' ' ' now soon 'now,' now,fail now,success soon,x=1 later,fail=1 \
	    NOW,fail=1 now,FAIL=1 'now, fail=1' ' now,fail=1' now=fail,1 fail=1 3 -3 \
	    +1 never,fail=1 'never ' 00 01 soon:fail=1; do
		refuses 'not a halt condition (try never, now,fail=1' halt "$bad" 0 0 0 open
	done
	for bad in now,fail= now,fail=0 now,fail=-1 now,fail=+1 now,fail=1x 'now,fail= 1' \
	    'now,fail=1 ' now,fail=% now,fail=0% now,fail=101% now,fail=1.5% now,fail=1%% \
	    now,done=9223372036854775808 now,fail=99999999999999999999999999 0% 101% % \
	    1%1 now,fail=1,soon; do
		refuses 'its number is 1 or more, or 1% to 100%' halt "$bad" 0 0 0 open
	done
}

@test "a count halts as soon as that many failed, succeeded or are done" {
	is 'now,fail=1 open' halt now,fail=1 0 5 6 open
	is 'now,fail=1 reached' halt now,fail=1 1 0 6 open
	is 'now,fail=3 open' halt now,fail=3 2 9 20 known
	is 'now,fail=3 reached' halt now,fail=3 3 9 20 known
	is 'now,fail=3 reached' halt now,fail=3 4 9 20 open
	is 'now,success=2 open' halt now,success=2 9 1 20 open
	is 'now,success=2 reached' halt now,success=2 0 2 20 open
	is 'soon,done=3 open' halt soon,done=3 1 1 20 open
	is 'soon,done=3 reached' halt soon,done=3 1 2 20 open
}

@test "a percentage is one of all jobs once the input has ended" {
	is 'now,fail=10% open' halt now,fail=10% 1 5 20 known
	is 'now,fail=10% reached' halt now,fail=10% 2 5 20 known
	is 'now,fail=1% open' halt now,fail=1% 0 9 10 known
	is 'now,fail=1% reached' halt now,fail=1% 1 0 10 known
	is 'now,fail=33% reached' halt now,fail=33% 1 0 3 known
	is 'now,fail=34% open' halt now,fail=34% 1 0 3 known
	is 'now,fail=34% reached' halt now,fail=34% 2 0 3 known
	is 'now,fail=100% open' halt now,fail=100% 9 0 10 known
	is 'now,fail=100% reached' halt now,fail=100% 10 0 10 known
	is 'now,success=50% open' halt now,success=50% 9 9 20 known
	is 'now,success=50% reached' halt now,success=50% 9 10 20 known
	is 'now,fail=50% open' halt now,fail=50% 99 9 199 known
	is 'now,fail=50% reached' halt now,fail=50% 100 9 199 known
	is 'soon,done=50% open' halt soon,done=50% 1 1 5 known
	is 'soon,done=50% reached' halt soon,done=50% 1 2 5 known
	is 'now,fail=10% open' halt now,fail=10% 0 0 0 known
}

@test "a percentage of failures is one of the jobs that are over before that, if three are" {
	is 'now,fail=10% open' halt now,fail=10% 1 0 9 open
	is 'now,fail=10% open' halt now,fail=10% 2 0 9 open
	is 'now,fail=10% reached' halt now,fail=10% 3 0 9 open
	is 'now,fail=10% reached' halt now,fail=10% 1 2 9 open
	is 'now,fail=10% reached' halt now,fail=10% 1 9 90 open
	is 'now,fail=10% open' halt now,fail=10% 1 10 90 open
	is 'now,fail=10% open' halt now,fail=10% 0 30 90 open
}

@test "a percentage of successes or ends waits for the end of the input" {
	is 'now,success=10% open' halt now,success=10% 0 50 60 open
	is 'now,done=10% open' halt now,done=10% 20 50 80 open
	is 'now,success=10% reached' halt now,success=10% 0 50 60 known
	is 'now,done=10% reached' halt now,done=10% 20 50 80 known
}

@test "a percentage of very many jobs does not overflow" {
	local most=18446744073709551615
	is 'now,fail=100% reached' halt now,fail=100% "$most" 0 "$most" known
	is 'now,fail=100% open' halt now,fail=100% "${most%5}4" 0 "$most" known
	is 'now,fail=1% open' halt now,fail=1% 184467440737095516 0 "$most" known
	is 'now,fail=1% reached' halt now,fail=1% 184467440737095517 0 "$most" known
}
