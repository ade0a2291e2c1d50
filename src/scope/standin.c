#include "standin.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "input/quote.h"
#include "job/job.h"
#include "job/tell.h"
#include "output/output.h"
#include "output/palette.h"
#include "ready/lastline.h"
#include "record/recorder.h"
#include "state.h"

static bool
is_for_shell(const struct scope *scope)
{
	return scope->options->output.show == OUTPUT_SHOW_REPLACED;
}

/* Puts the label of the job, if it has one, where a line begins. */
static void
begin_line(struct job_output *output)
{
	struct buf *text = &output->text;

	if (output->label.text == NULL ||
	    (text->len > 0 && text->data[text->len - 1] != '\n'))
		return;
	buf_append(text, output->label.text, output->label.len);
	buf_append(text, &output->label.behind, 1);
}

/* Keeps the bytes, with the label of the job before each line. */
static void
keep_lines(struct job_output *output, const char *data, size_t len)
{
	while (len > 0) {
		const char *newline = memchr(data, '\n', len);
		size_t n = newline != NULL ? (size_t)(newline - data) + 1 : len;

		begin_line(output);
		buf_append(&output->text, data, n);
		data += n;
		len -= n;
	}
}

/* Forgets what an earlier attempt wrote.  With -v the command goes first. */
static void
begin_text(struct job *job)
{
	struct job_output *output = &job->output;

	if (output->text_of == job->attempt.number)
		return;
	output->text.len = 0;
	output->text_of = job->attempt.number;
	if (!scope_of(job)->options->job.echo)
		return;
	keep_lines(output, job->command.text, strlen(job->command.text));
	buf_puts(&output->text, "\n");
}

/*
 * Keeps what the attempt writes to standard output, all of it: the shell that
 * is to have it holds more.
 */
static void
keep_text(struct job *job, const char *data, size_t len)
{
	begin_text(job);
	keep_lines(&job->output, data, len);
}

/*
 * --_parset: the value that a shell is to have, without the newline at its end.
 */
static void
put_value(const struct scope *scope, struct job *job, struct buf *text)
{
	const struct gnu_options *options = &scope->options->parallel;
	const struct buf *wrote = &job->output.text;
	size_t len;

	begin_text(job);
	len = wrote->len;
	if (len > 0 && wrote->data[len - 1] == '\n')
		len--;
	if (options->parset == PARSET_ASSOC) {
		buf_puts(text, "[");
		quote_shell(text, job->output.key, strlen(job->output.key));
		buf_puts(text, "]=");
	} else if (options->parset == PARSET_NAMES) {
		buf_printf(text, "%s=", options->names.items[job->seq - 1]);
	}
	quote_shell(text, wrote->data, len);
	buf_puts(text, "\n");
}

static void
instead(void *arg, struct buf *text)
{
	struct job *job = arg;
	const struct scope *scope = scope_of(job);
	const struct report_job shown = tell_show(job);
	const char *name;

	if (is_for_shell(scope)) {
		put_value(scope, job, text);
		return;
	}
	if (scope->options->standin.instead == INSTEAD_FILE) {
		name = recorder_file(scope->readers.recorder, &shown);
		if (name == NULL)
			return; /* that was said */
		buf_puts(text, name);
		buf_append(text, &scope->options->standin.file_end, 1);
	} else if (standin_last_line(job)[0] != '\0') {
		buf_puts(text, standin_last_line(job));
		buf_puts(text, "\n");
	}
}

static bool
colour(void *arg, char *buf)
{
	const struct job *job = arg;
	const struct standin_options *options =
	    &scope_of(job)->options->standin;

	if (options->colour_failed && outcome_is_failure(&job->attempt.outcome))
		strlcpy(buf, PALETTE_FAILED, PALETTE_MAX);
	else if (options->colour_all)
		palette_begin(job->seq, buf);
	else
		return false;
	return true;
}

void
standin_init(struct scope *scope, struct output_events *events)
{
	const struct scope_options *options = scope->options;

	events->instead = instead;
	if (options->standin.colour_failed || options->standin.colour_all)
		events->colour = colour;
}

bool
standin_wants_output(const struct scope *scope)
{
	return is_for_shell(scope) ||
	    (scope->options->output.show == OUTPUT_SHOW_INSTEAD &&
		scope->options->standin.instead == INSTEAD_LAST_LINE);
}

void
standin_took(struct job *job, int fd, const char *data, size_t len)
{
	struct job_output *output = &job->output;

	if (is_for_shell(scope_of(job))) {
		if (fd == STDOUT_FILENO)
			keep_text(job, data, len);
		return;
	}
	if (!standin_wants_output(scope_of(job)))
		return;
	if (output->last == NULL)
		output->last = xcalloc(1, sizeof(*output->last));
	lastline_feed(output->last, data, len);
}

const char *
standin_last_line(const struct job *job)
{
	return job->output.last != NULL ? lastline_text(job->output.last) : "";
}
