#!/usr/bin/env bats
# Numbers and formatted text in a buffer.

load driver

DRIVER=base

@test "a number has as many digits behind its point as are asked for" {
	is 0 decimal 0 0
	is 12 decimal 12 0
	is -12 decimal -12 0
	is 1.500 decimal 1500 3
	is 0.007 decimal 7 3
	is 0.000 decimal 0 3
	is -0.07 decimal -7 2
	is 10.0 decimal 100 1
	is 9223372036854775807 decimal 9223372036854775807 0
	is -9223372036.854775808 decimal -9223372036854775808 9
	is 0.000000000000000001 decimal 1 18
}

@test "formatted text is whole, however much room there is" {
	local n text
	for n in 0 30 31 32 61 62 63 64 100 5000; do
		text=$(printf '%*s' "$n" '' | tr ' ' x)
		is "$text:${text}7.25" decimal 725 2 "$text"
	done
}
