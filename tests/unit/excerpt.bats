#!/usr/bin/env bats
# The first and the last bytes of what somebody writes.

load driver

DRIVER=xml

@test "what is no longer than the two is whole" {
	is 'abcdef|0|' excerpt 6 4 1000 1 abcdef
	is 'abcd|0|ef' excerpt 4 4 1000 1 a bc def
	is 'abcd|0|efgh' excerpt 4 4 1000 1 abcdefgh
	is '|0|abcd' excerpt 0 4 1000 1 abcd
	is 'ab|0|' excerpt 4 0 1000 1 ab
}

@test "what is left out is counted, however the pieces are" {
	is 'abcd|1|fghi' excerpt 4 4 1000 1 abcdefghi
	is 'abcd|1|fghi' excerpt 4 4 1000 1 a b c d e f g h i
	is 'abcd|17|vwxy' excerpt 4 4 1000 1 abcdefg hijklmnopqrstu vwx y
	is '|22|wxyz' excerpt 0 4 1000 1 abcdefghijklmnopqrstuvwxyz
	is 'abcd|22|' excerpt 4 0 1000 1 abcdefghijklmnopqrstuvwxyz
}

@test "behind what is left out a line begins" {
	is $'abcd|8|kl\nm' excerpt 4 6 1000 1 $'abcdef\nghij\nkl\nm'
	is 'abcd|5|jklm' excerpt 4 4 1000 1 abcdefghijklm
}

@test "much of it, in a file where memory is short" {
	local line=$'123456789\n' piece want
	printf -v piece '%s' "$line$line$line$line$line$line$line$line$line$line"
	want=$("$DRIVER" excerpt 100 200 100000000 100000 "$piece")
	is "$want" excerpt 100 200 0 100000 "$piece"
	is "$want" excerpt 100 200 5000 100000 "$piece"
	[[ $want == *'|9999710|'* ]]
	[ "${#want}" -eq 298 ]
}
