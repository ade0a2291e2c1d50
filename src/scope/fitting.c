#include "fitting.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/block.h"
#include "base/buf.h"
#include "base/parse.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "input/source.h"
#include "state.h"

/* The template says that the job is not to run. */
static bool
is_skipped(struct job *job, struct outcome *ret)
{
	(void)job;
	*ret = (struct outcome){ .kind = OUTCOME_SKIPPED };
	return true;
}

static void
set_own(struct job *job, const struct strvec *own)
{
	static const struct job_hooks skipped = { .refuses = is_skipped };
	int64_t tries;

	if (*own->items[SOURCE_SKIPPED] != '\0')
		job->hooks = &skipped;
	if (*own->items[SOURCE_DIRECTORY] != '\0')
		job->place.directory = xstrdup(own->items[SOURCE_DIRECTORY]);
	if (scope_of(job)->options->parallel.parset != PARSET_NONE)
		job->output.key = xstrdup(own->items[SOURCE_KEY]);
	strvec_push_all(&job->place.files, own->items + N_SOURCE_OWN);
	/* as Perl has it, what is no number is 0, which is no limit */
	if (*own->items[SOURCE_TRIES] == '\0')
		return;
	if (parse_count(own->items[SOURCE_TRIES], 0, INT_MAX, &tries) < 0)
		tries = 0;
	job->due.retries = tries > 0 ? tries - 1 : INT_MAX;
}

static void
set_input(struct job *job, const struct source *source)
{
	size_t n = 0;
	const struct slice *slices = source_input(source, &n);

	if (slices == NULL)
		return;
	job->inlet = inlet_new(&job->context->inlets, NULL, NULL);
	for (size_t i = 0; i < n; i++)
		inlet_put(job->inlet, &slices[i]);
	inlet_end(job->inlet);
}

/* --cat, --fifo: what the shell does before the command. */
static void
put_lead(struct job *job, const char *text, size_t len)
{
	const struct job_options *options = job->context->options;
	char *wrapped = wrapping_apply(&options->wrapping, text, len);
	struct buf all = BUF_INIT;

	buf_puts(&all, options->wrapping.input.lead);
	buf_append(&all, wrapped, strlen(wrapped) + 1);
	command_release(&job->command);
	command_init_wrapped(
	    &job->command, text, len, all.data, options->shell);
	free(wrapped);
	buf_release(&all);
	job->place.in_file = true;
}

void
fitting_apply(
    struct job *job, const struct source *source, const char *text, size_t len)
{
	const struct job_options *options = job->context->options;
	char *const *args = source_args(source);
	const struct strvec *results = source_results(source);
	const struct strvec *own = source_own(source);

	if (own != NULL)
		set_own(job, own);
	if (results != NULL && results->len > 0)
		strvec_push_all(&job->output.results, results->items);
	set_input(job, source);
	if (options->wrapping.input.variable != NULL) {
		put_lead(job, text, len);
	} else if (args != NULL) {
		command_release(&job->command);
		command_init_argv(
		    &job->command, text, len, options->shell, args);
	}
}
