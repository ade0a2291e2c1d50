#!/usr/bin/env bats
# src/input: a Procfile and files of variables, line by line.
#
# shellcheck disable=SC2016 # nothing is expanded: that is the point

load driver

DRIVER=input

# parses VERB TEXT LINE...: the text, as printf has it, gives these lines
parses() {
	local verb=$1 text=$2
	shift 2
	# shellcheck disable=SC2059
	try 0 "$HELPERS/drivers/input" "$verb" < <(printf "$text")
	out "$@"
}

# wrong VERB TEXT LINE WHY
wrong() {
	# shellcheck disable=SC2059
	try 1 "$HELPERS/drivers/input" "$1" < <(printf "$2")
	[[ ${lines[-1]} == "error: $3: "*"$4"* ]] || fail "$output"
}

@test "a Procfile has a name and a command in each line" {
	parses procfile 'web: npm start\n\n# c\n  # d\nWork_er-2:\t a: b  \n' '<web>' '<npm start>' '<Work_er-2>' '<a: b>'
	parses procfile 'a:b' '<a>' '<b>'
	parses procfile 'a: b\r\nc: d\r\n' '<a>' '<b>' '<c>' '<d>'
	parses procfile '\357\273\277a: b\n' '<a>' '<b>'
	parses procfile ''
	parses procfile '\n#\n\n'
	wrong procfile 'a: b\nno command\n' 2 "no 'name: command'"
	wrong procfile 'a: b\n\n\na b: c' 4 "no 'name: command'"
	wrong procfile 'a:  \nb: c\n' 1 "no 'name: command'"
	wrong procfile ': c\n' 1 "no 'name: command'"
	wrong procfile 'a\n: b\n' 1 "no 'name: command'"
	wrong procfile 'a: b\nc: d\na: e\n' 3 'another line has that name'
	wrong procfile 'a: b\n\0\n' 2 'NUL'
}

@test "a file of variables has a name and a value in each line" {
	parses envfile 'A=b\n\n# c\nexport D=e f \n  G = h\r\n' '<A=b>' '<D=e f>' '<G=h>'
	parses envfile 'a=\nb=""\nc=#x\nd=a#b #c' '<a=>' '<b=>' '<c=>' '<d=a#b>'
	parses envfile 'export=1\nexporter=2\nX.Y-Z=3' '<export=1>' '<exporter=2>' '<X.Y-Z=3>'
	parses envfile 'A=$B\nC="$D ${E}"\n' '<A=$B>' '<C=$D ${E}>'
	parses envfile "A='\$x # y\\\\z' # c\n" '<A=$x # y\z>'
	parses envfile 'A="b\\n\\"c\\\\\\$\\t" \n' '<A=b' $'"c\\$\t>'
	parses envfile "A='b\n# no comment\nc'\nD=e" '<A=b' '# no comment' 'c>' '<D=e>'
	parses envfile 'A=b "c" d\n' '<A=b "c" d>'
	wrong envfile 'A=b\nCD\n' 2 'try NAME=value'
	wrong envfile '1A=b\n' 1 'try NAME=value'
	wrong envfile '=b\n' 1 'try NAME=value'
	wrong envfile 'A=1\nexport B\n' 2 'try NAME=value'
	wrong envfile 'A="1\n2"\nB="c\nd\n' 3 'no end'
	wrong envfile "A='b' c\n" 1 'follows the quoted value'
	wrong envfile 'A=b\nC=\0\n' 2 'NUL'
}
