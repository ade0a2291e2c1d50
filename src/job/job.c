#include "job.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "output/output.h"
#include "output/relay.h"
#include "report/report.h"
#include "tell.h"
#include "template_files.h"

struct job *
job_new(struct job_context *context, enum job_kind kind, uint64_t seq,
    const char *text, size_t len)
{
	const struct job_options *options = context->options;
	struct job *job = xcalloc(1, sizeof(*job));

	job->context = context;
	job->kind = kind_of(kind);
	job->place.executor =
	    job->kind->placed ? context->placed : context->executor;
	job->seq = seq;
	job->due.retries = -1;
	family_init(&job->family, context->contain, job, ++context->made,
	    job->kind->child);
	loop_timer_init(&job->timer, NULL, job);
	if (kind == KIND_ORDINARY && wrapping_is_needed(&options->wrapping)) {
		char *wrapped = wrapping_apply(&options->wrapping, text, len);

		command_init_wrapped(
		    &job->command, text, len, wrapped, options->shell);
		free(wrapped);
	} else {
		command_init(
		    &job->command, text, len, options->shell, options->direct);
	}
	if (options->input == JOB_INPUT_OPEN && job->kind->child &&
	    job->kind->counted)
		job->inlet = inlet_new(&context->inlets, NULL, NULL);
	return job;
}

void
job_end_family(struct job *job)
{
	family_end(&job->family);
	if (job->inlet == NULL)
		return;
	inlet_close(job->inlet);
	if (inlet_error(job->inlet) == 0)
		return;
	job->context->events.unread(job);
	tell_event(job,
	    (struct report_event){ .kind = REPORT_UNFED,
		.text = strerror(inlet_error(job->inlet)) });
}

void
job_leave_place(struct job *job)
{
	if (job->output.place != NULL)
		capture_leave(job->output.place);
	job->output.place = NULL;
}

void
job_free(struct job *job)
{
	if (job == NULL)
		return;
	loop_timer_clear(job->context->loop, &job->timer);
	family_release(&job->family);
	relay_free(job->output.relay);
	inlet_free(job->inlet);
	command_release(&job->command);
	strvec_release(&job->output.results);
	free(job->output.label_text);
	job_leave_place(job);
	free(job->output.last);
	free(job->output.key);
	buf_release(&job->output.text);
	template_files_remove(job);
	strvec_release(&job->place.files);
	free(job->place.directory);
	free(job);
}

void
job_drop(struct job *job)
{
	if (job->hooks != NULL && job->hooks->over != NULL)
		job->hooks->over(job);
	job_free(job);
}
