/* When a nursery closes early: GNU parallel's --halt (see parallel(1)). */
#ifndef SCOPE_HALT_H
#define SCOPE_HALT_H

#include <stdbool.h>
#include <stdint.h>

enum halt_when {
	HALT_NEVER,
	HALT_SOON, /* start no more jobs, wait for running ones */
	HALT_NOW,  /* start no more jobs, cancel running ones */
};

enum halt_why {
	HALT_FAIL,
	HALT_SUCCESS,
	HALT_DONE,
};

struct halt {
	enum halt_when when;
	enum halt_why why; /* why, limit and percent: not for HALT_NEVER */
	int64_t limit;     /* at least 1; a percentage at most 100 */
	bool percent;
};

/* The default: the first failure cancels the rest. */
#define HALT_INIT                                                              \
	{                                                                      \
		HALT_NOW, HALT_FAIL, 1, false                                  \
	}

struct halt_counts {
	uint64_t failed;
	uint64_t succeeded;
	uint64_t total;   /* jobs admitted so far, running and over */
	bool total_known; /* the input has ended: total will not grow */
};

/*
 * Parses never, or soon|now,fail|success|done=N|N%; and the old forms 0
 * (never), 1 and 2 (soon and now, fail=1), -1 and -2 (soon and now,
 * success=1) and N% (soon,fail=N%).  N is at least 1.  Returns 0, or -1 with
 * *ret untouched and what is wrong in *ret_why, a constant that completes
 * "'x' is ...".
 */
int halt_parse(const char *s, struct halt *ret, const char **ret_why);

/*
 * Says whether the nursery is to close.  Ask after each end of a job, and once
 * more when the input ends.
 *
 * A percentage is of all jobs, as in GNU parallel, and reached when
 * count * 100 >= limit * total, with a count of at least 1.  GNU parallel reads
 * its whole input before it starts a job to know that total; nursery starts
 * jobs as they are read.  Until the input has ended
 * - fail=N% is of the jobs that are over, once there are three of them:
 *   the rate of failure so far;
 * - success=N% and done=N% are not reached: a few early successes say nothing
 *   about a share of what is still to come.
 */
bool halt_reached(const struct halt *halt, const struct halt_counts *counts);

/*
 * How many jobs are 100 %: all of them; or while nobody knows how many that is,
 * those that are over.
 */
uint64_t halt_total(const struct halt_counts *counts);

#endif
