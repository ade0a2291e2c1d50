#include "markers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/random.h"
#include "event.h"
#include "line.h"
#include "outcome.h"
#include "report.h"
#include "sys/loop.h"

/* How GitLab finds its markers, and a style that a job has left behind. */
#define CLEAR "\r\033[0K"
#define RESET "\033[0m"
#define RED "\033[0;31;1m"

static void
make_secret(char secret[MARKERS_SECRET_SIZE])
{
	for (size_t i = 0; i + 1 < MARKERS_SECRET_SIZE; i++)
		secret[i] = "0123456789abcdef"[random_below(16)];
	secret[MARKERS_SECRET_SIZE - 1] = '\0';
}

bool
markers_are_wanted(const struct markers *markers)
{
	return markers->style != MARKERS_AUTO && markers->style != MARKERS_NONE;
}

void
markers_init(struct markers *markers, enum markers_style style, bool always)
{
	*markers = (struct markers){ .style = style,
		.always = always && style == MARKERS_GITHUB };
	if (markers_are_wanted(markers))
		make_secret(markers->secret);
}

/* Adds the text so that it stays on its line, whatever is in it. */
static void
add_safe(struct buf *buf, const char *text)
{
	size_t len;
	char *safe = msg_safe(text, strlen(text), &len);

	buf_append(buf, safe, len);
	free(safe);
}

/*
 * Adds the value of a command or, with property, of one of its properties, with
 * the escapes of GitHub.
 */
static void
add_value(struct buf *buf, const char *text, bool property)
{
	size_t len;
	char *safe = msg_safe(text, strlen(text), &len);

	for (size_t i = 0; i < len; i++)
		if (safe[i] == '%' || safe[i] == '\r' || safe[i] == '\n' ||
		    (property && (safe[i] == ':' || safe[i] == ',')))
			buf_printf(buf, "%%%02X", (unsigned)safe[i]);
		else
			buf_append(buf, &safe[i], 1);
	free(safe);
}

/* "job 3 (web): make test" */
static void
add_title(struct buf *buf, const struct report_event *event)
{
	const struct report_job *job = event->job;
	char who[LINE_JOB_MAX];
	char *text = msg_short(job->text, job->text_len);

	add_safe(buf, line_job(job, who, sizeof(who)));
	buf_puts(buf, ": ");
	add_safe(buf, text);
	free(text);
}

/* The caller frees it.  Hints are for the summary. */
static char *
describe_end(const struct report_event *event)
{
	static const struct report_options none = { .quiet = false };

	return line_of_end(event, &none);
}

/* "job 3 (web) failed: exit status 2 after 1.204s: make test" */
static void
add_end(struct buf *buf, const struct report_event *event)
{
	char *line = describe_end(event);

	add_safe(buf, line);
	free(line);
}

/* GitHub. */

static void
stop_commands(struct buf *buf, const char *secret)
{
	buf_printf(buf, "::stop-commands::%s\n", secret);
}

static void
resume_commands(struct buf *buf, const char *secret)
{
	buf_printf(buf, "::%s::\n", secret);
}

/* Before lines that are our own commands. */
static void
begin_own(const struct markers *markers, struct buf *buf)
{
	if (markers->always)
		resume_commands(buf, markers->secret);
}

static void
end_own(const struct markers *markers, struct buf *buf)
{
	if (markers->always)
		stop_commands(buf, markers->secret);
}

static void
add_error(struct buf *buf, const struct report_event *event)
{
	char who[LINE_JOB_MAX];
	char *line = describe_end(event);

	buf_puts(buf, "::error title=");
	add_value(buf, line_job(event->job, who, sizeof(who)), true);
	buf_puts(buf, "::");
	add_value(buf, line, false);
	buf_puts(buf, "\n");
	free(line);
}

static void
add_group(struct buf *buf, const struct report_event *event)
{
	char *line = describe_end(event);

	buf_puts(buf, "::group::");
	add_value(buf, line, false);
	buf_puts(buf, "\n");
	free(line);
}

static void
github_begin_open(const struct markers *markers, const char *secret,
    const struct report_event *event, struct buf *before)
{
	if (!markers->always)
		stop_commands(before, secret);
	add_title(before, event);
	buf_puts(before, "\n");
}

static void
github_end_open(const struct markers *markers, const char *secret,
    const struct report_event *event, struct buf *behind)
{
	bool failed = outcome_is_failure(event->outcome);

	if (markers->always && !failed)
		return;
	resume_commands(behind, secret);
	if (failed)
		add_error(behind, event);
	end_own(markers, behind);
}

static void
github_fold(const struct markers *markers, const char *secret,
    const struct report_event *event, struct buf *before, struct buf *behind)
{
	begin_own(markers, before);
	add_group(before, event);
	stop_commands(before, secret);
	resume_commands(behind, secret);
	buf_puts(behind, "::endgroup::\n");
	end_own(markers, behind);
}

/* GitLab. */

static void
gitlab_begin(struct buf *before, const char *secret, const char *options,
    int64_t elapsed_ns)
{
	int64_t start_s = (int64_t)time(NULL) - elapsed_ns / NS_PER_S;

	buf_printf(before,
	    RESET "\033[0Ksection_start:%" PRId64 ":nursery_%s%s" CLEAR,
	    start_s, secret, options);
}

static void
gitlab_end(struct buf *behind, const char *secret)
{
	buf_printf(behind,
	    RESET "\033[0Ksection_end:%" PRId64 ":nursery_%s" CLEAR "\n",
	    (int64_t)time(NULL), secret);
}

static void
gitlab_failure(struct buf *buf, const struct report_event *event)
{
	buf_puts(buf, RED);
	add_end(buf, event);
	buf_puts(buf, RESET "\n");
}

static void
gitlab_begin_open(
    const char *secret, const struct report_event *event, struct buf *before)
{
	gitlab_begin(before, secret, "", event->job->elapsed_ns);
	add_title(before, event);
	buf_puts(before, "\n");
}

static void
gitlab_end_open(
    const char *secret, const struct report_event *event, struct buf *behind)
{
	gitlab_end(behind, secret);
	if (outcome_is_failure(event->outcome))
		gitlab_failure(behind, event);
}

static void
gitlab_fold(const char *secret, const struct report_event *event,
    struct buf *before, struct buf *behind)
{
	gitlab_begin(
	    before, secret, "[collapsed=true]", event->job->elapsed_ns);
	add_end(before, event);
	buf_puts(before, "\n");
	gitlab_end(behind, secret);
}

/* Plain. */

static void
plain_begin_live(const struct report_event *event, struct buf *before)
{
	buf_puts(before, "+++ ");
	add_title(before, event);
	buf_puts(before, "\n");
}

static void
plain_end(const struct report_event *event, struct buf *lines)
{
	buf_puts(lines, outcome_is_failure(event->outcome) ? "+++ " : "--- ");
	add_end(lines, event);
	buf_puts(lines, "\n");
}

/* All. */

void
markers_open(const struct markers *markers, struct buf *lines)
{
	end_own(markers, lines);
}

void
markers_close(const struct markers *markers, struct buf *lines)
{
	begin_own(markers, lines);
}

static void
begin_open(const struct markers *markers, const char *secret,
    const struct report_event *event, struct buf *before)
{
	if (markers->style == MARKERS_GITHUB)
		github_begin_open(markers, secret, event, before);
	else
		gitlab_begin_open(secret, event, before);
}

static void
end_open(const struct markers *markers, const char *secret,
    const struct report_event *event, struct buf *behind)
{
	if (markers->style == MARKERS_GITHUB)
		github_end_open(markers, secret, event, behind);
	else
		gitlab_end_open(secret, event, behind);
}

/* Who reads the log of one job must not know the secret of the next. */
static void
choose_secret(const struct markers *markers, char secret[MARKERS_SECRET_SIZE])
{
	if (markers->always)
		memcpy(secret, markers->secret, MARKERS_SECRET_SIZE);
	else
		make_secret(secret);
}

void
markers_begin_live(struct markers *markers, const struct report_event *event,
    struct buf *before)
{
	choose_secret(markers, markers->live);
	if (markers->style == MARKERS_PLAIN)
		plain_begin_live(event, before);
	else
		begin_open(markers, markers->live, event, before);
}

void
markers_end_live(struct markers *markers, const struct report_event *event,
    struct buf *behind)
{
	if (markers->style == MARKERS_PLAIN)
		plain_end(event, behind);
	else
		end_open(markers, markers->live, event, behind);
	markers->live[0] = '\0';
}

/* A failure of which there is nothing to show. */
static void
add_failure(const struct markers *markers, const struct report_event *event,
    struct buf *lines)
{
	switch (markers->style) {
	case MARKERS_AUTO:
	case MARKERS_NONE:
		return;
	case MARKERS_GITHUB:
		begin_own(markers, lines);
		add_error(lines, event);
		end_own(markers, lines);
		return;
	case MARKERS_GITLAB:
		gitlab_failure(lines, event);
		return;
	case MARKERS_PLAIN:
		plain_end(event, lines);
		return;
	}
}

void
markers_whole(const struct markers *markers, const struct report_event *event,
    bool empty, struct buf *before, struct buf *behind)
{
	bool failed = outcome_is_failure(event->outcome);
	char secret[MARKERS_SECRET_SIZE];

	choose_secret(markers, secret);
	if (empty && failed) {
		add_failure(markers, event, before);
	} else if (empty) {
		return;
	} else if (markers->style == MARKERS_PLAIN) {
		plain_end(event, before);
	} else if (failed) {
		begin_open(markers, secret, event, before);
		end_open(markers, secret, event, behind);
	} else if (markers->style == MARKERS_GITHUB) {
		github_fold(markers, secret, event, before, behind);
	} else {
		gitlab_fold(secret, event, before, behind);
	}
}

void
markers_failure(const struct markers *markers, const struct report_event *event,
    struct buf *lines)
{
	if (markers->always)
		add_failure(markers, event, lines);
}
