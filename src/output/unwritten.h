/*
 * How much of the jobs' output waits, and for whom: for those who show it.
 */
#ifndef OUTPUT_UNWRITTEN_H
#define OUTPUT_UNWRITTEN_H

#include <stdbool.h>
#include <stdint.h>

struct capture;
struct output;

/* From now on lines that wait are counted; before, nothing must have waited. */
void unwritten_count(struct output *out);

/* How many lines of the job wait; one that has no end yet is a line, too. */
uint64_t unwritten_lines(const struct capture *cap);

/* How many lines of all jobs wait. */
uint64_t unwritten_all(const struct output *out);

/*
 * The job, as it was given to capture_open(), whose output comes first, so that
 * that of all others waits; NULL if there is none, as with --line-buffer.
 */
void *unwritten_holder(const struct output *out);

/* True if what the job writes waits for its own end, and for no other job. */
bool unwritten_for_own_end(const struct capture *cap);

#endif
