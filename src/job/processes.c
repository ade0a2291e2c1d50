#include "processes.h"

#include <signal.h>

#include "base/msg.h"
#include "contain/family.h"
#include "contain/reach.h"
#include "output/output.h"
#include "output/relay.h"
#include "states.h"
#include "tell.h"

static void
leader_exited(struct family *family, int code, int status)
{
	struct job *job = family->owner;

	if (code != CLD_EXITED)
		job->context->events.killed(job);
	job_leader_status(job, code, status);
	job_event(job, JOB_LEADER_EXITED);
}

static void
orphaned(struct family *family)
{
	struct job *job = family->owner;

	/* strays are left alone until somebody asks them to end */
	if (job->kind->lasts && job->state == JOB_LINGERING &&
	    family->asked == 0)
		return;
	job_event(job, JOB_ORPHANED);
}

static void
gone(struct family *family)
{
	job_event(family->owner, JOB_GONE);
}

static void
leader_stopped(struct family *family, int signo)
{
	struct job *job = family->owner;

	job->context->events.stopped(job, signo);
}

static void
progressed(struct family *family)
{
	job_progressed(family->owner);
}

static void
stuck(struct family *family)
{
	struct job *job = family->owner;
	bool led = !family->leader.exited;
	char names[256];

	reach_name_orphans(family, true, names, sizeof(names));
	job->context->events.stuck(job);
	tell_event(job,
	    (struct report_event){ .kind = REPORT_STUCK,
		.pid = led ? family->leader.member.pid : 0,
		.text = names });
}

static void
broken(struct family *family)
{
	struct job *strays = family->owner;

	msg_warn("somebody has killed the init process of the PID namespace, "
		 "and so every job");
	strays->context->events.stuck(strays);
}

static bool
owns_pipe(const struct family *family, dev_t dev, ino_t ino)
{
	const struct job *job = family->owner;
	const struct job_output *output = &job->output;

	return (output->capture != NULL &&
		   capture_has_pipe(output->capture, dev, ino)) ||
	    (output->relay != NULL && relay_has_pipe(output->relay, dev, ino));
}

const struct contain_events processes_events = {
	.exited = leader_exited,
	.orphaned = orphaned,
	.gone = gone,
	.stopped = leader_stopped,
	.progressed = progressed,
	.stuck = stuck,
	.owns_pipe = owns_pipe,
	.broken = broken,
};
