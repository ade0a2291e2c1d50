/*
 * What is said of each job as it happens: all of it under --verbose; otherwise,
 * where no summary follows, only what a job could not say itself.
 */
#ifndef REPORT_VERBOSE_H
#define REPORT_VERBOSE_H

#include "event.h"

struct report_options;

/* The options are borrowed. */
struct report_listener verbose_listener(const struct report_options *options);

#endif
