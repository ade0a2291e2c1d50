#!/usr/bin/env bats
# What Markdown is written: nothing in it means anything.

load driver

DRIVER=xml

FFFD=$'\xef\xbf\xbd'

# renders TEXT: a renderer shows it as it is
renders() {
	local got want
	got=$("$DRIVER" markdown-text "$1" | cmark-gfm -e table -e autolink -e strikethrough -t plaintext --width 0)
	want=${2-$1}
	[ "$got" = "$want" ] || fail "rendered: $got" "instead of: $want"
}

@test "text within a line is shown as it is" {
	need cmark-gfm
	renders 'a *b* _c_ `d` [e](f) ![g](h) <i> &amp; \j ~~k~~ | l'
	renders '# no heading'
	renders '- no list'
	renders '1. no list'
	renders '> no quote'
	renders 'a http://example.org b www.example.org'
	renders '---'
	renders '```'
	renders 'x  y'
	renders $'two\nlines\tand a tab' 'two lines and a tab'
	renders 'ä €'
}

@test "what is no text is replaced" {
	is "a${FFFD}b${FFFD}${FFFD}" markdown-text $'a\xffb\e\r'
	is "$FFFD" markdown-text $'\xc2\x85'
	is "" markdown-text ''
}

@test "no output leaves its block" {
	is $'```\na\n```' markdown-block a
	is $'```\na\n```' markdown-block $'a\n'
	is $'````\n```\n# b\n````' markdown-block $'```\n# b'
	is $'``````\na ````` b\n``````' markdown-block $'a ````` b'
	is $'```\na\nb'"$FFFD"$'c\n```' markdown-block $'a\r\nb\rc'
	is $'```\n<b>*x*</b>\n```' markdown-block '<b>*x*</b>'
}
