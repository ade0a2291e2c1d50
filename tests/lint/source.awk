# C source without what is not code, for the checks that read it:
#
#   awk -f source.awk -f CHECK.awk FILE...
#
# strip(LINE)     the line without comments and without what stands in quotes
# blank(LINE)     the same with blanks in their place: the columns stay
#
# Lines are given in their order, from the first of a file on, to one of the two.

FNR == 1 {
	in_comment = 0
}

function strip(line) {
	line = mark(line)
	gsub(/\001/, "", line)
	return line
}

function blank(line) {
	line = mark(line)
	gsub(/\001/, " ", line)
	return line
}

# A \001 for each byte that is not code.
function mark(line,    out, c, two, quote) {
	if (!in_comment && line !~ /["'\/]/)
		return line
	out = ""
	while (line != "") {
		two = substr(line, 1, 2)
		c = substr(line, 1, 1)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				c = two
			}
			out = out substr("\001\001", 1, length(c))
		} else if (quote != "") {
			if (c == "\\")
				c = two
			if (c == quote)
				quote = ""
			out = out substr("\001\001", 1, length(c))
		} else if (two == "/*") {
			in_comment = 1
			c = two
			out = out "\001\001"
		} else if (two == "//") {
			break
		} else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
		}
		line = substr(line, length(c) + 1)
	}
	return out
}
