#include "line.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
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
	const char *on = job->everywhere ? " on " : "";
	const char *machine = job->everywhere ? job->machine : "";

	if (job->seq == 0)
		snprintf(buf, size, "%s %s", job->kind, job->name);
	else if (job->name == NULL)
		snprintf(buf, size, "%s %" PRIu64 "%s%s", job->kind, job->seq,
		    on, machine);
	else
		snprintf(buf, size, "%s %" PRIu64 " (%s)%s%s", job->kind,
		    job->seq, job->name, on, machine);
	return buf;
}

const char *
line_machine(const struct report_job *job, char *buf, size_t size)
{
	buf[0] = '\0';
	if (job->machine != NULL && !job->everywhere)
		snprintf(buf, size, " on %s", job->machine);
	return buf;
}

const char *
line_job_on(const struct report_job *job, char *buf, size_t size)
{
	char machine[LINE_MACHINE_MAX];
	size_t len;

	line_job(job, buf, size);
	len = strlen(buf);
	snprintf(buf + len, size - len, "%s",
	    line_machine(job, machine, sizeof(machine)));
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

void
line_say_retry(const struct report_event *event)
{
	const struct report_job *job = event->job;
	char what[OUTCOME_TEXT_MAX], took[FORMAT_DURATION_MAX],
	    wait[FORMAT_DURATION_MAX];
	char who[LINE_JOB_MAX];
	char *text = msg_short(job->text, job->text_len);
	bool failed = event->outcome->kind != OUTCOME_ENDED_EARLY;

	outcome_describe(event->outcome, what, sizeof(what));
	format_duration(job->elapsed_ns, took, sizeof(took));
	format_duration(event->wait_ns, wait, sizeof(wait));
	msg_warn("%s %s%s (attempt %" PRId64 ", again %s%s) after %s: %s",
	    line_job(job, who, sizeof(who)), failed ? "failed: " : "", what,
	    job->attempt, event->wait_ns > 0 ? "in " : "at once",
	    event->wait_ns > 0 ? wait : "", took, text);
	free(text);
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

bool
line_is_flaky(const struct report_event *event)
{
	return event->outcome->kind == OUTCOME_SUCCEEDED &&
	    event->job->attempt > 1 && strcmp(event->job->kind, "service") != 0;
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

void
line_duration(int64_t ns, char *buf, size_t size)
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

	line_duration(job->elapsed_ns, took, sizeof(took));
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

static void
add_count(struct buf *line, uint64_t n, const char *what)
{
	if (n > 0)
		buf_printf(line, "%s%" PRIu64 " %s", line->len > 0 ? ", " : "",
		    n, what);
}

char *
line_of_counts(const struct report_event *event, const char *none)
{
	const struct report_counts *counts = event->counts;
	struct buf line = BUF_INIT;
	char took[FORMAT_DURATION_MAX];

	add_count(&line, counts->failed, "failed");
	add_count(&line, counts->cancelled, "cancelled");
	if (counts->killed > 0)
		buf_printf(&line, " (%" PRIu64 " killed)", counts->killed);
	add_count(&line, counts->not_started,
	    counts->more_not_started ? "or more not started" : "not started");
	add_count(&line, counts->final_not_started,
	    counts->final_not_started == 1 ? "final command not started"
					   : "final commands not started");
	add_count(&line, counts->succeeded, "succeeded");
	if (line.len == 0)
		buf_puts(&line, none);
	format_duration(event->elapsed_ns, took, sizeof(took));
	if (line.len > 0)
		buf_printf(&line, " in %s", took);
	return buf_detach(&line);
}
