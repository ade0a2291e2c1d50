#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "outcome.h"

/* With "and N more", the cause and the counts that makes 20 lines. */
#define FAILURES_SHOWN 17
#define ATTEMPT_MAX 40

struct report {
	struct report_options options;
	struct report_counts counts;
	char *failures[FAILURES_SHOWN];
	size_t n_failures;
};

struct report *
report_new(const struct report_options *options)
{
	struct report *report = xcalloc(1, sizeof(*report));

	report->options = *options;
	return report;
}

void
report_free(struct report *report)
{
	if (report == NULL)
		return;
	for (size_t i = 0; i < report->n_failures; i++)
		free(report->failures[i]);
	free(report);
}

struct report_counts *
report_counts(struct report *report)
{
	return &report->counts;
}

/* " (attempt 2)", or nothing for the first. */
static const char *
format_attempt(const struct report_job *job, char *buf, size_t size)
{
	buf[0] = '\0';
	if (job->attempt > 1)
		snprintf(buf, size, " (attempt %" PRId64 ")", job->attempt);
	return buf;
}

void
report_started(struct report *report, const struct report_job *job)
{
	char attempt[ATTEMPT_MAX], *text;

	if (!report->options.verbose)
		return;
	text = msg_safe(job->text, job->text_len);
	msg_warn("%s %" PRIu64 " started%s: %s", job->kind, job->seq,
	    format_attempt(job, attempt, sizeof(attempt)), text);
	free(text);
}

void
report_ready(struct report *report, const struct report_job *job)
{
	char took[FORMAT_DURATION_MAX], *text;

	if (!report->options.verbose)
		return;
	format_duration(job->elapsed_ns, took, sizeof(took));
	text = msg_safe(job->text, job->text_len);
	msg_warn("%s %" PRIu64 " ready after %s: %s", job->kind, job->seq, took,
	    text);
	free(text);
}

/* "failed: exit status 2", "succeeded", "cancelled" */
static char *
format_end(const struct report *report, const struct report_job *job,
    const struct outcome *outcome)
{
	bool failed = outcome_is_failure(outcome);
	char what[160], took[48], attempt[ATTEMPT_MAX], *text, *line;
	const char *hint = "";

	if (outcome->kind == OUTCOME_NOT_FOUND &&
	    report->options.hint_one_argument)
		hint = " (each argument is one command: quote a command and "
		       "its arguments together)";
	outcome_describe(outcome, what, sizeof(what));
	format_duration(job->elapsed_ns, took, sizeof(took));
	text = msg_safe(job->text, job->text_len);
	line = xasprintf("%s %" PRIu64 " %s%s%s after %s: %s%s", job->kind,
	    job->seq, failed ? "failed: " : "", what,
	    format_attempt(job, attempt, sizeof(attempt)), took, text, hint);
	free(text);
	return line;
}

static void
count(struct report_counts *counts, const struct outcome *outcome)
{
	if (outcome->kind == OUTCOME_SUCCEEDED)
		counts->succeeded++;
	else if (outcome->kind == OUTCOME_CANCELLED)
		counts->cancelled++;
	else
		counts->failed++;
}

/* Did the job have a voice, or can only we say that it has failed? */
static bool
was_mute(const struct outcome *outcome)
{
	return outcome_is_failure(outcome) && outcome->kind != OUTCOME_EXITED &&
	    outcome->kind != OUTCOME_KILLED;
}

void
report_ended(struct report *report, const struct report_job *job,
    const struct outcome *outcome)
{
	const struct report_options *options = &report->options;
	bool keep = outcome_is_failure(outcome) && !options->terse &&
	    report->n_failures < FAILURES_SHOWN;
	bool say = options->verbose || (options->terse && was_mute(outcome));
	char *line;

	count(&report->counts, outcome);
	if (!keep && !say)
		return;
	line = format_end(report, job, outcome);
	if (say)
		msg_warn("%s", line);
	if (keep)
		report->failures[report->n_failures++] = line;
	else
		free(line);
}

void
report_again(struct report *report, const struct report_job *job,
    const struct outcome *outcome, int64_t ns)
{
	char what[160], took[48], wait[48], again[64], *text;

	if (!report->options.verbose)
		return;
	outcome_describe(outcome, what, sizeof(what));
	format_duration(job->elapsed_ns, took, sizeof(took));
	format_duration(ns, wait, sizeof(wait));
	snprintf(again, sizeof(again), "%s%s", ns > 0 ? "in " : "at once",
	    ns > 0 ? wait : "");
	text = msg_safe(job->text, job->text_len);
	msg_warn("%s %" PRIu64 " failed: %s (attempt %" PRId64
		 ", again %s) after %s: %s",
	    job->kind, job->seq, what, job->attempt, again, took, text);
	free(text);
}

static void
add_count(struct buf *line, uint64_t n, const char *what)
{
	if (n > 0)
		buf_printf(line, "%s%" PRIu64 " %s", line->len > 0 ? ", " : "",
		    n, what);
}

void
report_summary(
    const struct report *report, const char *cause, int64_t elapsed_ns)
{
	const struct report_counts *counts = &report->counts;
	struct buf line = BUF_INIT;
	char took[48];

	if (report->options.quiet || report->options.terse) {
		if (cause != NULL && cause[0] != '\0')
			msg_warn("%s", cause); /* no job could say it */
		return;
	}
	for (size_t i = 0; i < report->n_failures; i++)
		msg_warn("%s", report->failures[i]);
	if (counts->failed > report->n_failures)
		msg_warn("and %" PRIu64 " more failed",
		    counts->failed - report->n_failures);
	if (cause != NULL && cause[0] != '\0')
		msg_warn("%s", cause);
	add_count(&line, counts->failed, "failed");
	add_count(&line, counts->cancelled, "cancelled");
	add_count(&line, counts->not_started,
	    counts->more_not_started ? "or more not started" : "not started");
	add_count(&line, counts->succeeded, "succeeded");
	if (line.len == 0 && report->options.verbose)
		buf_puts(&line, "no jobs");
	format_duration(elapsed_ns, took, sizeof(took));
	if (line.len > 0)
		msg_warn("%.*s in %s", (int)line.len, line.data, took);
	buf_release(&line);
}
