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
