#include "ending.h"

#include <stdlib.h>

#include <sys/wait.h>

#include "base/exits.h"
#include "job.h"
#include "sys/interpreter.h"

/*
 * True if the job has met a limit: then that is its outcome.  status is the
 * exit status of the leader.
 */
static bool
is_limited(struct job *job, int status, struct outcome *ret)
{
	const struct limits *limits = &job->context->options->limits;
	struct outcome outcome = { .detail =
				       status != 0 ? status : EXITS_FAILURE };

	switch (family_limit_met(&job->family)) {
	case LIMIT_NONE:
		return false;
	case LIMIT_MEMORY:
		outcome.kind = OUTCOME_OUT_OF_MEMORY;
		outcome.limit = limits->memory;
		break;
	case LIMIT_PIDS:
		outcome.kind = OUTCOME_OUT_OF_PIDS;
		outcome.limit = limits->pids;
		break;
	}
	*ret = outcome;
	return true;
}

void
ending_name_interpreter(struct job *job, struct outcome *outcome)
{
	struct command *command = &job->command;

	free(command->lacks);
	command->lacks = interpreter_missing(command->text, command->len,
	    job->attempt.directory, job->attempt.path);
	outcome->name = command->lacks;
}

/* What it means that a job has ended with success. */
static enum outcome_kind
outcome_of_success(struct job *job)
{
	const struct job_hooks *hooks = job->hooks;
	bool early = job->kind->vital && !job->release.dispensable;

	if (early && hooks != NULL && hooks->may_end != NULL)
		early = !hooks->may_end(job);
	return early ? OUTCOME_ENDED_EARLY : OUTCOME_SUCCEEDED;
}

/* Whether what the leader has left is the job from now on. */
static bool
goes_on(const struct job *job)
{
	return job->context->options->orphans == ORPHANS_WAIT;
}

struct outcome
ending_of_leader(struct job *job, int code, int status)
{
	const struct kind *kind = job->kind;
	struct outcome outcome = code == CLD_EXITED ? outcome_of_exit(status)
						    : outcome_of_signal(status);

	if (!job->release.dispensable &&
	    is_limited(job, outcome_status(&outcome), &outcome))
		return outcome;
	if (code == CLD_EXITED && kind->counted && !kind->vital &&
	    codes_have(&job->context->options->ok_codes, status))
		outcome.kind = OUTCOME_SUCCEEDED;
	if (job->release.dispensable)
		outcome.kind = kind->stopped;
	else if (outcome.kind == OUTCOME_SUCCEEDED && !goes_on(job))
		outcome.kind = outcome_of_success(job);
	if (outcome.kind == OUTCOME_EXITED && status == EXITS_NOT_FOUND &&
	    job->place.machine == NULL)
		ending_name_interpreter(job, &outcome);
	return outcome;
}

struct outcome
ending_of_processes(struct job *job)
{
	struct outcome outcome;

	if (!is_limited(job, 0, &outcome)) /* orphans may have met one */
		outcome = (struct outcome){ .kind = outcome_of_success(job) };
	return outcome;
}
