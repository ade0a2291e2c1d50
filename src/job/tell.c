#include "tell.h"

#include <string.h>

#include "contain/reach.h"
#include "contain/scan.h"
#include "job.h"
#include "report/report.h"

/* How long the job has waited, ran until it ended, or has run so far. */
static int64_t
elapsed_ns(const struct job *job)
{
	const struct attempt *attempt = &job->attempt;
	int64_t until_ns = loop_now(job->context->loop), ns;

	if (job->state == JOB_WAITING)
		return until_ns - attempt->known_ns;
	if (attempt->known && attempt->outcome.kind != OUTCOME_CANCELLED)
		until_ns = attempt->known_ns;
	ns = until_ns - attempt->started_ns;
	return ns > 0 ? ns : 0; /* it began after the time of this turn */
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
	const struct command *command = &job->command;
	const char *shown = command->shown;

	return (struct report_job){
		.id = job->family.id,
		.kind = job->kind->name,
		.seq = job->seq,
		.name = job->name,
		.text = shown != NULL ? shown : command->text,
		.text_len = shown != NULL ? strlen(shown) : command->len,
		.argv = shown != NULL ? command->argv : NULL,
		.state = tell_state(job->state),
		.attempt = job->attempt.number,
		.slot = job->slot,
		.pid = job->place.pid != 0 ? (pid_t)job->place.pid
					   : leader->member.pid,
		.machine = job->place.host,
		.everywhere = job->place.bound != NULL,
		.wall_ns = job->attempt.wall_ns,
		.elapsed_ns = elapsed_ns(job),
		.asked = job->family.asked,
		.stopped = leader->child && leader->stopped && !leader->exited
		    ? leader->member.pid
		    : 0,
		.work = job->kind->work,
		.spawned = job->n_waits > 0,
		.results = &job->output.results,
	};
}

struct report_usage
tell_usage(const struct job *job)
{
	const struct usage *used = &job->family.usage;
	struct report_usage usage = { .user_ns = used->user_ns,
		.system_ns = used->system_ns,
		.wrote = { job->attempt.wrote[0], job->attempt.wrote[1] } };

	if (job->inlet != NULL)
		usage.given = (int64_t)inlet_given(job->inlet);
	if (used->max_rss > job->attempt.our_rss)
		usage.max_rss = used->max_rss;
	return usage;
}

void
tell_event(const struct job *job, struct report_event event)
{
	const struct report_job shown = tell_show(job);

	event.job = &shown;
	report_tell(job->context->report, &event);
}

void
tell_output(const struct job *job, int fd, const char *data, size_t len)
{
	if (report_wants(job->context->report, REPORT_WANTS_OUTPUT))
		tell_event(job,
		    (struct report_event){ .kind = REPORT_OUTPUT,
			.fd = fd,
			.data = data,
			.len = len });
}

bool
tell_orphans(struct job *job)
{
	char names[256];
	size_t count;

	if (job->attempt.warned)
		return true;
	count = reach_name_orphans(&job->family, false, names, sizeof(names));
	if (count == 0 && job->family.n_orphans > 0)
		return false;
	job->attempt.warned = true;
	if (job->kind->mute)
		return true;
	tell_event(job,
	    (struct report_event){ .kind = REPORT_ORPHANS,
		.count = count,
		.at_least = job->context->contain->scan.more_to_adopt,
		.text = names });
	return true;
}

void
tell_unread(struct job *job, const char *why)
{
	job->context->events.unread(job);
	tell_event(
	    job, (struct report_event){ .kind = REPORT_UNREAD, .text = why });
}
