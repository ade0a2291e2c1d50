# A file fits in the head (600 lines), a function on a screen (60), a struct in
# a look (20 members).  KNF: the name of a function and the word "struct" stand at
# the start of a line, and a lone brace is their end.
#
#   awk -f source.awk -f size.awk FILE...
#
# The members of a struct or union without a name, in another one, are members of
# the outer one; what is of a nested type with a name is one member.

FNR == 1 {
	check_file()
	file = FILENAME
	function_line = depth = 0
}

{
	lines = FNR
	line = strip($0)
}

/^[a-z_][a-z0-9_]*\(/ && !/;[ \t]*$/ {
	name = $0
	sub(/\(.*/, "", name)
	function_line = FNR
}

/^}/ && function_line {
	check(name "()", function_line, FNR - function_line, 60, "lines")
	function_line = 0
}

depth > 0 || line ~ /^((static|const|typedef) )*(struct|union)[^(;=]*\{/ {
	read_members(line)
}

function check(what, where, n, limit, unit) {
	if (n > limit) {
		printf "%s%s: %s%d %s, %d at most\n", file,
		    where ? ":" where : "", what ? what " has " : "", n, unit,
		    limit
		bad = 1
	}
}

function check_file() {
	check("", 0, lines, 600, "lines")
}

# Declarators are told apart by commas, but for those in parentheses.
function count_declared(text) {
	while (sub(/\([^()]*\)/, "", text))
		;
	return 1 + gsub(/,/, "", text)
}

# Depth is that of braces: what is read of a declaration, how many members there
# were before it, and how many are in the braces that it has, by depth.
function read_members(line,    c) {
	for (; line != ""; line = substr(line, 2)) {
		c = substr(line, 1, 1)
		if (c == "{") {
			depth++
			sub(/^[ \t]+/, "", text[depth - 1])
			struct_name[depth] = text[depth - 1]
			sub(/[ \t]+$/, "", struct_name[depth])
			struct_line[depth] = FNR
			members[depth] = braced[depth] = 0
			text[depth] = ""
		} else if (c == "}") {
			check(struct_name[depth], struct_line[depth],
			    members[depth], 20, "members")
			braced[--depth] = members[depth + 1]
			text[depth] = ""
			if (depth == 0)
				return
		} else if (c == ";") {
			if (braced[depth] > 0 && text[depth] ~ /^[ \t]*$/)
				members[depth] += braced[depth]
			else
				members[depth] += count_declared(text[depth])
			braced[depth] = 0
			text[depth] = ""
		} else {
			text[depth] = text[depth] c
		}
	}
	text[depth] = text[depth] " "
}

END {
	check_file()
	exit bad
}
