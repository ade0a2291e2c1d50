#include "notices.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/parse.h"
#include "line.h"
#include "outcome.h"
#include "report.h"
#include "sys/loop.h"

/* Who waits longer for the next attempt of a lost job is told why. */
#define LONG_WAIT_NS (5 * NS_PER_S)

/* True for the processes whose job nobody knows. */
static bool
is_strays(const struct report_job *job)
{
	return job->seq == 0 && job->name == NULL;
}

static void
say_orphans(const struct report_event *event)
{
	const struct report_job *job = event->job;
	const char *least = event->at_least ? "at least " : "";
	const char *plural = event->count == 1 ? "" : "es";
	const char *them = event->count == 1 ? "it" : "they";
	const char *are = event->count == 1 ? "is" : "are";
	char who[LINE_JOB_MAX];

	if (is_strays(job))
		msg_warn(
		    "%s%zu process%s of finished jobs left behind: %s; %s %s "
		    "ended now",
		    least, event->count, plural, event->text, them, are);
	else if (event->count == 0) /* there is no /proc to list them */
		msg_warn("%s left processes behind; they are ended now",
		    line_job(job, who, sizeof(who)));
	else
		msg_warn("%s left %s%zu process%s behind: %s; %s %s ended now",
		    line_job(job, who, sizeof(who)), least, event->count,
		    plural, event->text, them, are);
}

static void
say_stuck(const struct report_event *event)
{
	char who[LINE_JOB_MAX];

	if (event->pid != 0)
		msg_warn("cannot end process %d of %s", event->pid,
		    line_job(event->job, who, sizeof(who)));
	else
		msg_warn("cannot end what jobs left behind: %s", event->text);
}

static void
say_unread(const struct report_event *event)
{
	char who[LINE_JOB_MAX];

	msg_warn("%s: some of its output is lost, as it cannot be read: %s",
	    line_job(event->job, who, sizeof(who)), event->text);
}

static void
say_unfed(const struct report_event *event)
{
	char who[LINE_JOB_MAX];

	msg_warn("%s: it did not get all of its input: %s",
	    line_job(event->job, who, sizeof(who)), event->text);
}

static void
say_not_ready(const struct report_event *event)
{
	char who[LINE_JOB_MAX];
	char *shown = msg_short(event->text, strlen(event->text));

	msg_warn("%s %s", line_job(event->job, who, sizeof(who)), shown);
	free(shown);
}

/* What there is too little of if a call fails with the error. */
static const char *
missing(int error)
{
	switch (error) {
	case EMFILE:
	case ENFILE:
		return "descriptors";
	case ENOMEM:
		return "memory";
	case ENOSPC:
		return "space";
	default:
		return "processes";
	}
}

static void
say_shortage(const struct report_event *event)
{
	char who[LINE_JOB_MAX];

	msg_warn("waiting for free %s: cannot start %s yet: %s",
	    missing(event->error), line_job(event->job, who, sizeof(who)),
	    strerror(event->error));
}

static void
say_waiting(const struct report_event *event)
{
	char who[LINE_JOB_MAX];
	char *shown;

	if (event->job == NULL) {
		msg_warn("waiting for %s", event->text);
		return;
	}
	shown = event->text != NULL
	    ? msg_short(event->text, strlen(event->text))
	    : NULL;
	msg_warn("waiting for %s to be ready%s%s",
	    line_job(event->job, who, sizeof(who)), shown != NULL ? ": " : "",
	    shown != NULL ? shown : "");
	free(shown);
}

static void
say_stopped(const struct report_event *event)
{
	char who[LINE_JOB_MAX];
	char *text = msg_short(event->job->text, event->job->text_len);

	msg_warn("%s was stopped by a signal and is waited for (kill -CONT %d "
		 "continues it): %s",
	    line_job(event->job, who, sizeof(who)), event->pid, text);
	free(text);
}

static void
say_reads(const struct report_event *event)
{
	char who[LINE_JOB_MAX];
	char *text = msg_short(event->job->text, event->job->text_len);

	msg_warn("%s waits for somebody to type at its terminal, and nobody "
		 "does (--stdin=first passes on what is typed here, "
		 "--stdin=null ends its input): %s",
	    line_job(event->job, who, sizeof(who)), text);
	free(text);
}

static void
say_status(const struct report_job *job)
{
	char who[LINE_JOB_MAX], took[FORMAT_DURATION_MAX], more[80] = "";
	char *text = msg_short(job->text, job->text_len);

	format_duration(job->elapsed_ns, took, sizeof(took));
	if (job->stopped != 0)
		snprintf(more, sizeof(more),
		    ", stopped by a signal (kill -CONT %d continues it)",
		    job->stopped);
	else if (job->spawned)
		snprintf(more, sizeof(more),
		    ", waiting for jobs that it has spawned");
	msg_warn("%s %s for %s%s: %s", line_job_on(job, who, sizeof(who)),
	    job->state, took, more, text);
	free(text);
}

static void
say_totals(const struct report_event *event)
{
	const struct report_counts *counts = event->counts;
	char waiting[64] = "", left[64] = "";

	if (event->count > 0)
		msg_warn("and %zu more jobs", event->count);
	if (counts->waiting > 0)
		snprintf(waiting, sizeof(waiting),
		    ", %" PRIu64 " waiting for another attempt",
		    counts->waiting);
	if (counts->left > 0)
		snprintf(left, sizeof(left), ", %" PRIu64 "%s not started yet",
		    counts->left, counts->more_left ? " or more" : "");
	else if (counts->more_left)
		snprintf(left, sizeof(left), ", more may come");
	msg_warn("%" PRIu64 " running%s, %" PRIu64 " failed, %" PRIu64
		 " succeeded%s",
	    counts->running, waiting, counts->failed, counts->succeeded, left);
}

/*
 * The job may run again, but what it was may still be on the lost machine, and
 * long after the loss was said nothing would be.
 */
static void
say_wait(const struct report_event *event)
{
	char who[LINE_JOB_MAX], wait[FORMAT_DURATION_MAX];

	if (event->outcome->kind != OUTCOME_LOST ||
	    event->wait_ns < LONG_WAIT_NS)
		return;
	format_duration(event->wait_ns, wait, sizeof(wait));
	msg_warn("%s was lost with its machine (%s): it runs again in %s when "
		 "its processes there must have ended",
	    line_job(event->job, who, sizeof(who)), event->outcome->name, wait);
}

/* True if the controller is told of it, which then says it. */
static bool
is_told_elsewhere(
    const struct report_options *options, const struct report_event *event)
{
	return options->told_elsewhere &&
	    (event->kind == REPORT_UNREAD ||
		(event->kind == REPORT_ORPHANS && !is_strays(event->job)));
}

/* Called as parallel, which says nothing of what a job leaves behind. */
static bool
is_not_told(
    const struct report_options *options, const struct report_event *event)
{
	return options->terse && event->kind == REPORT_ORPHANS;
}

static void
hear(void *arg, const struct report_event *event)
{
	const struct report_options *options = arg;

	if (is_told_elsewhere(options, event) || is_not_told(options, event))
		return;
	if (event->kind == REPORT_ORPHANS)
		say_orphans(event);
	else if (event->kind == REPORT_STUCK)
		say_stuck(event);
	else if (event->kind == REPORT_UNFED)
		say_unfed(event);
	else if (event->kind == REPORT_UNREAD)
		say_unread(event);
	else if (event->kind == REPORT_NOT_READY)
		say_not_ready(event);
	else if (event->kind == REPORT_SHORTAGE)
		say_shortage(event);
	else if (event->kind == REPORT_WAITING)
		say_waiting(event);
	else if (event->kind == REPORT_RETRY && event->restart)
		line_say_retry(event);
	else if (event->kind == REPORT_STOPPED)
		say_stopped(event);
	else if (event->kind == REPORT_READS)
		say_reads(event);
	else if (event->kind == REPORT_RETRY && !options->verbose)
		say_wait(event);
	else if (event->kind == REPORT_STATUS)
		say_status(event->job);
	else if (event->kind == REPORT_TOTALS)
		say_totals(event);
}

struct report_listener
notices_listener(const struct report_options *options)
{
	return (struct report_listener){ .hear = hear,
		.arg = (void *)(uintptr_t)options };
}
