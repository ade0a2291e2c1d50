/*
 * The summary, said at the end: a line for each failed job (never more than 20
 * lines in all), then what closed the scope if no job did, then the counts.
 */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "event.h"

struct report_options;

/* The options are borrowed. */
struct report_listener summary_listener(const struct report_options *options);

#endif
