#!/usr/bin/env bats
# The output of jobs, without the rest of nursery.

load driver

@test "line-buffer: without room, jobs in long lines on both streams do not wait for each other" {
	driver() {
		watched output -t "$PWD/nowhere" line "$@" >o 2>e
	}
	long() {
		printf '%300000s\n' "$@"
	}
	local seed # not i: bats changes that
	for seed in {1..20}; do
		try 0 driver 0 'printf a; printf "%300000s\n" b >&2; echo' \
			'printf "%300000s" c >&2; printf "%300000s\n" d; echo >&2'
		cmp <(sort o) <((echo a && long d) | sort)
		cmp <(sort e) <(long b c | sort)
	done
	for seed in {1..5}; do
		try 0 driver 65536 "oracle write -l $seed 1M" "oracle write -l 1$seed 1M" "oracle write -l 2$seed 1M"
		oracle check -l o "$seed:1M:l" "1$seed:1M:l" "2$seed:1M:l"
		oracle check -l -s err e "$seed:1M:l" "1$seed:1M:l" "2$seed:1M:l"
	done
}

@test "finished jobs that wait for another keep their labels" {
	local mode
	for mode in keep group line; do
		output -l t -s $mode 0 --merge 1000 >o 2>e
		awk -F '\t' '$1 == "t0" && $2 == "first" { next }
			$2 != "line " substr($1, 2) { exit 1 }' o
		awk -F '\t' '$1 != "t" ($2 + 0) { exit 1 }' e
		[ "$(wc -l <o)" -eq 1001 ]
		[ "$(wc -l <e)" -eq 1000 ]
	done
}
