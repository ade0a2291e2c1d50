#include "launch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "executor.h"
#include "job.h"
#include "output/output.h"
#include "output/relay.h"
#include "states.h"
#include "template_files.h"

bool
launch_is_shortage(int error)
{
	return error == EAGAIN || error == EMFILE || error == ENFILE ||
	    error == ENOMEM || error == ENOSPC;
}

void
launch_fail(struct job *job, int error)
{
	const struct outcome outcome = outcome_of_start_error(error);

	job_end_unstarted(job, &outcome);
}

bool
launch_announce(struct job *job)
{
	struct job_context *context = job->context;
	const struct job_options *options = context->options;
	char *line;

	if ((!options->echo && !options->trace) || !context->ungroup ||
	    job->kind->voice != VOICE_ORDER)
		return true;
	if (!job->attempt.announced) {
		line = xasprintf("%s\n", job->command.text);
		if (options->trace)
			output_note(context->output, line, strlen(line));
		if (options->echo)
			output_say(context->output, line, strlen(line));
		free(line);
	}
	job->attempt.announced = true;
	return !options->echo || output_said(context->output);
}

bool
launch_is_refused(struct job *job, struct outcome *ret)
{
	return job->hooks != NULL && job->hooks->refuses != NULL &&
	    job->hooks->refuses(job, ret);
}

/* Ends the job unstarted if its maker refuses to have it started. */
static bool
end_refused(struct job *job)
{
	struct outcome outcome;

	if (!launch_is_refused(job, &outcome))
		return false;
	job_begin_attempt(job);
	job_end_unstarted(job, &outcome);
	return true;
}

int
launch(struct job *job)
{
	int error;

	if (end_refused(job))
		return 0;
	error = template_files_write(job);
	return error != 0 ? error : job->place.executor->start(job);
}

void
launch_undo(struct job *job)
{
	struct job_output *output = &job->output;

	if (job->inlet != NULL)
		inlet_undo(job->inlet);
	relay_free(output->relay);
	output->relay = NULL;
	if (output->capture != NULL)
		capture_cancel(output->capture);
	if (job->state == JOB_WAITING)
		return; /* what the last attempt wrote stays kept */
	if (job->place.bound != NULL && output->capture != NULL)
		output->place = output->capture;
	output->capture = NULL;
	output->on_hold = false;
}
