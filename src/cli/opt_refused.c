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
	{ "fast", '\0',
	    REFUSED(FLAG, "is no option that is needed: all is done fast") },
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
