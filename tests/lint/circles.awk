# The work of circles: reads what `nm -A -P` says of objects below root.
#
# Edges are kept by graph, "file" or "folder": an edge's text names one symbol
# that makes it, and n_symbols counts all of them.

# build/obj/scope/pace.o: pace_init T 0 24
{
	line = substr($0, length(root) + 1)
	n = split(line, word, " ")
	file = word[1]
	sub(/\.o:$/, ".c", file)
	add_node("file", file)
	if (!(folder(file) in level) && !(folder(file) in unknown)) {
		unknown[folder(file)] = 1
		complain("no layer is called " folder(file))
	}
	add_node("folder", folder(file))
	if (word[3] ~ /^[Uwv]$/) {
		user[++n_uses] = file
		used[n_uses] = word[2]
	} else if (word[3] ~ /^[A-Z]$/) {
		definer[word[2]] = file
		is_function[word[2]] = word[3] ~ /^[TW]$/
	}
}

function complain(text) {
	print text
	bad = 1
}

function add_node(graph, name) {
	if ((graph, name) in known)
		return
	known[graph, name] = 1
	nodes[graph, ++n_nodes[graph]] = name
}

function add_edge(graph, from, to, text) {
	if (n_symbols[graph, from, to]++ == 0)
		edge_text[graph, from, to] = text
}

# Notes in reaches all nodes that one can come to from here.
function walk(graph, start, from,    i, to) {
	for (i = 1; i <= n_nodes[graph]; i++) {
		to = nodes[graph, i]
		if (!((graph, from, to) in n_symbols) ||
		    (graph, start, to) in reaches)
			continue
		reaches[graph, start, to] = 1
		walk(graph, start, to)
	}
}

function in_circle(graph, a, b) {
	return (graph, a, b) in reaches && (graph, b, a) in reaches
}

# One circle: all who reach each other, and every use among them.
function print_circle(graph, first,    i, j, from, to, names, list, n, more) {
	for (i = 1; i <= n_nodes[graph]; i++)
		if (in_circle(graph, first, nodes[graph, i])) {
			names[++n] = nodes[graph, i]
			list = list " " names[n]
			printed[graph, names[n]] = 1
		}
	complain("a circle of " n " " graph "s:" list)
	for (i = 1; i <= n; i++)
		for (j = 1; j <= n; j++) {
			from = names[i]
			to = names[j]
			if (!((graph, from, to) in n_symbols))
				continue
			more = n_symbols[graph, from, to] - 1
			print "\t" (graph == "folder" ? from " -> " to ": " : "") \
			    edge_text[graph, from, to] \
			    (more > 0 ? " and " more " more" : "")
		}
}

function check_circles(graph,    i, name) {
	for (i = 1; i <= n_nodes[graph]; i++)
		walk(graph, nodes[graph, i], nodes[graph, i])
	for (i = 1; i <= n_nodes[graph]; i++) {
		name = nodes[graph, i]
		if (in_circle(graph, name, name) && !((graph, name) in printed))
			print_circle(graph, name)
	}
}

function check_use(from, to, symbol,    text) {
	text = from " -> " to ": " symbol (is_function[symbol] ? "()" : "")
	add_edge("file", from, to, text)
	if (folder(from) == folder(to))
		return
	add_edge("folder", folder(from), folder(to), text)
	if (!may_use(folder(from), folder(to)))
		complain(folder(from) " may not use " folder(to) ": " text)
}

END {
	for (i = 1; i <= n_uses; i++)
		if (used[i] in definer && definer[used[i]] != user[i])
			check_use(user[i], definer[used[i]], used[i])
	check_circles("file")
	check_circles("folder")
	exit bad
}
