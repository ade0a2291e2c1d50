# Prints every mutant that we can make of the source, in a random order's key:
#
#   awk -v seed=N -f ../lint/source.awk -f mutants.awk FILE...
#
# A line each, its fields parted by the byte \037 (shown here as |):
#
#   KEY|ID|FILE|FIRST|LAST|OLD|NEW
#
# KEY       a number; sorted by it, the mutants are in the random order of the seed
# ID        FILE:LINE:COLUMN:N, FILE without src/, N is 1 for the first change there
# OLD       the line FIRST; NEW stands for the lines from it to LAST
#
# Changed is one token in the body of a function: a comparison or a sign turned, a
# number one off, a true for a false, && for ||, a flag of several left out, a
# constant returned; or a call, an assignment to a member, a break, continue or
# return is left out.  Asserts stay as they are; and so do calls that only give
# memory back, since the plain build does not tell.

BEGIN {
	SEP = "\037"
	state = seed % 2147483646 + 1
	turn["<"] = "<= >="
	turn["<="] = "< >"
	turn[">"] = ">= <="
	turn[">="] = "> <"
	turn["=="] = "!="
	turn["!="] = "=="
	turn["&&"] = "||"
	turn["||"] = "&&"
	turn["+"] = "-"
	turn["-"] = "+"
	turn["+="] = "-="
	turn["-="] = "+="
	turn["++"] = "--"
	turn["--"] = "++"
	turn["true"] = "false"
	turn["false"] = "true"
	keyword = "^(if|for|while|switch|return|sizeof|do|else|case|assert)$"
	memory = "^(free|[a-z_]*_(free|release))$"
}

FNR == 1 {
	in_body = statement = 0
}

{
	raw[FNR] = $0
	code[FNR] = blank($0)
}

/^\{/ {
	in_body = 1
	next
}

/^\}/ {
	in_body = 0
}

!in_body || /^[ \t]*#/ {
	next
}

# Where a statement begins, as far as a line can tell: its lines are in
# statement..FNR until it is whole.
statement == 0 {
	statement = FNR
	whole = ""
}

{
	whole = whole code[FNR] " "
	complete = whole ~ /[;{}:] *$/ && parens(whole) <= 0
	if (whole !~ /^[ \t]*assert\(/) {
		change_tokens()
		if (complete)
			leave_out()
	}
	if (complete || (whole ~ /^[ \t]*(if|while|for|switch|else|TAILQ_FOREACH)/ &&
	    parens(whole) == 0))
		statement = 0
}

function parens(text,    copy) {
	copy = text
	return gsub(/\(/, "", copy) - gsub(/\)/, "", copy)
}

# The next random number.
function random() {
	state = state * 16807 % 2147483647
	return state
}

function emit(first, column, new,    file, id) {
	file = FILENAME
	sub(/^src\//, "", file)
	n[file, FNR, column]++
	id = sprintf("%s:%d:%d:%d", file, first, column, n[file, FNR, column])
	printf "%010d%s%s%s%s%s%d%s%d%s%s%s%s\n", random(), SEP, id, SEP,
	    FILENAME, SEP, first, SEP, FNR, SEP, raw[first], SEP, new
}

# The line with new in place of the len bytes from column on.
function replaced(column, len, new) {
	return substr(raw[FNR], 1, column - 1) new \
	    substr(raw[FNR], column + len)
}

function swap(column, token, new) {
	emit(FNR, column, replaced(column, length(token), new))
}

function change_tokens(    line, at, token, i, list, count) {
	line = code[FNR]
	at = 1
	while (match(substr(line, at),
	    /[A-Za-z_][A-Za-z0-9_]*|[0-9][A-Za-z0-9.]*|->|<<=?|>>=?|<=|>=|==|!=|&&|\|\||\+\+|--|\+=|-=|[<>+|!-]/)) {
		at += RSTART - 1
		token = substr(line, at, RLENGTH)
		if (token in turn && is_binary(token, line, at)) {
			count = split(turn[token], list, " ")
			for (i = 1; i <= count; i++)
				swap(at, token, list[i])
		} else if (token ~ /^[0-9]+$/) {
			if (line !~ /^[ \t]+(static |const )*(char|unsigned char|int|struct [a-z_]+) .*\[[0-9]+\]/) {
				if (substr(line, at - 1, 1) != "-")
					swap(at, token, token + 1)
				if (token > 0)
					swap(at, token, token - 1)
			}
		} else if (token == "!") {
			swap(at, token, "")
		} else if (token == "|" && match(substr(line, at),
		    /^\| [A-Z_0-9]+/)) {
			emit(FNR, at, replaced(at, RLENGTH, ""))
		}
		at += length(token)
	}
	if (match(line, /return [^;]*[^;0-9][^;]*;/) &&
	    line !~ /return (-1|true|false|NULL);/)
		emit(FNR, RSTART, replaced(RSTART, RLENGTH, "return 0;"))
}

# A sign or a comparison has blanks around it, as ++ has none.
function is_binary(token, line, at) {
	if (token ~ /^[<>+-]$/)
		return substr(line, at - 1, 1) == " " &&
		    substr(line, at + 1, 1) == " "
	return 1
}

function leave_out(    name, tabs) {
	match(whole, /^[ \t]*/)
	tabs = substr(whole, 1, RLENGTH)
	name = substr(whole, RLENGTH + 1)
	if (name ~ /^(break|continue|return);/ ||
	    name ~ /^(\*|[a-z_]+(->|\.))[^=(]* [-+|&]?= [^;{]*; *$/) {
		emit(statement, 1, tabs ";")
		return
	}
	if (name !~ /^(\(void\))?[A-Za-z_]+\(.*\); *$/)
		return
	sub(/^\(void\)/, "", name)
	sub(/\(.*/, "", name)
	if (name !~ keyword && name !~ memory)
		emit(statement, 1, tabs ";")
}
