/*
 * The summary, said at the end: a line for each failed job, for those that ran
 * when time ran out or a signal came, that had to be killed, and that succeeded
 * only at a later attempt; then what closed the scope if no job did, then the
 * counts.  Never more than 20 lines on a terminal.
 */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "event.h"

struct report_options;

/* The options are borrowed. */
struct report_listener summary_listener(const struct report_options *options);

#endif
