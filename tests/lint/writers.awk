# Checks that only the files of a table assign to the parts of structs there.
#
#   awk -v table=TABLE -f source.awk -f writers.awk TABLE FILE...
#
# It knows names, not types.  For the row "job->output output.c" these are writes:
#
#	job->output = ...		job.output.bytes += ...
#	probe->job->output.turns[i]++	--job->output.bytes
#	struct output *output = &job->output;	(a name for it to write by)
#
# and these are none: what a pointer in the part leads to
# (job->output.capture->fd = 0), an initialiser, a function that is given the
# part's address, a variable of another name.  A row that nothing writes, or
# with a file that is not there, is an error, too: it may be a misspelt one.

FILENAME == table {
	sub(/#.*/, "")
	if (NF == 0)
		next
	if (NF == 1)
		complain(FILENAME, FNR, $1 " has no file")
	part[++n_parts] = $1
	where[n_parts] = FNR
	pattern[n_parts] = pattern_of($1)
	name = $1
	sub(/.*[.>]/, "", name)
	last_name[n_parts] = name
	for (i = 2; i <= NF; i++) {
		may_write[n_parts, $i] = 1
		writers[n_parts] = writers[n_parts] $i " "
	}
	next
}

FNR == 1 {
	file = FILENAME
	sub(/^src\//, "", file)
	is_there[file] = 1
	statement = ""
}

{
	line = strip($0)
	if (line ~ /^[ \t]*#/)
		line = "" # of the preprocessor
	if (statement == "")
		first_line = FNR
	statement = statement line "\n"
	if (line ~ /[;{}:][ \t]*$/) {
		check_statement()
		statement = ""
	}
}

function complain(path, number, text) {
	printf "%s:%d: %s\n", path, number, text
	bad = 1
}

# "job->state" as a regular expression, in which "." and "->" are the same.
function pattern_of(path) {
	gsub(/->|\./, "/", path)
	gsub("/", "[ \t\n]*(->|\\.)[ \t\n]*", path)
	return path
}

# What follows the members and elements that the text begins with.
function behind_members(text,    depth, i, c) {
	for (;;) {
		if (match(text, /^[ \t\n]*\.[ \t\n]*[A-Za-z_][A-Za-z0-9_]*/)) {
			text = substr(text, RLENGTH + 1)
		} else if (match(text, /^[ \t\n]*\[/)) {
			depth = 0
			for (i = RLENGTH; i <= length(text); i++) {
				c = substr(text, i, 1)
				depth += (c == "[") - (c == "]")
				if (depth == 0)
					break
			}
			text = substr(text, i + 1)
		} else {
			return text
		}
	}
}

# What precedes the variable and members that the text ends with.
function before_path(text) {
	sub(/([A-Za-z_][A-Za-z0-9_]*(\[[^]]*\])*[ \t\n]*(->|\.)[ \t\n]*)*$/, "", text)
	sub(/[ \t\n]+$/, "", text)
	return text
}

# Whether the names in the path are not parts of longer ones, and it is no
# initialiser, which has nothing before its dot.
function is_whole(before, path, after) {
	if (after ~ /^[A-Za-z0-9_]/)
		return 0
	if (path ~ /^[A-Za-z_]/)
		return before !~ /[A-Za-z0-9_]$/
	return before ~ /[A-Za-z0-9_\])]$/
}

function is_write(before, after) {
	after = behind_members(after) " "
	before = before_path(before)
	if (before ~ /struct [a-z_]+ \*[a-z_]+ = &$/)
		return before !~ /const struct [a-z_]+ \*[a-z_]+ = &$/
	if (after ~ /^[ \t\n]*(\+\+|--)/ || before ~ /(\+\+|--)$/)
		return 1
	if (before ~ /\*$/) # what the member points to
		return 0
	return after ~ /^[ \t\n]*(=[^=]|[-+*\/%&|^]=|<<=|>>=)/
}

function check_part(n,    before, path, after) {
	before = ""
	after = statement
	while (match(after, pattern[n])) {
		before = before substr(after, 1, RSTART - 1)
		path = substr(after, RSTART, RLENGTH)
		after = substr(after, RSTART + RLENGTH)
		if (is_whole(before, path, after) && is_write(before, after)) {
			written[n] = 1
			if (!((n, file) in may_write))
				complain(FILENAME, first_line + gsub(/\n/, "&", before), \
				    "may not write " part[n] ": " writers[n] "may")
		}
		before = before path
	}
}

function check_statement(    n) {
	for (n = 1; n <= n_parts; n++)
		if (index(statement, last_name[n]) > 0)
			check_part(n)
}

END {
	for (n = 1; n <= n_parts; n++) {
		if (!(n in written))
			complain(table, where[n], "nothing writes " part[n])
		count = split(writers[n], names, " ")
		for (i = 1; i <= count; i++)
			if (!(names[i] in is_there))
				complain(table, where[n], "no such file: " names[i])
	}
	exit bad
}
