#!/usr/bin/env bats
# The words of a line that is written as for a shell.

load driver

DRIVER=base

# What the words are, and that /bin/sh says the same.
words() { # LINE WORD...
	local line=$1 want
	shift
	printf -v want '[%s]\n' "$@"
	[ $# -gt 0 ] || want=
	is "${want%$'\n'}" split "$line"
	[ $# -eq 0 ] || [ "$(/bin/sh -c "printf '[%s]\\n' $line")" = "${want%$'\n'}" ] ||
		fail "sh has other words: $line"
}

@test "blanks are between words" {
	words ''
	words $' \t\n'
	words a a
	words 'bash -eo pipefail' bash -eo pipefail
	words $' a\tb  c ' a b c
	is $'[a]\n[b]' split $'a\nb'
}

@test "quotes mean what they mean in a shell" {
	words "'a b' c" 'a b' c
	words '"a b"c' 'a bc'
	words "a'b'\"c\"d" abcd
	words "'' a \"\"" '' a ''
	words "'a\\b' '\\'" 'a\b' '\'
	words '"a\"b" "\\" "\$x" "\`" "\n" "it'\''s"' 'a"b' '\' '$x' '`' '\n' "it's"
	words '\a\ b \"c \\' 'a b' '"c' '\'
	words "'it'\\''s'" "it's"
	words 'a\' 'a\'
}

@test "nothing is expanded, and there is no comment" {
	is $'[$HOME]\n[~]\n[*]\n[#]\n[a;b]' split '$HOME ~ * # a;b'
}

@test "a quote without an end is refused" {
	local line
	for line in "'" '"' "a 'b c" 'a "b' 'a "b\"' '"\' "'a\\" 'a "b c\'; do
		refuses 'a quote has no end' split "$line"
	done
}
