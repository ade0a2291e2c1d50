#include "line.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/msg.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "event.h"
#include "hint.h"
#include "outcome.h"
#include "sys/loop.h"

const char *
line_attempt(const struct report_job *job, char *buf, size_t size)
{
	buf[0] = '\0';
	if (job->attempt > 1)
		snprintf(buf, size, " (attempt %" PRId64 ")", job->attempt);
	return buf;
}

const char *
line_job(const struct report_job *job, char *buf, size_t size)
{
	if (job->seq == 0)
		snprintf(buf, size, "%s %s", job->kind, job->name);
	else if (job->name == NULL)
		snprintf(buf, size, "%s %" PRIu64, job->kind, job->seq);
	else
		snprintf(buf, size, "%s %" PRIu64 " (%s)", job->kind, job->seq,
		    job->name);
	return buf;
}

char *
line_of_end(
    const struct report_event *event, const struct report_options *options)
{
	const struct report_job *job = event->job;
	bool failed = outcome_is_failure(event->outcome);
	char what[OUTCOME_TEXT_MAX], took[FORMAT_DURATION_MAX],
	    attempt[LINE_ATTEMPT_MAX];
	char who[LINE_JOB_MAX];
	char *text, *line;

	outcome_describe(event->outcome, what, sizeof(what));
	format_duration(job->elapsed_ns, took, sizeof(took));
	text = msg_short(job->text, job->text_len);
	line = xasprintf("%s %s%s%s after %s: %s%s",
	    line_job(job, who, sizeof(who)), failed ? "failed: " : "", what,
	    line_attempt(job, attempt, sizeof(attempt)), took, text,
	    hint_of_end(event, options));
	free(text);
	return line;
}

/* "third", or "11th", into buf; returns buf. */
static const char *
ordinal(int64_t n, char *buf, size_t size)
{
	static const char *const words[] = { "zeroth", "first", "second",
		"third", "fourth", "fifth", "sixth", "seventh", "eighth",
		"ninth", "tenth" };
	static const char *const ends[] = { "th", "st", "nd", "rd" };
	bool teen = n / 10 % 10 == 1;

	if (n <= 10)
		snprintf(buf, size, "%s", words[n]);
	else
		snprintf(buf, size, "%" PRId64 "%s", n,
		    ends[teen || n % 10 > 3 ? 0 : n % 10]);
	return buf;
}

char *
line_of_flaky(const struct report_job *job)
{
	char who[LINE_JOB_MAX], nth[LINE_ATTEMPT_MAX];
	char *text = msg_short(job->text, job->text_len), *line;

	line = xasprintf("%s succeeded at the %s attempt: %s",
	    line_job(job, who, sizeof(who)),
	    ordinal(job->attempt, nth, sizeof(nth)), text);
	free(text);
	return line;
}

/* "12.345s", or from a minute on "9m58s". */
static void
format_run(int64_t ns, char *buf, size_t size)
{
	if (ns < 60 * NS_PER_S)
		format_duration(ns, buf, size);
	else
		format_limit_duration(ns - ns % NS_PER_S, buf, size);
}

char *
line_of_interrupted(const struct report_event *event)
{
	const struct report_job *job = event->job;
	char who[LINE_JOB_MAX], took[FORMAT_DURATION_MAX],
	    attempt[LINE_ATTEMPT_MAX];
	char *text = msg_short(job->text, job->text_len), *line;

	format_run(job->elapsed_ns, took, sizeof(took));
	line = xasprintf("%s was running for %s%s when %s: %s",
	    line_job(job, who, sizeof(who)), took,
	    line_attempt(job, attempt, sizeof(attempt)), event->text, text);
	free(text);
	return line;
}

char *
line_of_killed(const struct report_event *event)
{
	const struct report_job *job = event->job;
	char who[LINE_JOB_MAX], took[FORMAT_DURATION_MAX],
	    name[SIGNAL_NAME_MAX];
	char *text = msg_short(job->text, job->text_len), *line;

	format_duration(event->elapsed_ns, took, sizeof(took));
	line = xasprintf("%s did not end within %s of %s, and was killed: %s",
	    line_job(job, who, sizeof(who)), took,
	    signal_name(event->signo, name, sizeof(name)), text);
	free(text);
	return line;
}
