/* Hands each event to every listener. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"

struct report;

struct report_options {
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
	/* Listeners beside those that these options ask for; copied. */
	const struct report_listener *listeners;
	size_t n_listeners;
};

/* Returns a report with the listeners that the options, borrowed, ask for. */
struct report *report_new(const struct report_options *options);

/* Releases the listeners; NULL is allowed. */
void report_free(struct report *report);

/* Tells all listeners. */
void report_tell(struct report *report, const struct report_event *event);

#endif
