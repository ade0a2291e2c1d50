#!/usr/bin/env bats
# The table of the states of jobs: HACKING.md shows what the code has.

load driver

DRIVER=job

@test "HACKING.md shows the state table of jobs as it is" {
	is "$(sed -n '/<!-- jobtable -->/,/^$/p' "$REPO/HACKING.md" |
		sed '1,3d;/^$/d')" states
	[ "$(job states | wc -l)" -eq 6 ]
}
