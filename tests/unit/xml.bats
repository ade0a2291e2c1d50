#!/usr/bin/env bats
# What XML is written, and what is left out of output before.

load driver

DRIVER=xml

FFFD=$'\xef\xbf\xbd'

text() { # WANT TEXT
	is "$1" xml-text "$2"
}

@test "what means something in XML is escaped" {
	text 'a &lt;b c="d"&gt; &amp;amp; ]]&gt;' 'a <b c="d"> &amp; ]]>'
	text "it's" "it's"
	is " name=\"&lt;&quot;&amp;'&gt;\"" xml-attribute name "<\"&'>"
}

@test "a reader gets every newline, tab and carriage return" {
	text $'a\n\tb' $'a\n\tb'
	text 'a&#13;'$'\n''b&#13;c' $'a\r\nb\rc'
	is ' x="a&#10;&#9;&#13;b"' xml-attribute x $'a\n\t\rb'
	is ' x=""' xml-attribute x ''
	text '' ''
}

@test "characters of UTF-8 stay" {
	text 'äöü €uro 𝄞 é' 'äöü €uro 𝄞 é'
	text $'\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbd\xf0\x90\x80\x80\xf4\x8f\xbf\xbd' $'\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbd\xf0\x90\x80\x80\xf4\x8f\xbf\xbd'
}

@test "what no XML can hold is replaced" {
	text "a${FFFD}b${FFFD}${FFFD}" $'a\eb\x01\x1f'
	text "$FFFD$FFFD" $'\xef\xbf\xbe\xef\xbf\xbf'
	text $'\x7f' $'\x7f'
	is " x=\"$FFFD\"" xml-attribute x $'\a'
}

@test "each byte that is no UTF-8 is replaced" {
	text "a${FFFD}b" $'a\xffb'
	text "${FFFD}${FFFD}a" $'\xc3\xc3a'
	text "${FFFD}é" $'\xc3\xc3\xa9'
	text "${FFFD}${FFFD}&lt;" $'\xf0\x9d<'
	text "${FFFD}${FFFD}${FFFD}" $'\xed\xa0\x80' # a surrogate
	text "${FFFD}${FFFD}" $'\xc0\x80'
	text "é${FFFD}" $'\xc3\xa9\xc3'
	text "${FFFD}${FFFD}€${FFFD}${FFFD}" $'\xf0\x9d\xe2\x82\xac\x82\xac'
}

@test "escape sequences are left out, wherever a piece cuts them" {
	is 'red plain' strip $'\e[1;31mred\e[0m plain'
	is 'red plain' strip $'\e' '[1;3' $'1mred\e[0' 'm plain'
	is 'ab' strip $'a\e]0;title\ab'
	is 'ab' strip $'a\e]8;;http://x\e\\b'
	is 'ab' strip $'a\e(Bb'
	is $'a\nb' strip $'a\n' $'\e[2Kb'
	is 'ab' strip $'a\e7b'
	is 'x' strip x $'\e'
}

@test "what is no sequence hides no more than its line" {
	is $'a\nb' strip $'a\e]no end\nb'
	is $'a\nb' strip $'a\ePbinary' $'more\nb'
	is $'a\nbc' strip $'a\e[1\nbc'
}
