/*
 * Messages about each job, said at once: with --verbose all starts and ends;
 * where no summary follows, failures that the job cannot have told of itself.
 */
#ifndef REPORT_VERBOSE_H
#define REPORT_VERBOSE_H

#include "event.h"

struct report_options;

/* The options are borrowed. */
struct report_listener verbose_listener(const struct report_options *options);

#endif
