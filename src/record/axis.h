/* Where an axis of time gets its ticks. */
#ifndef RECORD_AXIS_H
#define RECORD_AXIS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Returns the step between ticks, in ns: the shortest of those that people
 * count in (1, 2 or 5 times a power of ten up to seconds, then parts of a
 * minute, an hour, a day) that gives no more than max_ticks in total_ns.
 * max_ticks is at least 1.
 */
int64_t axis_step(int64_t total_ns, int64_t max_ticks);

/*
 * What stands at a tick of an axis that ends at total_ns: "0", "1m30s", "0.5s"
 * beside whole seconds but "500ms" beside milliseconds.  The size of buf is
 * that for format_limit_duration().
 */
void axis_label(int64_t ns, int64_t total_ns, char *buf, size_t size);

#endif
