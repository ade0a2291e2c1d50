/* Hands what happens to everybody who wants to hear of it. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"

struct report;

struct report_options {
	bool quiet;   /* no summary */
	bool terse;   /* as it ends, only what a job could not say itself */
	bool verbose; /* starts and ends too, and always the counts */
	/*
	 * Added to a job whose command was not found: the commands were
	 * arguments, and none of them contained a blank.
	 */
	bool hint_one_argument;
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
