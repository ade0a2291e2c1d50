#include "verbose.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/msg.h"
#include "base/parse.h"
#include "line.h"
#include "outcome.h"
#include "report.h"

static void
say_started(const struct report_job *job)
{
	char who[LINE_JOB_MAX], attempt[LINE_ATTEMPT_MAX];
	char *text = msg_short(job->text, job->text_len);

	msg_warn("%s started%s: %s", line_job(job, who, sizeof(who)),
	    line_attempt(job, attempt, sizeof(attempt)), text);
	free(text);
}

static void
say_ready(const struct report_job *job)
{
	char who[LINE_JOB_MAX], took[FORMAT_DURATION_MAX];
	char *text = msg_short(job->text, job->text_len);

	format_duration(job->elapsed_ns, took, sizeof(took));
	msg_warn("%s ready after %s: %s", line_job(job, who, sizeof(who)), took,
	    text);
	free(text);
}

static void
say_retry(const struct report_event *event)
{
	const struct report_job *job = event->job;
	char what[OUTCOME_TEXT_MAX], took[FORMAT_DURATION_MAX],
	    wait[FORMAT_DURATION_MAX];
	char who[LINE_JOB_MAX];
	char *text = msg_short(job->text, job->text_len);

	outcome_describe(event->outcome, what, sizeof(what));
	format_duration(job->elapsed_ns, took, sizeof(took));
	format_duration(event->wait_ns, wait, sizeof(wait));
	msg_warn("%s failed: %s (attempt %" PRId64 ", again %s%s) after %s: %s",
	    line_job(job, who, sizeof(who)), what, job->attempt,
	    event->wait_ns > 0 ? "in " : "at once",
	    event->wait_ns > 0 ? wait : "", took, text);
	free(text);
}

/* True for a failure that the job cannot have written a message about. */
static bool
was_mute(const struct outcome *outcome)
{
	return outcome_is_failure(outcome) && outcome->kind != OUTCOME_EXITED &&
	    outcome->kind != OUTCOME_KILLED;
}

static void
say_ended(
    const struct report_event *event, const struct report_options *options)
{
	char *line;

	if (!options->verbose && !(options->terse && was_mute(event->outcome)))
		return;
	line = line_of_end(event, options);
	msg_warn("%s", line);
	free(line);
}

static void
hear(void *arg, const struct report_event *event)
{
	const struct report_options *options = arg;

	if (event->kind == REPORT_ENDED)
		say_ended(event, options);
	if (!options->verbose)
		return;
	if (event->kind == REPORT_STARTED)
		say_started(event->job);
	else if (event->kind == REPORT_READY)
		say_ready(event->job);
	else if (event->kind == REPORT_RETRY)
		say_retry(event);
}

struct report_listener
verbose_listener(const struct report_options *options)
{
	return (struct report_listener){ .hear = hear, .arg = (void *)options };
}
