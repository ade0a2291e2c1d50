# Draws what bench/curves has measured, as SVG: four panels, all axes
# logarithmic, each line labelled at its end.
#
#	awk -f bench/plot.awk DATA >speed.svg

BEGIN {
	WIDTH = 940; HEIGHT = 750
	PANEL_W = 330; PANEL_H = 270
	LINE = 12 # the least distance between two labels, from base to base
	LABEL_W = 76
	n_peers = 0
	full["bare"] = "bare loop"
	full["parallel"] = "GNU parallel"
}

/^#/ { machine = substr($0, 3); next }

{
	if (!($3 in seen)) {
		seen[$3] = 1
		peers[++n_peers] = $3
	}
	add("rate", $1, $2, $3, $4)
	add("cpu", $1, $2, $3, $5)
}

# Keeps a point; one that is not above zero has no logarithm, and is left out.
function add(what, curve, x, peer, y,    at) {
	if (y <= 0)
		return
	at = what SUBSEP curve SUBSEP peer
	len[at]++
	xs[at, len[at]] = x
	ys[at, len[at]] = y
	if (!(what in low) || y < low[what])
		low[what] = y
	if (!(what in high) || y > high[what])
		high[what] = y
	if (!(curve in first) || x < first[curve])
		first[curve] = x
	if (!(curve in last) || x > last[curve])
		last[curve] = x
}

function log10(x) { return log(x) / log(10) }

function text(x, y, class, anchor, s) {
	printf "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\"%s>%s</text>\n", x, y,
	    class, anchor == "" ? "" : " text-anchor=\"" anchor "\"", s
}

function rule(x1, y1, x2, y2) {
	printf "<path class=\"grid\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n", x1, y1,
	    x2, y2
}

# 1000 as 1k, 1000000 as 1M
function short(n) {
	if (n >= 1000000)
		return n / 1000000 "M"
	return n >= 1000 && n != 1024 ? n / 1000 "k" : n ""
}

function colours(peer, light, dark, width) {
	styles = styles sprintf(".%s{stroke:%s;fill:%s}", peer, light, light)
	styles = styles sprintf("path.%s{stroke-width:%s;fill:none}", peer, width)
	darks = darks sprintf(".%s{stroke:%s;fill:%s}path.%s{fill:none}", peer,
	    dark, dark, peer)
}

function head() {
	colours("nursery", "#cf222e", "#ff7b72", 3)
	colours("bare", "#59636e", "#9198a1", 2)
	colours("xargs", "#0969da", "#79c0ff", 1.5)
	colours("make", "#1a7f37", "#7ee787", 1.5)
	colours("ninja", "#8250df", "#d2a8ff", 1.5)
	colours("xjobs", "#9a6700", "#e3b341", 1.5)
	colours("moreutils", "#bf3989", "#ff9bce", 1.5)
	colours("pexec", "#1b7c83", "#56d4dd", 1.5)
	colours("paexec", "#6639ba", "#a5a8ff", 1.5)
	colours("parallel", "#bc4c00", "#ffa657", 1.5)
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\"" \
	    " font-family=\"system-ui, sans-serif\" font-size=\"12\">\n",
	    WIDTH, HEIGHT
	print "<title>How fast nursery and its peers start and end jobs</title>"
	print "<style>"
	print ".paper{fill:#fff}.grid{stroke:#d1d9e0;stroke-width:1}"
	print "text{fill:#1f2328}.small{fill:#59636e}"
	print ".title{font-size:16px;font-weight:600}.head{font-weight:600}"
	print styles
	print "text.nursery{font-weight:700}.bare{stroke-dasharray:6 4}"
	# a label keeps clear of the lines below it
	print "text.label{stroke:#fff;stroke-width:3px;stroke-dasharray:none}"
	print "text{paint-order:stroke}"
	print "@media (prefers-color-scheme:dark){.paper{fill:#0d1117}"
	print ".grid{stroke:#3d444d}text{fill:#f0f6fc}.small{fill:#9198a1}"
	print darks "text.label{stroke:#0d1117}}"
	print "</style>"
	printf "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", WIDTH,
	    HEIGHT
	text(60, 28, "title", "", \
	    "Jobs that do nothing: what starting and ending them costs")
	text(60, 48, "small", "", machine)
}

function x_of(x) {
	return left + PANEL_W * (log10(x) - x_low) / (x_high - x_low)
}

function y_of(y) {
	return top + PANEL_H * (y_high - log10(y)) / (y_high - y_low)
}

# Draws the axes of the panel whose corner is at left, top.
function axes(what, curve,    i, d, m, at, n, list) {
	x_low = log10(first[curve]); x_high = log10(last[curve])
	y_low = log10(low[what]) - .05; y_high = log10(high[what]) + .05
	if (x_high <= x_low)
		x_high = x_low + 1
	for (d = int(y_low) - 1; d <= y_high; d++)
		for (m = 1; m <= 5; m += m == 1 ? 1 : 3) {
			at = m * 10 ^ d
			if (log10(at) < y_low || log10(at) > y_high)
				continue
			rule(left, y_of(at), left + PANEL_W, y_of(at))
			text(left - 6, y_of(at) + 4, "small", "end", short(at))
		}
	n = split("1 2 4 8 64 1024 100 1000 10000 100000 1000000", list, " ")
	for (i = curve == "jobs" ? 7 : 1; i <= (curve == "jobs" ? n : 6); i++)
		if (list[i] >= first[curve] && list[i] <= last[curve]) {
			rule(x_of(list[i]), top, x_of(list[i]), top + PANEL_H)
			text(x_of(list[i]), top + PANEL_H + 16, "small",
			    "middle", short(list[i]))
		}
}

# Moves a label down or up until it overlaps no other one.
function place(i, step,    j, moved) {
	do {
		moved = 0
		for (j = 1; j < i; j++)
			if (label_x[j] < label_x[i] + LABEL_W &&
			    label_x[i] < label_x[j] + LABEL_W &&
			    label_y[j] - label_y[i] < LINE &&
			    label_y[i] - label_y[j] < LINE) {
				label_y[i] = label_y[j] + step * LINE
				moved = 1
			}
	} while (moved)
}

# Draws the lines of the panel, and the name at the end of each, top down.
function curves(what, curve,    i, j, k, at, n, d, x, y, name) {
	n = 0
	for (i = n_peers; i > 0; i--) { # nursery, the first, on top
		at = what SUBSEP curve SUBSEP peers[i]
		if (!(at in len))
			continue
		d = ""
		for (j = 1; j <= len[at]; j++) {
			x = x_of(xs[at, j]); y = y_of(ys[at, j])
			d = d sprintf("%s%.1f %.1f", j == 1 ? "M" : "L", x, y)
			printf "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\"" \
			    " r=\"%s\"/>\n", peers[i], x, y,
			    peers[i] == "nursery" ? 3.5 : 2
		}
		printf "<path class=\"%s\" d=\"%s\"/>\n", peers[i], d
		for (k = ++n; k > 1 && label_y[k - 1] > y + 4; k--) {
			label_x[k] = label_x[k - 1]
			label_y[k] = label_y[k - 1]
			name[k] = name[k - 1]
		}
		label_x[k] = x + 8; label_y[k] = y + 4; name[k] = peers[i]
	}
	for (i = 1; i <= n; i++)
		place(i, 1)
	if (n > 0 && label_y[n] > top + PANEL_H + LINE / 2) {
		# too far down: the last ones go up again
		label_y[n] = top + PANEL_H + LINE / 2
		for (i = n - 1; i > 0; i--)
			if (label_x[i] < label_x[i + 1] + LABEL_W &&
			    label_x[i + 1] < label_x[i] + LABEL_W &&
			    label_y[i] > label_y[i + 1] - LINE)
				label_y[i] = label_y[i + 1] - LINE
	}
	for (i = 1; i <= n; i++)
		text(label_x[i], label_y[i], "label " name[i], "", \
		    name[i] in full ? full[name[i]] : name[i])
}

function panel(column, row, what, curve, heading, x_name) {
	left = 60 + column * (PANEL_W + 120)
	top = 90 + row * (PANEL_H + 70)
	text(left, top - 10, "head", "", heading)
	axes(what, curve)
	text(left + PANEL_W / 2, top + PANEL_H + 32, "small", "middle", x_name)
	curves(what, curve)
}

END {
	head()
	panel(0, 0, "rate", "at-once", "Jobs a second", \
	    "jobs that may run at once (-j)")
	panel(1, 0, "rate", "jobs", "Jobs a second", "jobs in all, two at once")
	panel(0, 1, "cpu", "at-once", "Own CPU time for each job, microseconds", \
	    "jobs that may run at once (-j)")
	panel(1, 1, "cpu", "jobs", "Own CPU time for each job, microseconds", \
	    "jobs in all, two at once")
	print "</svg>"
}
