#!/usr/bin/env bats
# What reports write as JSON, and that other programs read it.

load driver

DRIVER=record

# string BYTES WANT: the bytes, as printf writes them, become that string
string() {
	local got
	got=$(printf "$1" | record json-string)
	[ "$got" = "$2" ] || fail "$1 became $got instead of $2"
}

@test "a string is written as JSON wants it" {
	string '' '""'
	string 'make test' '"make test"'
	string 'a"b\\c/d' '"a\"b\\c/d"'
	string '\b\f\n\r\t' '"\b\f\n\r\t"'
	string '\0\001\033\037' '"\u0000\u0001\u001b\u001f"'
	string 'äöü € 😀' '"äöü € 😀"'
}

@test "what ends a line for somebody, or begins a sequence, is escaped" {
	string '\177|\302\205|\302\233' '"\u007f|\u0085|\u009b"'
	string '\342\200\250|\342\200\251|\302\240' $'"\\u2028|\\u2029|\xc2\xa0"'
}

@test "each byte that is no UTF-8 becomes the replacement character" {
	string 'a\377b' $'"a\xef\xbf\xbdb"'
	string '\303' $'"\xef\xbf\xbd"'
	string '\303(' $'"\xef\xbf\xbd("'
	string '\300\200' $'"\xef\xbf\xbd\xef\xbf\xbd"'
	string '\355\240\200' $'"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"'
	string '\364\220\200\200' $'"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"'
	string '\360\237\230' $'"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"'
	string '\360\237\230\200\200' $'"\xf0\x9f\x98\x80\xef\xbf\xbd"'
}

@test "bytes that are no UTF-8 are found in a second member, as they were" {
	local bytes
	[ "$(printf 'abc' | record json-member)" = '{"text":"abc"}' ]
	for bytes in '\377' 'a\377' 'ab\377' 'abc\377' '\377\0\n\303\251"'; do
		printf "$bytes" >want
		record json-member <want | python3 -c 'if 1:
			import base64, json, sys
			o = json.load(sys.stdin)
			assert list(o) == ["text", "text_base64"], o
			b = base64.b64decode(o["text_base64"], validate=True)
			assert b == open("want", "rb").read(), b'
	done
}

@test "all that can stand in a string is read by others as it was" {
	python3 -c 'if 1:
		import sys
		s = "".join(chr(c) for c in range(0x11000)
		    if not 0xd800 <= c <= 0xdfff) + chr(0x10ffff)
		sys.stdout.buffer.write(s.encode())' >want
	record json-string <want >got.json
	python3 -c 'if 1:
		import json
		assert json.load(open("got.json", encoding="utf-8")).encode() == \
		    open("want", "rb").read()'
	jq -j . got.json | cmp - want
	[ "$(wc -l <got.json)" -eq 1 ]
}

@test "random bytes become UTF-8 that others read, and come back" {
	python3 -c 'if 1:
		import random, sys
		r = random.Random(12)
		sys.stdout.buffer.write(bytes(r.choice(
		    [10, 34, 65, 92, 0xc3, 0xa9, 0xe2, 0x82, 0xed, 0xf0, 0xff,
		     r.randrange(256)]) for i in range(50000)))' >want
	record json-member <want | python3 -c 'if 1:
		import base64, json, sys
		o = json.loads(sys.stdin.buffer.read().decode("utf-8"))
		assert base64.b64decode(o["text_base64"]) == open("want", "rb").read()'
	record json-member <want | jq -e 'keys == ["text", "text_base64"]'
}

@test "numbers are whole, times have six decimals" {
	is $'0\n0.000000' json-number 0
	is $'7\n0.000000' json-number 7
	is $'-1\n0.000000' json-number -1
	is $'1204567891\n1.204567' json-number 1204567891
	is $'-1500000000\n-1.500000' json-number -1500000000
	is $'9223372036854775807\n9223372036.854775' json-number 9223372036854775807
	is $'-9223372036854775808\n-9223372036.854775' json-number -9223372036854775808
}

@test "commas stand between what they should" {
	is '{"empty":{},"list":[1,"{",[],null,false,{}],"none":null,"some":"a:","yes":true,"n":-2,"t":1.500000}
[]' json-all
	record json-all | jq -e .
}
