/*
 * --timings: prints the slowest jobs at the end, with their CPU time and
 * memory. To be added before the summary, whose lines are to be the last ones.
 */
#ifndef REPORT_TIMINGS_H
#define REPORT_TIMINGS_H

#include <stddef.h>

#include "event.h"

/* Returns a listener that prints so many jobs at most. */
struct report_listener timings_listener(size_t most);

#endif
