#!/usr/bin/env bats
# The state table of jobs: HACKING.md shows what the code has.

bats_require_minimum_version 1.5.0

UNIT=${UNIT:-${NURSERY_HELPERS:-$BATS_TEST_DIRNAME/../build/tests}/unit}

@test "HACKING.md shows the state table of jobs as it is" {
	run -0 "$UNIT" jobtable
	[ "${#lines[@]}" -eq 6 ]
	table=$(sed -n '/<!-- jobtable -->/,/^$/p' \
		"$BATS_TEST_DIRNAME/../HACKING.md" | sed '1,3d;/^$/d')
	[ "$output" = "$table" ]
}
