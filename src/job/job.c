#include "job.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "output/relay.h"

struct job *
job_new(struct job_context *context, enum job_kind kind, uint64_t seq,
    const char *text, size_t len)
{
	const struct job_options *options = context->options;
	struct job *job = xcalloc(1, sizeof(*job));

	job->context = context;
	job->kind = kind_of(kind);
	job->seq = seq;
	family_init(&job->family, context->contain, job, ++context->made,
	    job->kind->child);
	loop_timer_init(&job->timer, NULL, job);
	command_init(&job->command, text, len, options->shell, options->direct);
	return job;
}

void
job_free(struct job *job)
{
	if (job == NULL)
		return;
	loop_timer_clear(job->context->loop, &job->timer);
	family_release(&job->family);
	relay_free(job->output.relay);
	command_release(&job->command);
	free(job);
}

void
job_drop(struct job *job)
{
	if (job->hooks != NULL && job->hooks->over != NULL)
		job->hooks->over(job);
	job_free(job);
}
