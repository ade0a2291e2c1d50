#include "retry.h"

#include "base/random.h"
#include "job.h"

/* No wait is longer: 36 years. */
#define BACKOFF_MAX_NS (INT64_MAX / 8)

int64_t
retry_limit(const struct job *job)
{
	return job->due.retries >= 0 ? job->due.retries
				     : job->context->options->retries;
}

bool
retry_wanted(const struct job *job)
{
	return job->kind->retried && retry_limit(job) > 0;
}

bool
retry_is_last(const struct job *job)
{
	return job->attempt.number > retry_limit(job);
}

bool
retry_may(const struct job *job)
{
	const struct attempt *attempt = &job->attempt;
	const struct job_hooks *hooks = job->hooks;

	if (job->family.gave_up || job->judged || job->release.no_retry ||
	    job->release.dispensable || !attempt->known ||
	    !outcome_is_failure(&attempt->outcome))
		return false;
	return hooks != NULL && hooks->may_repeat != NULL
	    ? hooks->may_repeat(job)
	    : job->output.on_hold && !retry_is_last(job);
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

int64_t
retry_wait_ns(int64_t delay_ns, int64_t attempts)
{
	int64_t wait_ns = retry_backoff_ns(delay_ns, attempts);
	int64_t most_us = wait_ns / 4 / 1000;
	uint32_t range_us =
	    most_us < UINT32_MAX ? (uint32_t)most_us + 1 : UINT32_MAX;

	return wait_ns + random_below(range_us) * INT64_C(1000);
}
