#include "labels.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "input/template.h"
#include "job/elsewhere.h"
#include "job/job.h"
#include "job/name.h"
#include "state.h"
#include "sys/machine.h"

/* Appends what a job is called, made safe for a terminal. */
static void
put_name(struct buf *text, const struct job *job, const char *name)
{
	char program[NAME_SIZE], *safe;
	size_t len;

	if (name == NULL) {
		name_of_command(job->command.text, job->command.len, program);
		name = program;
	}
	safe = msg_safe(name, strlen(name), &len);
	buf_append(text, safe, len);
	free(safe);
	if (name == program)
		buf_printf(text, " %" PRIu64, job->seq);
}

/* Appends the machine, which may be known only when the job starts. */
static void
put_machine(struct buf *text, const struct job *job)
{
	const char *self = scope_of(job)->options->machines.self;
	char here[MACHINE_NAME_MAX];

	if (elsewhere_is(job))
		buf_append(text, JOB_LABEL_MACHINE, JOB_LABEL_MACHINE_LEN);
	else
		buf_puts(text, self != NULL ? self : machine_name(here));
}

static struct output_label
label(const struct buf *text, unsigned colour)
{
	return (struct output_label){
		.text = text->data != NULL ? text->data : "",
		.len = text->len,
		.behind = '\t',
		.colour = colour,
	};
}

struct output_label
labels_of_command(const struct job *job, const char *tag, size_t len,
    const char *name, struct buf *text)
{
	const char *end = tag + len, *mark;

	text->len = 0;
	while ((mark = memchr(tag, '\0', (size_t)(end - tag))) != NULL) {
		buf_append(text, tag, (size_t)(mark - tag));
		if (memcmp(mark, TEMPLATE_TIME, TEMPLATE_MARK_LEN) == 0)
			buf_append(text, LABEL_TIME, LABEL_TIME_LEN);
		else if (memcmp(mark, TEMPLATE_MACHINE, TEMPLATE_MARK_LEN) == 0)
			put_machine(text, job);
		else
			put_name(text, job, name);
		tag = mark + TEMPLATE_MARK_LEN;
	}
	buf_append(text, tag, (size_t)(end - tag));
	return label(text, (unsigned)(job->seq - 1));
}

struct output_label
labels_by_name(const struct job *job, unsigned colour, struct buf *text)
{
	text->len = 0;
	if (scope_of(job)->options->names.with_machine && elsewhere_is(job)) {
		put_machine(text, job);
		buf_puts(text, " ");
	}
	put_name(text, job, job->name);
	return label(text, colour);
}

void
labels_keep(struct job *job)
{
	struct job_output *output = &job->output;

	bool asked_again = elsewhere_is(job) ||
	    scope_of(job)->options->output.show == OUTPUT_SHOW_REPLACED;

	if (!asked_again || output->label.text == NULL)
		return;
	output->label_text = xmemdup0(output->label.text, output->label.len);
	output->label.text = output->label_text;
}
