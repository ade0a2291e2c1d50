#include "waiting.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "closing.h"
#include "feed_plan.h"
#include "feed_source.h"
#include "job/tell.h"
#include "machines.h"
#include "output/output.h"
#include "pace.h"
#include "readers.h"
#include "report/line.h"
#include "report/report.h"
#include "shortage.h"
#include "state.h"

static void
tell(const struct scope *scope, const char *what)
{
	report_tell(scope->context.report,
	    &(struct report_event){ .kind = REPORT_WAITING, .text = what });
}

/* Only the reader of our output is missing at the end. */
static void
tell_reader(const struct scope *scope)
{
	uint64_t bytes = output_waiting(scope->context.output);
	char shown[FORMAT_SIZE_MAX], text[80];

	if (bytes == 0 || !closing_is_drained(scope))
		return;
	format_size((int64_t)bytes, shown, sizeof(shown));
	snprintf(text, sizeof(text),
	    "the reader of its output: %s bytes are left", shown);
	tell(scope, text);
}

void
waiting_tell(const struct scope *scope)
{
	const struct admission *admission = &scope->admission;
	char what[WAITING_MAX / 2];

	shortage_tell(scope);
	if (!closing_has_begun(scope)) {
		if (admission->pending != NULL || !TAILQ_EMPTY(&admission->due))
			pace_tell(&scope->pace);
		share_describe(scope, what, sizeof(what));
		if (what[0] != '\0')
			tell(scope, what);
		machines_tell_waits(scope);
		feeds_tell_waits(&scope->feeds);
	}
	readers_tell(scope);
	tell_reader(scope);
}

/* The time until then in whole seconds, those that have begun with it. */
static int64_t
seconds_until(const struct scope *scope, int64_t deadline_ns)
{
	int64_t ns = deadline_ns - loop_now(scope->context.loop);

	return ns > 0 ? (ns + NS_PER_S - 1) / NS_PER_S : 0;
}

/* The scope is ending: jobs were asked to. */
static void
describe_end(const struct scope *scope, char *buf, size_t size)
{
	const struct ladder *ladder = &scope->ladder;

	if (scope->closing.stage == STAGE_SERVICES)
		snprintf(buf, size, "waiting for the services to end");
	else if (ladder->urgency == URGENCY_KILL)
		snprintf(buf, size, "waiting for killed jobs to end");
	else if (ladder->urgency == URGENCY_ASKED)
		snprintf(buf, size,
		    "waiting for the jobs to end, SIGKILL in %" PRId64 "s",
		    seconds_until(scope, ladder->stop.deadline_ns));
}

static void
describe_shortage(const struct scope *scope, char *buf, size_t size)
{
	snprintf(buf, size, "cannot start more jobs yet: %s",
	    strerror(scope->shortage.error));
}

static void
describe_service(const struct job *job, char *buf, size_t size)
{
	const struct report_job shown = tell_show(job);
	const char *why = feed_plan_why_awaited(job);
	char who[LINE_JOB_MAX];

	snprintf(buf, size, "waiting for %s to be ready%s%s",
	    line_job(&shown, who, sizeof(who)), why != NULL ? ": " : "",
	    why != NULL ? why : "");
}

/* --delay, --load and --memfree, or a token of a job server. */
static void
describe_pace(const struct scope *scope, char *buf, size_t size)
{
	char what[WAITING_MAX / 2];

	pace_describe(&scope->pace, what, sizeof(what));
	if (what[0] == '\0')
		share_describe(scope, what, sizeof(what));
	if (what[0] != '\0')
		snprintf(buf, size, "waiting for %s", what);
}

/* The next of those that have failed and may run again. */
static void
describe_retry(const struct scope *scope, char *buf, size_t size)
{
	const struct job *job, *next = NULL;
	struct report_job shown;
	char who[LINE_JOB_MAX];

	TAILQ_FOREACH(job, &scope->roster.jobs, link)
		if (job->state == JOB_WAITING &&
		    (next == NULL ||
			job->timer.deadline_ns < next->timer.deadline_ns))
			next = job;
	if (next == NULL || next->timer.deadline_ns == NS_NEVER)
		return;
	shown = tell_show(next);
	snprintf(buf, size, "%s runs again in %" PRId64 "s",
	    line_job(&shown, who, sizeof(who)),
	    seconds_until(scope, next->timer.deadline_ns));
}

void
waiting_describe(const struct scope *scope, char *buf, size_t size)
{
	const struct roster *roster = &scope->roster;
	char machines[WAITING_MAX / 2];
	const struct job *service =
	    feed_plan_awaited(&scope->feeds.items[FEED_PLAN]);

	readers_describe(scope, buf, size);
	if (buf[0] != '\0' || scope->closing.stage == STAGE_CLEANUP)
		return;
	if (closing_has_begun(scope))
		describe_end(scope, buf, size);
	else if (scope->shortage.error != 0)
		describe_shortage(scope, buf, size);
	else if (service != NULL)
		describe_service(service, buf, size);
	else if (machines_are_awaited(scope, machines, sizeof(machines)))
		snprintf(buf, size, "waiting for %s to answer", machines);
	else if (scope->admission.pending != NULL)
		describe_pace(scope, buf, size);
	else if (roster->n_waiting > 0 &&
	    roster->n_waiting + roster->n_draining >= roster->n_open)
		describe_retry(scope, buf, size);
	else if (feed_source_waits(scope->feeds.items[FEED_SOURCE].arg))
		snprintf(buf, size, "waiting for %s",
		    feed_source_awaits(scope->feeds.items[FEED_SOURCE].arg));
}
