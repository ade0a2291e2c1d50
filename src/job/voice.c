#include "voice.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "job.h"
#include "output/output.h"
#include "output/relay.h"
#include "report/line.h"
#include "report/report.h"
#include "retry.h"
#include "tell.h"

void
voice_resize(const struct job *job)
{
	if (job->output.capture != NULL)
		capture_resize(job->output.capture);
	if (job->output.relay != NULL)
		relay_resize(job->output.relay);
}

void
voice_print_command(const struct job *job)
{
	const struct job_options *options = job->context->options;
	char *line;

	if (!options->trace && !options->echo)
		return;
	line = xasprintf("%s\n", job->command.text);
	if (options->trace && !job->context->ungroup) /* else it was before */
		output_note(job->context->output, line, strlen(line));
	if (options->echo && job->output.capture != NULL) {
		capture_say(job->output.capture, line, strlen(line));
		tell_output(job, STDOUT_FILENO, line, strlen(line));
	}
	free(line);
}

/* The place of the machine in the text from there on, or NULL. */
static const char *
find_machine(const char *text, size_t len)
{
	return len == 0
	    ? NULL
	    : memmem(text, len, JOB_LABEL_MACHINE, JOB_LABEL_MACHINE_LEN);
}

/* The label with the machine of the job in it, whose text is put into text. */
static struct output_label
label_there(const struct job *job, struct buf *text)
{
	struct output_label label = job->output.label;
	const char *p = label.text, *end = p + label.len, *mark;
	const char *host = job->place.host != NULL ? job->place.host : "";
	size_t len;
	char *safe = msg_safe(host, strlen(host), &len);

	while ((mark = find_machine(p, (size_t)(end - p))) != NULL) {
		buf_append(text, p, (size_t)(mark - p));
		buf_append(text, safe, len);
		p = mark + JOB_LABEL_MACHINE_LEN;
	}
	buf_append(text, p, (size_t)(end - p));
	free(safe);
	label.text = text->data != NULL ? text->data : "";
	label.len = text->len;
	return label;
}

/* Opens the capture, with a label that is known now; NULL: none. */
static int
open_capture(struct job *job, const struct output_label *label, int ret_fds[2])
{
	struct job_output *output = &job->output;

	output->capture = capture_open(
	    job->context->output, output->place, job, label, ret_fds);
	if (output->capture == NULL)
		return -1;
	output->place = NULL;
	output->on_hold = retry_wanted(job);
	if (output->on_hold)
		capture_hold(output->capture);
	return 0;
}

int
voice_open(struct job *job, int ret_fds[2])
{
	struct job_output *output = &job->output;
	const struct output_label *label =
	    output->label.text != NULL ? &output->label : NULL;
	bool moves = label != NULL && find_machine(label->text, label->len);
	struct output_label there;
	struct buf text = BUF_INIT;
	int result;

	if (moves) {
		there = label_there(job, &text);
		label = &there;
	}
	if (output->capture == NULL)
		result = open_capture(job, label, ret_fds);
	else /* the label is another one if it is on another machine now */
		result = capture_again(
		    output->capture, moves ? label : NULL, ret_fds);
	buf_release(&text);
	return result;
}

/* Says before what an attempt writes which one that is. */
static void
head_attempt(struct job *job)
{
	struct report_job shown = tell_show(job);
	char who[LINE_JOB_MAX];
	char *text = msg_short(shown.text, shown.text_len), *safe, *line;
	struct buf out = BUF_INIT;
	size_t len;

	line = xasprintf("nursery: %s, attempt %" PRId64 " of %" PRId64 ": %s",
	    line_job(&shown, who, sizeof(who)), job->attempt.number,
	    retry_limit(job) + 1, text);
	safe = msg_safe(line, strlen(line), &len);
	buf_append(&out, safe, len);
	buf_puts(&out, "\n");
	capture_head(job->output.capture, out.data, out.len);
	buf_release(&out);
	free(safe);
	free(line);
	free(text);
}

void
voice_begin(struct job *job)
{
	struct job_output *output = &job->output;

	if (output->capture == NULL)
		return;
	capture_started(output->capture);
	if (job->context->options->show_attempts && retry_wanted(job))
		head_attempt(job);
	if (output->on_hold && retry_is_last(job)) {
		output->on_hold = false;
		capture_release(output->capture);
	}
}
