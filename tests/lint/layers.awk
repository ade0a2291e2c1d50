# Checks what the files of src include: headers of their own folder and of those
# that order.awk puts below it, by their path from src/.  No header includes
# itself by way of others.
#
#   awk -f order.awk -f layers.awk FILE...

function complain(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text
	bad = 1
}

FNR == 1 {
	file = FILENAME
	sub(/^src\//, "", file)
	from = folder(file)
	if (!(from in level))
		complain("no layer is called " from)
	else if (file ~ /\/.*\//)
		complain("a folder within a layer")
	files[file] = 1
}

/^#[ \t]*include[ \t]*"/ {
	path = $0
	sub(/^[^"]*"/, "", path)
	sub(/".*/, "", path)
	if (path !~ /\// && from != ".")
		path = from "/" path
	to = folder(path)
	if (path ~ /\.\./ || !(to in level))
		complain("include headers by their path from src: " path)
	else if (!may_use(from, to))
		complain(from " may not know " to ": " path)
	if (file ~ /\.h$/)
		edges[file] = edges[file] " " path
	wanted[path] = FILENAME ":" FNR
}

function visit(header,    parts, n, i) {
	if (state[header] == "done")
		return
	if (state[header] == "open") {
		print "src/" header ": includes itself by way of others"
		bad = 1
		return
	}
	state[header] = "open"
	n = split(edges[header], parts, " ")
	for (i = 1; i <= n; i++)
		visit(parts[i])
	state[header] = "done"
}

END {
	for (path in wanted)
		if (!(path in files)) {
			print wanted[path] ": no such header in src: " path
			bad = 1
		}
	for (header in edges)
		visit(header)
	exit bad
}
