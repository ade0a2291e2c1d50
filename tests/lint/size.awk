# A file fits in the head (600 lines), a function on a screen (60).  KNF: a
# function's name stands at the start of a line, its end is a lone brace.
#
#   awk -f size.awk FILE...

FNR == 1 {
	check_file()
	file = FILENAME
	start = 0
}

{
	lines = FNR
}

/^[a-z_][a-z0-9_]*\(/ && !/;[ \t]*$/ {
	name = $0
	sub(/\(.*/, "", name)
	start = FNR
}

/^}/ && start {
	if (FNR - start > 60) {
		printf "%s:%d: %s() is %d lines, 60 at most\n", file, start,
		    name, FNR - start
		bad = 1
	}
	start = 0
}

function check_file() {
	if (lines > 600) {
		printf "%s: %d lines, 600 at most\n", file, lines
		bad = 1
	}
}

END {
	check_file()
	exit bad
}
