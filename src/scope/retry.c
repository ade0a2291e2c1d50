#include "retry.h"

#include <stdlib.h>

#include "job.h"
#include "state.h"

/* No wait is longer: 36 years. */
#define BACKOFF_MAX_NS (INT64_MAX / 8)
/* Before a start that was not possible is tried again. */
#define PAUSE_NS (50 * NS_PER_MS)

bool
retry_wanted(const struct job *job)
{
	return job->kind->retried && job->nursery->options->job.retries > 0;
}

bool
retry_is_last(const struct job *job)
{
	return job->attempt > job->nursery->options->job.retries;
}

/* What a signal asks for ends even those that nothing else does. */
static bool
is_closed_for(const struct nursery *n, const struct kind *kind)
{
	if (kind_yields_to(kind, CANCEL_CLOSING))
		return n->cause != CLOSE_NOT;
	return n->signo != 0;
}

bool
retry_may(const struct job *job)
{
	return job->on_hold && !retry_is_last(job) && !job->family.gave_up &&
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

/* Not before the next turn: the loop has to come to its signals. */
static void
wait_for(struct job *job, int64_t ns)
{
	struct loop *loop = job->nursery->loop;

	loop_timer_set(
	    loop, &job->timer, loop_after(loop_now(loop), ns > 0 ? ns : 1));
}

void
retry_soon(struct job *job)
{
	wait_for(job, 0);
}

static void
await_attempt(struct job *job, int64_t at_least_ns)
{
	int64_t delay_ns = job->nursery->options->job.retry_delay_ns;
	int64_t wait_ns = retry_wait_ns(delay_ns, job->attempt);
	struct report_job shown = job_for_report(job);

	if (wait_ns < at_least_ns)
		wait_ns = at_least_ns;
	report_again(job->nursery->report, &shown, &job->outcome, wait_ns);
	wait_for(job, wait_ns);
}

/* It counts as one that runs: only output is not left. */
static void
begin_waiting(struct job *job)
{
	job->state = JOB_WAITING;
	job->nursery->n_draining -= job->kind->holds_open;
	job->nursery->n_waiting++;
}

static void
end_waiting(struct job *job)
{
	job->state = JOB_DRAINING;
	job->nursery->n_draining += job->kind->holds_open;
	job->nursery->n_waiting--;
}

void
retry_wait(struct job *job)
{
	await_attempt(job, 0);
	begin_waiting(job);
}

/* There was no process or pipe for it: this attempt has failed, too. */
static void
miss_attempt(struct job *job, int error)
{
	job->outcome =
	    (struct outcome){ .kind = OUTCOME_NOT_STARTABLE, .detail = error };
	job->attempt++;
	job->started_ns = job->known_ns = loop_now(job->nursery->loop);
}

/* The attempt has ended before it began. */
static void
settle(struct job *job)
{
	end_waiting(job);
	if (retry_may(job)) {
		await_attempt(job, PAUSE_NS);
		begin_waiting(job);
	} else {
		job_end(job);
	}
}

void
retry_now(struct job *job)
{
	enum restart restart = RESTART_FAILED;
	int64_t pace_ns;
	int error;

	if (retry_may(job)) {
		restart = admission_restart(job, &error);
		if (restart == RESTART_FAILED)
			miss_attempt(job, error);
	}
	switch (restart) {
	case RESTARTED: /* the job may be freed */
		break;
	case RESTART_SOON:
		retry_soon(job);
		break;
	case RESTART_LATER:
		pace_ns = pace_wait_ns(&job->nursery->pace);
		wait_for(job, pace_ns > PAUSE_NS ? pace_ns : PAUSE_NS);
		break;
	case RESTART_FAILED:
		settle(job);
		break;
	}
}
