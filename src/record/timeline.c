#include "timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "lanes.h"
#include "layout.h"
#include "load.h"
#include "picture.h"
#include "report/line.h"
#include "report/outcome.h"
#include "report/report.h"
#include "running.h"
#include "sys/usage.h"
#include "writer.h"

/* How many bars there are at most; each has up to 400 bytes, also on disk. */
#define MAX_SPANS 16384
#define MAX_SLOTS 256

/* How many bytes of a command are shown. */
#define COMMAND_MAX 160

struct timeline {
	struct writer *writer; /* borrowed */
	struct lanes lanes;
	struct load load;
	struct running running;
	int64_t origin_ns;  /* when the run began, by loop_now() */
	int64_t started_ns; /* since 1970 */
	int64_t busy_ns, cpu_ns;
	int64_t closed_ns; /* since the start; -1: it has not closed */
	char *closed;      /* why, or NULL */
};

static bool
is_service(const struct report_job *job)
{
	return strcmp(job->kind, "service") == 0;
}

static enum span_end
end_of(const struct report_job *job, const struct outcome *outcome)
{
	if (outcome->kind == OUTCOME_SUCCEEDED)
		return is_service(job) ? SPAN_SERVED : SPAN_SUCCEEDED;
	if (outcome->kind == OUTCOME_CANCELLED)
		return outcome->killed ? SPAN_KILLED : SPAN_CANCELLED;
	if (outcome->kind == OUTCOME_JOB_TIMEOUT ||
	    outcome->kind == OUTCOME_IDLE_TIMEOUT ||
	    outcome->kind == OUTCOME_NOT_READY)
		return SPAN_TIMED_OUT;
	return SPAN_FAILED;
}

/* The beginning of a command, up to a NUL, whole characters. */
static void
add_command(struct buf *out, const struct report_job *job)
{
	size_t len = strnlen(job->text, job->text_len);

	if (len > COMMAND_MAX) {
		len = COMMAND_MAX;
		while (len > 0 && (job->text[len] & 0xc0) == 0x80)
			len--;
	}
	buf_append(out, job->text, len);
	if (len < job->text_len)
		buf_puts(out, "...");
	buf_append(out, "", 1);
}

static struct span_detail *
detail_of(const struct report_event *event)
{
	const struct report_job *job = event->job;
	const struct report_usage *usage = event->usage;
	struct span_detail head = { .took_ns = job->elapsed_ns,
		.user_ns = usage != NULL ? usage->user_ns : -1,
		.system_ns = usage != NULL ? usage->system_ns : -1,
		.max_rss = usage != NULL ? usage->max_rss : 0 };
	char who[LINE_JOB_MAX], what[OUTCOME_TEXT_MAX],
	    attempt[LINE_ATTEMPT_MAX];
	struct buf text = BUF_INIT;
	struct span_detail *detail;

	outcome_describe(event->outcome, what, sizeof(what));
	buf_puts(&text, line_job_on(job, who, sizeof(who)));
	buf_append(&text, "", 1);
	head.what = text.len;
	buf_printf(
	    &text, "%s%s", what, line_attempt(job, attempt, sizeof(attempt)));
	buf_append(&text, "", 1);
	head.command = head.shown = text.len;
	add_command(&text, job);
	if (job->name != NULL) {
		head.shown = text.len;
		buf_append(&text, job->name, strlen(job->name) + 1);
	}
	detail = xmalloc(sizeof(*detail) + text.len);
	*detail = head;
	memcpy(detail->text, text.data, text.len);
	buf_release(&text);
	return detail;
}

/* The named lane of a job without a slot, made when it is first needed. */
static size_t
lane_of(struct timeline *timeline, const struct report_job *job,
    const struct running_job *running)
{
	char who[LINE_JOB_MAX];

	while (running->number >= timeline->lanes.n_named)
		lanes_add_named(&timeline->lanes,
		    line_job(job, who, sizeof(who)), is_service(job));
	return running->number;
}

/* Adds a span, whose times are by loop_now(). */
static void
add(struct timeline *timeline, const struct report_job *job,
    const struct running_job *running, struct span span)
{
	size_t lane = job->slot == 0 ? lane_of(timeline, job, running) : 0;

	span.begin_ns -= timeline->origin_ns;
	span.end_ns -= timeline->origin_ns;
	if (span.begin_ns < 0)
		span.begin_ns = 0; /* it was adopted */
	span.slot = job->slot;
	span.worst = span.count;
	if (span.slot > 0 && span.end != SPAN_WAITED) {
		load_add(&timeline->load, span.begin_ns, span.end_ns);
		timeline->busy_ns += span.end_ns - span.begin_ns;
	}
	lanes_add(&timeline->lanes, lane, &span);
}

/* The job has waited until now for its next attempt; since_ns 0: it has not. */
static void
end_wait(struct timeline *timeline, const struct report_event *event,
    struct running_job *running, int64_t since_ns, enum span_end end)
{
	struct span *span = running->arg;

	if (since_ns == 0)
		return;
	span->end = end;
	add(timeline, event->job, running, *span);
	free(span);
	running->arg = NULL;
	add(timeline, event->job, running,
	    (struct span){ .begin_ns = since_ns,
		.end_ns = event->at_ns,
		.end = SPAN_WAITED });
}

static struct running_job *
started(struct timeline *timeline, const struct report_event *event)
{
	struct running_job *running =
	    running_begin(&timeline->running, event->job, event->at_ns);

	if (event->job->slot == 0)
		lane_of(timeline, event->job, running); /* in this order */
	end_wait(timeline, event, running, running->waited_ns, SPAN_RETRIED);
	return running;
}

/* The running job; one that could not be started counts as begun just now. */
static struct running_job *
find(struct timeline *timeline, const struct report_event *event)
{
	struct running_job *running =
	    running_find(&timeline->running, event->job);

	if (running != NULL && running->waits_ns == 0)
		return running;
	return started(timeline, event);
}

/* Kept until it is known whether there is another attempt. */
static void
failed(struct timeline *timeline, const struct report_event *event)
{
	struct running_job *running = find(timeline, event);
	struct span *span = xmalloc(sizeof(*span));

	*span = (struct span){ .begin_ns = running->begin_ns,
		.end_ns = event->at_ns,
		.count = 1,
		.detail = detail_of(event) };
	running->arg = span;
	running_wait(&timeline->running, running, event->at_ns);
	timeline->cpu_ns += event->usage->user_ns + event->usage->system_ns;
}

static void
over(struct timeline *timeline, const struct report_event *event)
{
	enum span_end end = end_of(event->job, event->outcome);
	struct running_job *running =
	    running_find(&timeline->running, event->job);
	int64_t begin_ns;

	if (running != NULL && running->waits_ns != 0) {
		end_wait(timeline, event, running, running->waits_ns, end);
		running_end(&timeline->running, running);
		return;
	}
	running = find(timeline, event);
	begin_ns = running->begin_ns;
	if (running->ready_ns != 0) {
		add(timeline, event->job, running,
		    (struct span){ .begin_ns = begin_ns,
			.end_ns = running->ready_ns,
			.end = SPAN_STARTING,
			.count = 1 });
		begin_ns = running->ready_ns;
	}
	add(timeline, event->job, running,
	    (struct span){ .begin_ns = begin_ns,
		.end_ns = event->at_ns,
		.end = end,
		.count = 1,
		.detail = detail_of(event) });
	timeline->cpu_ns += event->usage->user_ns + event->usage->system_ns;
	running_end(&timeline->running, running);
}

/* For an adopted process there is no event but its end. */
static void
adopted_ended(struct timeline *timeline, const struct report_event *event)
{
	struct running_job *running = running_begin(&timeline->running,
	    event->job, event->at_ns - event->job->elapsed_ns);

	add(timeline, event->job, running,
	    (struct span){ .begin_ns = running->begin_ns,
		.end_ns = event->at_ns,
		.end = end_of(event->job, event->outcome),
		.count = 1,
		.detail = detail_of(event) });
	running_end(&timeline->running, running);
}

static void
closed(struct timeline *timeline, const struct report_event *event)
{
	timeline->closed_ns = event->at_ns - timeline->origin_ns;
	if (event->text != NULL && event->text[0] != '\0')
		timeline->closed = xasprintf("closed: %s", event->text);
}

static void
finished(struct timeline *timeline, const struct report_event *event)
{
	const struct report_counts *counts = event->counts;
	bool shut = counts->cancelled > 0 || counts->not_started > 0 ||
	    counts->more_not_started;
	const struct picture picture = { .lanes = &timeline->lanes,
		.load = &timeline->load,
		.finished = event,
		.busy_ns = timeline->busy_ns,
		.cpu_ns = timeline->cpu_ns,
		.started_ns = timeline->started_ns,
		.closed_ns = shut ? timeline->closed_ns : -1,
		.closed = timeline->closed };

	lanes_coarsen(
	    &timeline->lanes, event->elapsed_ns / (LAYOUT_WIDTH / PX));
	picture_draw(&picture, timeline->writer);
	writer_finish(timeline->writer);
}

static void
hear(void *arg, const struct report_event *event)
{
	struct timeline *timeline = arg;
	struct running_job *running;

	if (event->kind == REPORT_OPENED) {
		timeline->origin_ns = event->at_ns;
		timeline->started_ns = usage_wall_ns();
	} else if (event->kind == REPORT_STARTED) {
		started(timeline, event);
	} else if (event->kind == REPORT_READY) {
		running = running_find(&timeline->running, event->job);
		if (running != NULL)
			running->ready_ns = event->at_ns;
	} else if (event->kind == REPORT_RETRY) {
		failed(timeline, event);
	} else if (event->kind == REPORT_OVER && event->job->attempt > 0) {
		over(timeline, event);
	} else if (event->kind == REPORT_ENDED && event->job->attempt == 0) {
		adopted_ended(timeline, event);
	} else if (event->kind == REPORT_CLOSED) {
		closed(timeline, event);
	} else if (event->kind == REPORT_FINISHED) {
		finished(timeline, event);
	}
}

/* Frees what waits for an attempt that never came. */
static void
release_kept(struct running_job *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct span *span = jobs[i].arg;

		if (span != NULL)
			free(span->detail);
		free(span);
	}
}

static void
release(void *arg)
{
	struct timeline *timeline = arg;

	release_kept(timeline->running.slots, timeline->running.n_slots);
	release_kept(timeline->running.others, timeline->running.n_others);
	lanes_release(&timeline->lanes);
	running_release(&timeline->running);
	free(timeline->closed);
	free(timeline);
}

void
timeline_listen(
    struct report *report, struct writers *writers, const char *path)
{
	struct timeline *timeline = xcalloc(1, sizeof(*timeline));

	timeline->writer =
	    writer_open(writers, "--timeline", path, WRITER_WHOLE);
	timeline->closed_ns = -1;
	lanes_init(&timeline->lanes, MAX_SPANS, MAX_SLOTS);
	load_init(&timeline->load);
	running_init(&timeline->running);
	report_add(report,
	    &(struct report_listener){
		.hear = hear, .release = release, .arg = timeline });
}
