#!/usr/bin/env bats
# Where a stream may be cut into blocks: see src/input/cut.h.

load driver

DRIVER=input

# cuts TEXT WANT RULE=VALUE...; the text as for printf
cuts() {
	# shellcheck disable=SC2059 # it is the format
	is "$2" cut "${@:3}" < <(printf "$1")
}

@test "as many lines as there are make a block; the last without an end is left" {
	cuts 'a\nbb\nc' '5 left 1, starts at 2, stripped 4'
	cuts 'a\n' '2 left 0, starts at 2, stripped 1'
	cuts 'abc' 'left 3, starts at -1, stripped 3'
	cuts '' 'left 0, starts at -1, stripped 0'
	cuts '\n\n' '2 left 0, starts at 2, stripped 0'
	# longer than any word that is looked at at once
	is "$(seq 100 | wc -c) left 0, starts at 2, stripped 192" cut < <(seq 100)
}

@test "so many records or lines make a block" {
	cuts 'a\nb\nc\nd\ne' '4 4 left 1, starts at 2, stripped 5' records=2
	cuts '\na\n\nb' '1 2 1 left 1, starts at 3, stripped 2' records=1
	cuts '\na\n\nb' '3 left 2, starts at 3, stripped 2' records=1 blind=1
	cuts 'a\nb\nc\nd\ne\n' '8 then 0, left 2, starts at 2, stripped 5' lines=2
	cuts 'a\nb\n' 'then 0, left 4, starts at 2, stripped 2' lines=3
	cuts 'a\nb\nc\nd\ne\n' '8 then 0, left 2, starts at 2, stripped 5' lines=2 records=2
	cuts 'a\nb\nc\nd\ne\nf\ng\n' '8 then 4, left 6, starts at 2, stripped 7' lines=2 records=2
	is "$(seq 70 | wc -c) $(seq 71 140 | wc -c) left 0, starts at 2, stripped $(($(seq 140 | wc -c) - 140))" \
		cut records=70 < <(seq 140)
}

@test "records end where the end is followed by the start" {
	cuts '>a\nb\n>c\n>d' '8 left 2, starts at 5, stripped 5' start='>' end='\n'
	cuts '>a\nb\n>c\n>d' '5 3 left 2, starts at 5, stripped 5' start='>' end='\n' records=1
	cuts '>a>b>' '4 left 1, starts at 2, stripped 2' start='>'
	cuts '>a>b>c' '2 2 left 2, starts at 2, stripped 3' start='>' records=1
	cuts 'a;;b;;c' '6 left 1, starts at 3, stripped 3' end=';;'
	cuts 'a\0b\0' '4 left 0, starts at 2, stripped 2' end='\0'
	cuts 'abc' '3 left 0, starts at 1, stripped 3' end=
	cuts 'abcde' '2 2 left 1, starts at 1, stripped 5' end= records=2
}

@test "the same for regular expressions, the last match of which counts" {
	cuts 'a1b22c' '2 2 1 left 1, starts at 5, stripped 3' regexp=1 end='[0-9]' records=1
	cuts 'a1b22c' '5 left 1, starts at 5, stripped 3' regexp=1 end='[0-9]+'
	cuts 'x>a\n>b\n>c' '1 3 3 left 2, starts at 7, stripped 3' regexp=1 start='>[abc]' records=1
	cuts '>a>b\n>c' '5 left 2, starts at 5, stripped 5' regexp=1 start='^>'
	cuts 'a\n\n\nb' '4 left 1, starts at 4, stripped 2' regexp=1 end='\n+'
	# what matches the start of a record ends none
	cuts 'a, S\nb\na, S\n' '7 left 5, starts at 8, stripped 4' regexp=1 start='.*, S' records=1
	# the end of any line
	cuts 'S\nS x\nS\nb' '6 left 3, starts at 6, stripped 7' regexp=1 start='^S$' records=1
	cuts 'a E\nE b\nE\n' '3 6 left 1, starts at 9, stripped 8' regexp=1 end='E$' records=1
	# more of the line may follow what is there
	cuts 'a E\nb E' '3 left 4, starts at 3, stripped 5' regexp=1 end='E$' records=1
	cuts 'a E\nb E' '3 left 4, starts at 3, stripped 5' regexp=1 end='E$'
	cuts 'S\nb\nS' 'left 5, starts at -1, stripped 3' regexp=1 start='^S$' records=1
	refuses '--recend: ' cut regexp=1 end='(' </dev/null
	refuses '--recstart: ' cut regexp=1 start='[' </dev/null
}

@test "lines with the same value in a column stay together" {
	cuts 'a\t1\na\t2\nb\t1\nc\t1\nc\t2\n' '8 4 left 8, starts at 8, stripped 20' column=1 records=1
	cuts 'a\t1\na\t2\nb\t1\nc\t1\nc\t2\n' '12 left 8, starts at 8, stripped 20' column=1
	cuts 'a\t1\nb\t1\n' 'left 8, starts at -1, stripped 8' column=-1
	cuts 'a\na\n' 'left 4, starts at -1, stripped 4' column=2
}

@test "with csv a record does not end among quotes" {
	cuts 'a,"b\nc"\nd\n"e\n' '10 then 0, left 3, starts at 8, stripped 9' csv=1
	cuts 'a,"b\nc"\nd\n"e\n' '8 2 then 0, left 3, starts at 8, stripped 9' csv=1 records=1
	cuts '1\n2\n"3\n""\n"\n4' '4 then 8, left 9, starts at 2, stripped 8' csv=1 records=2
	cuts 'a\t"x\n"\na\t1\nb\t1\n"b"\t2\n' '11 then 0, left 10, starts at 11, stripped 21' csv=1 column=1
	cuts '"\n' 'then 0, left 2, starts at 2, stripped 1' csv=1
}
