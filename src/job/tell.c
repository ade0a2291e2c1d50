#include "tell.h"

#include <string.h>

#include "job.h"
#include "report/report.h"

/* How long the job has waited, ran until it failed, or has run so far. */
static int64_t
elapsed_ns(const struct job *job)
{
	const struct attempt *attempt = &job->attempt;
	int64_t now_ns = loop_now(job->context->loop);

	if (job->state == JOB_WAITING)
		return now_ns - attempt->known_ns;
	if (attempt->known && outcome_is_failure(&attempt->outcome))
		return attempt->known_ns - attempt->started_ns;
	return now_ns - attempt->started_ns;
}

const char *
tell_state(enum job_state state)
{
	static const char *const names[JOB_STATES] = {
		[JOB_RUNNING] = "running",
		[JOB_STOPPING] = "stopping",
		[JOB_KILLING] = "killing",
		[JOB_LINGERING] = "lingering",
		[JOB_DRAINING] = "draining",
		[JOB_WAITING] = "waiting",
	};

	return names[state];
}

struct report_job
tell_show(const struct job *job)
{
	const struct leader *leader = &job->family.leader;
	const char *shown = job->command.shown;

	return (struct report_job){
		.kind = job->kind->name,
		.seq = job->seq,
		.name = job->name,
		.text = shown != NULL ? shown : job->command.text,
		.text_len = shown != NULL ? strlen(shown) : job->command.len,
		.state = tell_state(job->state),
		.attempt = job->attempt.number,
		.elapsed_ns = elapsed_ns(job),
		.stopped = leader->child && leader->stopped && !leader->exited
		    ? leader->member.pid
		    : 0,
		.spawned = job->n_waits > 0,
	};
}

void
tell_event(const struct job *job, struct report_event event)
{
	const struct report_job shown = tell_show(job);

	event.job = &shown;
	report_tell(job->context->report, &event);
}
