/* Hands each event to every listener. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

struct loop;
struct report;

struct report_options {
	int64_t timings;    /* how many of the slowest jobs are said; 0: none */
	const char *tmpdir; /* where lines for the end are kept, if many */
	bool quiet;         /* no summary */
	bool terse;   /* no summary; a failure is said at once if the job cannot
			 have */
	bool verbose; /* starts and ends are said at once, and counts always */
	/*
	 * A command that was not found gets a hint: all commands were arguments
	 * without a blank, as if somebody had not quoted one.
	 */
	bool hint_one_argument;
	/*
	 * A command that the shell did not understand gets a hint if it may be
	 * for bash: nobody has chosen the shell.
	 */
	bool hint_bash;
	/* a service that seems to end may have gone into the background */
	bool hint_background;
	/* a job that wanted the terminal could have been given one */
	bool hint_terminal;
	/*
	 * Orphans of a job, output that cannot be read and why all ended are
	 * what a listener tells elsewhere: nobody says them.
	 */
	bool told_elsewhere;
	/* Listeners beside those that these options ask for; copied. */
	const struct report_listener *listeners;
	size_t n_listeners;
};

/*
 * Returns a report with the listeners that the options, borrowed, ask for.  The
 * loop, borrowed, has the time of events.
 */
struct report *report_new(
    const struct report_options *options, const struct loop *loop);

/* Adds a listener, which is the report's from now on. */
void report_add(struct report *report, const struct report_listener *listener);

/* True if a listener wants what is not told otherwise. */
bool report_wants(const struct report *report, enum report_want want);

/* Releases the listeners; NULL is allowed. */
void report_free(struct report *report);

/* Tells all listeners. */
void report_tell(struct report *report, const struct report_event *event);

#endif
