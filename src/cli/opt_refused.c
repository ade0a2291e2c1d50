/*
 * Options of GNU parallel that are refused, each with what to do instead; those
 * that it has given up itself among them.
 */
#include "base/msg.h"
#include "setting.h"

/* why: what follows the name of the option in the message. */
static int
refuse(struct reading *reading, const char *why)
{
	msg_warn("%s %s", reading->name, why);
	return -1;
}

#define REFUSED(takes, why)                                                    \
	PARALLEL, .value = (takes), .effect = SETTING_CALL, .set = refuse,     \
		  .implied = (why)

#define TMUX                                                                   \
	REFUSED(FLAG,                                                          \
	    "is not supported: there are no windows for jobs (try --line-"     \
	    "buffer --tag, or --bar to watch them)")
#define SQL                                                                    \
	REFUSED(VALUE,                                                         \
	    "is not supported: no database is read or written (try --joblog "  \
	    "and --results FILE.csv)")
#define EMBED                                                                  \
	REFUSED(FLAG,                                                          \
	    "is not supported: a compiled program cannot be put into a "       \
	    "script (install it beside the script)")
#define COPIES(takes, way)                                                     \
	REFUSED(takes,                                                         \
	    "is not supported: no files are copied " way                       \
	    " machines (try a file system that they share, or scp in the "     \
	    "command)")
#define LIMITS                                                                 \
	REFUSED(FLAG,                                                          \
	    "is not supported: limits are not printed (try "                   \
	    "--max-line-length-allowed)")
#define GROUPS                                                                 \
	REFUSED(FLAG,                                                          \
	    "is not supported: machines have no groups (try -S with those "    \
	    "that are meant)")
#define ASKING                                                                 \
	REFUSED(FLAG,                                                          \
	    "is not supported: nobody is asked before a job starts (try "      \
	    "--dry-run first)")
#define COMPLETION                                                             \
	REFUSED(VALUE,                                                         \
	    "is not supported: completions are installed by make "             \
	    "install-parallel")
#define RETIRED(takes, instead)                                                \
	REFUSED(takes, "has been retired in GNU parallel, too" instead)

const struct setting opt_refused_settings[] = {
	{ "tmux", '\0', TMUX },
	{ "tmux-pane", '\0', TMUX },
	{ "tmuxpane", '\0', TMUX },
	{ "sql-master", '\0', SQL },
	{ "sqlmaster", '\0', SQL },
	{ "sql-worker", '\0', SQL },
	{ "sqlworker", '\0', SQL },
	{ "sql-and-worker", '\0', SQL },
	{ "sqlandworker", '\0', SQL },
	{ "sql", '\0', SQL },
	{ "embed", '\0', EMBED },
	{ "transferfile", '\0', COPIES(VALUE, "to") },
	{ "transfer-file", '\0', COPIES(VALUE, "to") },
	{ "transferfiles", '\0', COPIES(VALUE, "to") },
	{ "transfer-files", '\0', COPIES(VALUE, "to") },
	{ "tf", '\0', COPIES(VALUE, "to") },
	{ "return", '\0', COPIES(VALUE, "from") },
	{ "transfer", '\0', COPIES(FLAG, "to") },
	{ "show-limits", '\0', LIMITS },
	{ "showlimits", '\0', LIMITS },
	{ "trc", '\0', COPIES(VALUE, "to and from") },
	{ "basefile", '\0', COPIES(VALUE, "beforehand to") },
	{ "bf", '\0', COPIES(VALUE, "beforehand to") },
	{ "hostgroups", '\0', GROUPS },
	{ "hostgroup", '\0', GROUPS },
	{ "hostgrp", '\0', GROUPS },
	{ "hgrp", '\0', GROUPS },
	{ "interactive", 'p', ASKING },
	{ "shell-completion", '\0', COMPLETION },
	{ "shellcompletion", '\0', COMPLETION },
	{ "fast", '\0', REFUSED(FLAG, "is not needed: all is done fast") },
	{ NULL, 'g', RETIRED(FLAG, ": it is --group") },
	{ NULL, 'B', RETIRED(VALUE, "") },
	{ NULL, 'T', RETIRED(FLAG, ": it is --tty") },
	{ NULL, 'U', RETIRED(VALUE, ": it is --er") },
	{ NULL, 'W', RETIRED(VALUE, ": it is --workdir") },
	{ NULL, 'Y', RETIRED(FLAG, ": it is --shebang") },
	{ NULL, 'H', RETIRED(VALUE, ": it is --halt") },
	{ "ctrlc", '\0', RETIRED(FLAG, ": Ctrl-C reaches all jobs") },
	{ "ctrl-c", '\0', RETIRED(FLAG, ": Ctrl-C reaches all jobs") },
	{ "noctrlc", '\0', RETIRED(FLAG, "") },
	{ "no-ctrlc", '\0', RETIRED(FLAG, "") },
	{ "no-ctrl-c", '\0', RETIRED(FLAG, "") },
	SETTINGS_END,
};
