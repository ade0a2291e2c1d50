#include "labels.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/msg.h"
#include "input/template.h"
#include "job/job.h"
#include "job/name.h"

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
		bool timed =
		    memcmp(mark, TEMPLATE_TIME, TEMPLATE_MARK_LEN) == 0;

		buf_append(text, tag, (size_t)(mark - tag));
		if (timed)
			buf_append(text, LABEL_TIME, LABEL_TIME_LEN);
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
	put_name(text, job, job->name);
	return label(text, colour);
}
