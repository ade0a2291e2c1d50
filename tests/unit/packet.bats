#!/usr/bin/env bats
# Messages on a socket between nursery and who spawns.

load driver

DRIVER=sys

@test "the answer of one who leaves without reading is heard" {
	is no hasty
}
