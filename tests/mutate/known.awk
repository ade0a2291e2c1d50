# Prints the mutants that the table of equivalent ones does not have:
#
#   awk -f known.awk TABLE MUTANTS
#
# The table has a paragraph for each: the file, the line as it is (-), the line
# as the mutant has it (+), and the reason why no test can tell the two apart.
# A paragraph that is not whole, or whose mutant there is not, is an error.

BEGIN {
	FS = "\037"
}

FILENAME == ARGV[1] {
	if (/^#/)
		next
	if (/^[^ \t+-]/)
		file = $0
	else if (/^-/)
		old = trim(substr($0, 2))
	else if (/^\+/)
		new = trim(substr($0, 2))
	else if (/[^ \t]/ && file != "") {
		known[file, old, new] = FNR
		file = ""
	}
	next
}

{
	key = substr($3, 5) SUBSEP trim($6) SUBSEP trim($7)
	if (key in known)
		used[key] = 1
	else
		print
}

function trim(text) {
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	return text
}

END {
	for (key in known)
		if (!(key in used)) {
			printf "%s:%d: there is no such mutant\n", ARGV[1], \
			    known[key] >"/dev/stderr"
			exit 1
		}
}
