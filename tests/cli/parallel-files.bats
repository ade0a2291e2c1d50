#!/usr/bin/env bats
# --csv, --template and --cleanup of the name parallel.  What is expected here is
# what GNU parallel does; it needs Perl's Text::CSV for that.
#
# shellcheck disable=SC1083,SC2016

load ../helper
load byname

setup() {
	nursery_setup
	by_name
}

@test "--csv cuts at commas, not in quotes, which newlines may be in" {
	printf '%s\n' '"1 big, 2 small","2""x4"" plank",12.34' 'a, b ,c' ',,' '"",x' '"two' 'lines",y' 'z"' >table
	try 255 parallel -k -j1 --csv echo '[{1}] [{2}] [{3}]' <table
	out '[1 big, 2 small] [2"x4" plank] [12.34]' '[a] [ b ] [c]' '[] [] []' '[] [x] []' \
		$'[two\nlines] [y] []'
	err_has 'nursery: --csv: a quote is in the wrong place: z"'
	printf '"Start\nend";value 2\r\n x ;y\n' >table
	try 0 parallel -k --csv -C ';' echo '{1}.{2}' :::: table ::: 'a;"b""c"' d
	out $'Start\nend.value 2' $'Start\nend.value 2' x.y x.y
	try 0 parallel -k --csv echo '[{1}][{2}][{3}]' ::: 'a,"b""c"' 'd,"e"' ::: '"x""y",z' w
	out '[a][b"c][x"y]' '[a][b"c][w]' '[d][e][x"y]' '[d][e][w]'
	printf '%s\n' 'A,B' '"a,b",c' >table
	try 0 parallel --csv --header : echo '{A}-{B}' <table
	out a,b-c
}

@test "--template fills in files before each job; --cleanup removes them" {
	printf 'x is {x}, twice\n"$HOME" {#}: {x}\n' >my.conf
	try 0 parallel -k --header : --tmpl my.conf='{#}.conf' 'cat {#}.conf; echo' ::: x "it's" b
	out "x is it's, twice" "\"\$HOME\" 1: it's" '' 'x is b, twice' '"$HOME" 2: b'
	[ "$(sed -n 1p 2.conf)" = 'x is b, twice' ]
	rm [12].conf
	try 1 parallel -j1 --cleanup --template my.conf={}.out 'ls *.out; [ {} = a ] #' ::: a b
	out a.out b.out
	[ ! -e a.out ] && [ ! -e b.out ]
	try 1 parallel --template my.conf=/nowhere/{} true ::: a
	err_has "--template: cannot write '/nowhere/a': No such file or directory"
	mkfifo fifo # which nobody reads
	try 1 parallel --cleanup --template my.conf={} --template my.conf=fifo true ::: c
	err_has "--template: cannot write 'fifo': it is no regular file"
	[ -p fifo ] && [ ! -e c ]
	head -c 3000 /dev/zero | tr '\0' x >large
	try 1 watched bash -c 'ulimit -f 1 && exec "$@"' - "$PWD/bin/parallel" --template large=cut true ::: a
	err_has "--template: cannot write 'cut': File too large"
	[ ! -e cut ]
	try 255 parallel --template none={} true ::: a
	complains "--template: cannot read 'none': No such file or directory"
	try 255 parallel --template my.conf true ::: a
	complains 'is not a file and a name for what is made of it'
	parallel --dry-run --template my.conf={}.out true ::: a
	[ ! -e a.out ]
}
