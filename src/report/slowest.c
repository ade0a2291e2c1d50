#include "slowest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "line.h"

void
slowest_init(struct slowest *slowest, size_t most)
{
	*slowest = (struct slowest){ .most = most };
}

static void
release(struct slow_job *job)
{
	free(job->who);
	free(job->text);
}

void
slowest_release(struct slowest *slowest)
{
	for (size_t i = 0; i < slowest->len; i++)
		release(&slowest->jobs[i]);
	free(slowest->jobs);
}

static void
swap(struct slow_job *a, struct slow_job *b)
{
	struct slow_job kept = *a;

	*a = *b;
	*b = kept;
}

/* The last one goes up until the one above is faster. */
static void
rise(struct slowest *slowest)
{
	struct slow_job *jobs = slowest->jobs;

	for (size_t at = slowest->len - 1; at > 0;) {
		size_t above = (at - 1) / 2;

		if (jobs[above].elapsed_ns <= jobs[at].elapsed_ns)
			return;
		swap(&jobs[above], &jobs[at]);
		at = above;
	}
}

/* The first one goes down until those below are slower. */
static void
sink(struct slowest *slowest)
{
	struct slow_job *jobs = slowest->jobs;

	for (size_t at = 0;;) {
		size_t below = 2 * at + 1;

		if (below + 1 < slowest->len &&
		    jobs[below + 1].elapsed_ns < jobs[below].elapsed_ns)
			below++;
		if (below >= slowest->len ||
		    jobs[at].elapsed_ns <= jobs[below].elapsed_ns)
			return;
		swap(&jobs[at], &jobs[below]);
		at = below;
	}
}

static struct slow_job
make(const struct report_event *event)
{
	const struct report_job *job = event->job;
	char who[LINE_JOB_MAX], attempt[LINE_ATTEMPT_MAX];

	return (struct slow_job){ .elapsed_ns = job->elapsed_ns,
		.usage = *event->usage,
		.who = xasprintf("%s%s", line_job(job, who, sizeof(who)),
		    line_attempt(job, attempt, sizeof(attempt))),
		.text = msg_short(job->text, job->text_len) };
}

void
slowest_hear(struct slowest *slowest, const struct report_event *event)
{
	if ((event->kind != REPORT_OVER && event->kind != REPORT_RETRY) ||
	    !event->job->work || slowest->most == 0)
		return;
	if (slowest->len < slowest->most) {
		slowest->jobs = xreallocarray(
		    slowest->jobs, slowest->len + 1, sizeof(*slowest->jobs));
		slowest->jobs[slowest->len++] = make(event);
		rise(slowest);
	} else if (event->job->elapsed_ns > slowest->jobs[0].elapsed_ns) {
		release(&slowest->jobs[0]);
		slowest->jobs[0] = make(event);
		sink(slowest);
	}
}

static int
compare(const void *a, const void *b)
{
	const struct slow_job *first = a, *second = b;

	return first->elapsed_ns > second->elapsed_ns
	    ? -1
	    : first->elapsed_ns < second->elapsed_ns;
}

void
slowest_sort(struct slowest *slowest)
{
	if (slowest->len > 0)
		qsort(slowest->jobs, slowest->len, sizeof(*slowest->jobs),
		    compare);
}

const char *
slowest_cpu(const struct slow_job *job, char *buf, size_t size)
{
	line_duration(job->usage.user_ns + job->usage.system_ns, buf, size);
	return buf;
}

const char *
slowest_memory(const struct slow_job *job, char *buf, size_t size)
{
	if (job->usage.max_rss > 0)
		format_size(job->usage.max_rss, buf, size);
	else
		strlcpy(buf, "-", size);
	return buf;
}
