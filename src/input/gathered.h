/*
 * A source that leaves out commands which an earlier run has done, as its log
 * says, or gives them in another order.  For both, commands have to be read
 * before the first of them is started.
 */
#ifndef INPUT_GATHERED_H
#define INPUT_GATHERED_H

#include <stdbool.h>

struct joblog;
struct source;

struct gathered_options {
	/*
	 * The commands in this log, read by number, are skipped; NULL: none.
	 * The source owns it from now on.
	 */
	struct joblog *log;
	const char *log_path; /* for messages; borrowed */
	bool failed_again;    /* but what has failed is not skipped */
	/*
	 * It is an error if a command differs from that in the log.  To find
	 * out before any is started, commands are read up to the last number
	 * of the log before the first is given away.
	 */
	bool compared;
	/*
	 * The times of an earlier run, in a log that was read by command; NULL:
	 * commands come in their order.  All commands are read first, then come
	 * those that are not in this log, then the others, the longest first.
	 * The source owns it from now on.
	 */
	struct joblog *history;
	char *const *shell; /* that --argv calls; borrowed */
	/*
	 * A command is skipped, too, if this is true of what its results are
	 * called, see source_results(); NULL: none is.
	 */
	bool (*has_results)(const char *results);
};

/*
 * Returns a source of the commands of the inner one, which it owns.  Each has
 * the number of its place there: source_number(); or, if only results are
 * looked at, a number as if those that are skipped had one, too.  Commands that
 * depend on their slot are not compared, nor those with input, since what has
 * been read for them would have to be kept.
 */
struct source *gathered_new(
    const struct gathered_options *options, struct source *inner);

#endif
