#include "retry.h"

#include <stdlib.h>

#include "job.h"
#include "scope.h"

/* No wait is longer: 36 years. */
#define BACKOFF_MAX_NS (INT64_MAX / 8)

bool
retry_wanted(const struct job *job)
{
	return job->kind->retried && job->nursery->options->retries > 0;
}

bool
retry_is_last(const struct job *job)
{
	return job->attempt > job->nursery->options->retries;
}

/* What a signal asks for ends even those that nothing else does. */
static bool
is_closed_for(const struct nursery *n, const struct kind *kind)
{
	if ((kind->cancelled_by & CANCEL_CLOSING) != 0)
		return n->cause != CLOSE_NOT;
	return n->signo != 0;
}

bool
retry_may(const struct job *job)
{
	return job->on_hold && !retry_is_last(job) && !job->gave_up &&
	    !job->judged && !is_closed_for(job->nursery, job->kind) &&
	    job->outcome_known && outcome_is_failure(&job->outcome);
}

int64_t
retry_backoff_ns(int64_t delay_ns, int64_t attempts)
{
	for (; attempts > 1 && delay_ns > 0; attempts--) {
		if (delay_ns > BACKOFF_MAX_NS / 2)
			return BACKOFF_MAX_NS;
		delay_ns *= 2;
	}
	return delay_ns < BACKOFF_MAX_NS ? delay_ns : BACKOFF_MAX_NS;
}

/* Jobs that failed together shall not all come back together. */
int64_t
retry_wait_ns(int64_t delay_ns, int64_t attempts)
{
	int64_t wait_ns = retry_backoff_ns(delay_ns, attempts);
	int64_t most_us = wait_ns / 4 / 1000;
	uint32_t range_us =
	    most_us < UINT32_MAX ? (uint32_t)most_us + 1 : UINT32_MAX;

	return wait_ns + arc4random_uniform(range_us) * INT64_C(1000);
}

void
retry_tell(const struct job *job, int64_t wait_ns)
{
	struct report_job shown = job_for_report(job);

	report_again(job->nursery->report, &shown, &job->outcome, wait_ns);
}
