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
	char who[LINE_JOB_MAX], where[LINE_MACHINE_MAX],
	    attempt[LINE_ATTEMPT_MAX];
	char *text = msg_short(job->text, job->text_len);

	msg_warn("%s started%s%s: %s", line_job(job, who, sizeof(who)),
	    line_machine(job, where, sizeof(where)),
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

/* True for a failure that the job cannot have written a message about. */
static bool
was_mute(const struct outcome *outcome)
{
	return outcome_is_failure(outcome) && outcome->kind != OUTCOME_EXITED &&
	    outcome->kind != OUTCOME_KILLED && outcome->kind != OUTCOME_SKIPPED;
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
	else if (event->kind == REPORT_RETRY && !event->restart)
		line_say_retry(event);
}

struct report_listener
verbose_listener(const struct report_options *options)
{
	return (struct report_listener){ .hear = hear, .arg = (void *)options };
}
