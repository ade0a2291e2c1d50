# The folders of src, from the ground up.  A folder uses those before it; the
# ones that share a line do not know each other.
#
#   awk -f order.awk -f CHECK.awk ...
#
# level[FOLDER]       its place; "." is src itself, where main.c is
# folder(PATH)        the folder of a path from src
# may_use(FROM, TO)   whether a file of folder FROM may use something of TO

BEGIN {
	place("base")
	place("sys")
	place("store input report ready proc jobserver")
	place("cgroup")
	place("contain output spawn record remote")
	place("job")
	place("scope")
	place("cli")
	place(".")
}

function place(folders,    names, n, i) {
	n_levels++
	n = split(folders, names, " ")
	for (i = 1; i <= n; i++)
		level[names[i]] = n_levels
}

function folder(path) {
	return path ~ /\// ? substr(path, 1, index(path, "/") - 1) : "."
}

function may_use(from, to) {
	return from == to || level[to] < level[from]
}
