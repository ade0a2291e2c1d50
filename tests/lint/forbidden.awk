# Finds calls that nursery does not make, outside comments and strings.
#
#   awk -f source.awk -f forbidden.awk FILE...

BEGIN {
	why["sprintf"] = why["vsprintf"] = "no bound: snprintf, buf"
	why["strcpy"] = why["strcat"] = why["stpcpy"] = "no bound: buf, strlcpy"
	why["gets"] = why["strtok"] = why["tmpnam"] = why["mktemp"] = "unsafe"
	why["alloca"] = "the stack is small"
	why["system"] = why["popen"] = "jobs are started by sys/process"
	why["signal"] = "sigaction, or sys/signals"
	why["usleep"] = why["sleep"] = "the loop waits"
	why["atoi"] = why["atol"] = why["atoll"] = why["atof"] = "our parsers"
	why["strtol"] = why["strtoul"] = why["strtoll"] = "our parsers"
	why["strtoull"] = why["strtod"] = why["sscanf"] = "our parsers"
	why["arc4random"] = why["arc4random_uniform"] = "may exit: base/random"
	why["arc4random_buf"] = "may exit: base/random"
	why["fgetln"] = why["closefrom"] = "not from libbsd"

	# The one place for each.
	allowed["src/sys/signals.c", "signal"] = 1
	parser = "^src/base/parse[a-z_]*\\.c$"

	# After the first job is spawned nothing may leave it behind.
	fatal["exit"] = fatal["err"] = fatal["errx"] = fatal["abort"] = 1
	fatal["verr"] = fatal["verrx"] = fatal["errc"] = fatal["quick_exit"] = 1
}

function complain(name, text) {
	printf "%s:%d: %s(): %s\n", FILENAME, FNR, name, text
	bad = 1
}

FNR == 1 {
	may_exit = FILENAME ~ /^src\/(main\.c$|cli\/)/
}

{
	line = strip($0)
	while (match(line, /[A-Za-z_][A-Za-z0-9_]*[ \t]*\(/)) {
		before = RSTART > 1 ? substr(line, RSTART - 1, 1) : ""
		name = substr(line, RSTART, RLENGTH - 1)
		sub(/[ \t]+$/, "", name)
		line = substr(line, RSTART + RLENGTH)
		if (before == "." || before == ">")
			continue # a member
		if ((FILENAME, name) in allowed)
			continue
		if (why[name] == "our parsers" && FILENAME ~ parser)
			continue
		if (why[name] != "")
			complain(name, why[name])
		else if (name in fatal && !may_exit)
			complain(name, "only main leaves: msg_fatal, or return -1")
	}
}

END {
	exit bad
}
