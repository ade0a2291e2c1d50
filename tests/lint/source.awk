# C source without what is not code, for the checks that read it:
#
#   awk -f source.awk -f CHECK.awk FILE...
#
# strip(LINE)     the line without comments and without what stands in quotes;
#                 lines are given in their order, from the first of a file on

FNR == 1 {
	in_comment = 0
}

function strip(line,    out, c, two, quote) {
	if (!in_comment && line !~ /["'\/]/)
		return line
	out = ""
	while (line != "") {
		two = substr(line, 1, 2)
		c = substr(line, 1, 1)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				line = substr(line, 3)
			} else {
				line = substr(line, 2)
			}
		} else if (quote != "") {
			if (c == "\\")
				line = substr(line, 3)
			else {
				if (c == quote)
					quote = ""
				line = substr(line, 2)
			}
		} else if (two == "/*") {
			in_comment = 1
			line = substr(line, 3)
		} else if (two == "//") {
			break
		} else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
			line = substr(line, 2)
		}
	}
	return out
}
