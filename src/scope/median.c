#include "median.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "job/states.h"
#include "state.h"

/*
 * The remedian of Rousseeuw and Bassett, as GNU parallel has it: the median of
 * the medians of so many values, in so many levels.  Then old ones count, too,
 * in bounded memory.
 */
#define VALUES 999
#define LEVELS 3

struct median {
	uint64_t n; /* how many values there were */
	int64_t values[LEVELS][VALUES];
	int64_t sorted[VALUES];
};

static int
compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static int64_t
median_of(struct median *median, int level, size_t n)
{
	memcpy(median->sorted, median->values[level], n * sizeof(int64_t));
	qsort(median->sorted, n, sizeof(int64_t), compare);
	return median->sorted[(n - 1) / 2];
}

/* Adds the value and returns the median of all. */
static int64_t
add(struct median *median, int64_t value)
{
	uint64_t at = median->n++;

	for (int level = 0; level < LEVELS; level++) {
		size_t filled = at < VALUES ? (size_t)at + 1 : VALUES;

		median->values[level][at % VALUES] = value;
		value = median_of(median, level, filled);
		at /= VALUES;
	}
	return value;
}

/* So many thousandths of a percent of it. */
static int64_t
part_of(int64_t ns, int64_t milli)
{
	double part = (double)ns * (double)milli / 100000;

	return part < (double)NS_NEVER ? (int64_t)part : NS_NEVER;
}

void
median_init(struct scope *scope)
{
	scope->context.timeout_ns = scope->options->job.timeout_ns;
	if (scope->options->parallel.timeout_milli > 0)
		scope->tally.median = xcalloc(1, sizeof(struct median));
}

void
median_release(struct scope *scope)
{
	free(scope->tally.median);
}

void
median_note(struct scope *scope, const struct job *job)
{
	struct median *median = scope->tally.median;
	int64_t now_ns = loop_now(scope->context.loop), ns;
	struct job *other;

	if (median == NULL || !job->kind->work || job->attempt.number == 0)
		return;
	ns = add(median, now_ns - job->attempt.started_ns);
	scope->context.timeout_ns =
	    part_of(ns, scope->options->parallel.timeout_milli);
	TAILQ_FOREACH(other, &scope->roster.jobs, link) {
		if (!other->kind->limited || other->state != JOB_RUNNING)
			continue;
		other->attempt.limit_ns = loop_after(
		    other->attempt.started_ns, scope->context.timeout_ns);
		loop_timer_set(scope->context.loop, &other->timer, now_ns);
	}
}
