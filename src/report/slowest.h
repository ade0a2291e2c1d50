/*
 * The slowest jobs: of all attempts that have ended, the few that took longest,
 * and what they have used.  Services and final commands are not among them.
 */
#ifndef REPORT_SLOWEST_H
#define REPORT_SLOWEST_H

#include <stddef.h>
#include <stdint.h>

#include "event.h"

struct buf;

struct slow_job {
	int64_t elapsed_ns;
	struct report_usage usage;
	char *who;  /* "job 3", "job 3 (web) (attempt 2)"; owned */
	char *text; /* its command, shortened; owned */
};

/* The caller's storage. */
struct slowest {
	struct slow_job *jobs; /* a heap: the fastest of them is the first */
	size_t len, most;
};

/* Prepares to keep that many at most. */
void slowest_init(struct slowest *slowest, size_t most);
void slowest_release(struct slowest *slowest);

/* To be called for each event. */
void slowest_hear(struct slowest *slowest, const struct report_event *event);

/* Sorts them, the slowest first; no more may come then. */
void slowest_sort(struct slowest *slowest);

/* The size of buf for these two. */
#define SLOWEST_WORD_MAX 48

/* The CPU time, such as "1.204s", into buf, which is returned. */
const char *slowest_cpu(const struct slow_job *job, char *buf, size_t size);

/* The peak of memory, such as "52.1M", or "-" if it is not known. */
const char *slowest_memory(const struct slow_job *job, char *buf, size_t size);

#endif
