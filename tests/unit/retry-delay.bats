#!/usr/bin/env bats
# How long a job waits until it runs again.

load driver

DRIVER=job

@test "--retry-delay doubles, with up to a quarter more" {
	local attempt min got
	for attempt in 1 2 3 4; do
		min=$((1000000 << (attempt - 1)))
		for _ in 1 2 3 4 5 6 7 8; do
			got=$(job retry-wait 1000000 $attempt)
			[ "$got" -ge "$min" ] && [ "$got" -le $((min + min / 4)) ]
		done
	done
	is 0 retry-wait 0 5
	# The longest wait is small enough to be added to any time.
	got=$(job retry-wait 9223372036854775807 2147483647)
	[ "$got" -gt 1000000000000000000 ] && [ "$got" -lt 2000000000000000000 ]
	got=$(job retry-wait 1 2147483647)
	[ "$got" -gt 1000000000000000000 ] && [ "$got" -lt 2000000000000000000 ]
}
