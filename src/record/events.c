#include "events.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "json.h"
#include "report/outcome.h"
#include "report/report.h"
#include "sys/machine.h"
#include "sys/usage.h"
#include "writer.h"

/* The version of the format: raised when a member changes, not for a new one.
 */
#define VERSION 1

struct events {
	struct writer *writer;
	char machine[MACHINE_NAME_MAX];
	struct buf line;
};

/* The name of a kind of event, and what writes the members that it alone has.
 */
struct form {
	const char *name;
	void (*put)(struct events *events, const struct report_event *event);
};

/* A number, or null if it is the value that means "not known". */
static void
put_known(struct buf *out, const char *name, int64_t n, int64_t unknown)
{
	if (n != unknown)
		json_put_int(out, name, n);
	else
		json_put_null(out, name);
}

static void
put_command(struct events *events, const struct report_event *event)
{
	const struct report_job *job = event->job;

	json_put_bytes(&events->line, "command", job->text, job->text_len);
}

/* With --onall the number and the command do not tell which job it is. */
static void
put_waiting(struct events *events, const struct report_event *event)
{
	put_command(events, event);
	if (event->job->everywhere)
		json_put_string(&events->line, "machine", event->job->machine);
}

static void
put_place(struct events *events, const struct report_job *job)
{
	struct buf *line = &events->line;

	json_put_string(line, "machine",
	    job->machine != NULL ? job->machine : events->machine);
	put_known(line, "slot", job->slot, 0);
	put_known(line, "attempt", job->attempt, 0);
}

static void
put_started(struct events *events, const struct report_event *event)
{
	put_place(events, event->job);
	json_put_int(&events->line, "pid", event->job->pid);
}

static void
put_adopted(struct events *events, const struct report_event *event)
{
	put_command(events, event);
	put_started(events, event);
}

static void
put_ready(struct events *events, const struct report_event *event)
{
	json_put_seconds(&events->line, "duration", event->job->elapsed_ns);
}

static void
put_reason(struct events *events, const struct report_event *event)
{
	bool known = event->text != NULL && event->text[0] != '\0';

	json_put_string(&events->line, "reason", known ? event->text : NULL);
}

static void
put_outcome(struct buf *line, const struct outcome *outcome)
{
	char text[OUTCOME_TEXT_MAX];
	bool cancelled = outcome->kind == OUTCOME_CANCELLED;
	bool by_signal = outcome->kind == OUTCOME_KILLED;

	outcome_describe(outcome, text, sizeof(text));
	json_put_string(line, "outcome", outcome_word(outcome));
	json_put_string(line, "reason", text);
	put_known(line, "status", cancelled ? -1 : outcome_status(outcome), -1);
	put_known(line, "signal", by_signal ? outcome->detail : 0, 0);
	json_put_bool(line, "killed", outcome->killed);
}

static void
put_usage(struct buf *line, const struct report_usage *usage)
{
	json_put_seconds(line, "user_cpu", usage->user_ns);
	json_put_seconds(line, "system_cpu", usage->system_ns);
	put_known(line, "max_memory", usage->max_rss, 0);
	put_known(line, "stdout_bytes", usage->wrote[0], -1);
	put_known(line, "stderr_bytes", usage->wrote[1], -1);
}

static void
put_end(struct events *events, const struct report_event *event)
{
	const struct report_job *job = event->job;
	struct buf *line = &events->line;

	put_command(events, event);
	put_place(events, job);
	put_outcome(line, event->outcome);
	json_put_seconds(line, "started", job->wall_ns);
	json_put_seconds(line, "duration", job->elapsed_ns);
	put_usage(line, event->usage);
}

static void
put_attempt_failed(struct events *events, const struct report_event *event)
{
	put_end(events, event);
	json_put_seconds(&events->line, "next_in", event->wait_ns);
}

static void
put_signal(struct events *events, const struct report_event *event)
{
	put_known(&events->line, "signal", event->signo, 0);
}

static void
put_killed(struct events *events, const struct report_event *event)
{
	put_signal(events, event);
	json_put_seconds(
	    &events->line, "after", event->signo != 0 ? event->elapsed_ns : 0);
}

static void
put_orphans(struct events *events, const struct report_event *event)
{
	json_put_int(&events->line, "count", (int64_t)event->count);
	json_put_bool(&events->line, "more", event->at_least);
	json_put_string(&events->line, "processes", event->text);
}

static void
put_stuck(struct events *events, const struct report_event *event)
{
	put_known(&events->line, "pid", event->pid, 0);
	json_put_string(&events->line, "processes", event->text);
}

static void
put_stopped(struct events *events, const struct report_event *event)
{
	json_put_int(&events->line, "pid", event->pid);
}

static void
put_shortage(struct events *events, const struct report_event *event)
{
	json_put_string(&events->line, "reason", strerror(event->error));
}

static void
put_opened(struct events *events, const struct report_event *event)
{
	struct buf *line = &events->line;

	json_put_int(line, "version", VERSION);
	json_put_string(line, "nursery", NURSERY_VERSION);
	json_put_string(line, "machine", events->machine);
	json_put_int(line, "pid", event->pid);
	put_known(line, "jobs", (int64_t)event->count, 0);
	put_known(line, "commands",
	    event->counts->more_left ? -1 : (int64_t)event->counts->left, -1);
}

static void
put_closed(struct events *events, const struct report_event *event)
{
	json_put_string(&events->line, "cause", event->cause);
	put_reason(events, event);
	put_signal(events, event);
}

static void
put_finished(struct events *events, const struct report_event *event)
{
	const struct report_counts *counts = event->counts;
	struct buf *line = &events->line;
	uint64_t not_started = counts->not_started + counts->final_not_started;

	put_known(line, "status", event->signo == 0 ? event->status : -1, -1);
	put_signal(events, event);
	put_reason(events, event);
	json_put_seconds(line, "duration", event->elapsed_ns);
	json_put_int(line, "succeeded", (int64_t)counts->succeeded);
	json_put_int(line, "failed", (int64_t)counts->failed);
	json_put_int(line, "cancelled", (int64_t)counts->cancelled);
	json_put_int(line, "killed", (int64_t)counts->killed);
	json_put_int(line, "not_started", (int64_t)not_started);
	json_put_bool(line, "more_not_started", counts->more_not_started);
}

/* Kinds that are not here are only for listeners that draw on a screen. */
static const struct form forms[] = {
	[REPORT_QUEUED] = { "queued", put_waiting },
	[REPORT_ADOPTED] = { "adopted", put_adopted },
	[REPORT_STARTED] = { "started", put_started },
	[REPORT_READY] = { "ready", put_ready },
	[REPORT_NOT_READY] = { "not_ready", put_reason },
	[REPORT_RETRY] = { "attempt_failed", put_attempt_failed },
	[REPORT_ASKED] = { "stop_asked", put_signal },
	[REPORT_KILLED] = { "killed", put_killed },
	[REPORT_ORPHANS] = { "orphans_left", put_orphans },
	[REPORT_UNFED] = { "input_lost", put_reason },
	[REPORT_UNREAD] = { "output_lost", put_reason },
	[REPORT_STUCK] = { "stuck", put_stuck },
	[REPORT_OVER] = { "ended", put_end },
	[REPORT_NOT_STARTED] = { "not_started", put_waiting },
	[REPORT_SHORTAGE] = { "waiting", put_shortage },
	[REPORT_STOPPED] = { "stopped", put_stopped },
	[REPORT_READS] = { "reads_terminal", put_stopped },
	[REPORT_WAITING] = { "waiting", put_reason },
	[REPORT_OPENED] = { "opened", put_opened },
	[REPORT_CLOSED] = { "closed", put_closed },
	[REPORT_FINISHED] = { "finished", put_finished },
};

static void
put_job(struct buf *line, const struct report_job *job)
{
	put_known(line, "id", (int64_t)job->id, 0);
	put_known(line, "number", (int64_t)job->seq, 0);
	json_put_string(line, "name", job->name);
	json_put_string(line, "kind", job->kind);
}

static void
hear(void *arg, const struct report_event *event)
{
	struct events *events = arg;
	struct buf *line = &events->line;
	const struct form *form = &forms[event->kind];

	if (event->kind >= sizeof(forms) / sizeof(forms[0]) ||
	    form->name == NULL)
		return;
	line->len = 0;
	json_begin_object(line);
	json_put_string(line, "event", form->name);
	json_put_seconds(line, "time", usage_wall_ns());
	if (event->job != NULL)
		put_job(line, event->job);
	form->put(events, event);
	json_end_object(line);
	buf_append(line, "\n", 1);
	writer_put(events->writer, line->data, line->len);
	if (event->kind == REPORT_FINISHED)
		writer_finish(events->writer);
}

static void
release(void *arg)
{
	struct events *events = arg;

	buf_release(&events->line);
	free(events);
}

void
events_listen(struct report *report, struct writers *writers, const char *path)
{
	struct events *events = xcalloc(1, sizeof(*events));

	events->writer = writer_open(writers, "--events", path, WRITER_LINES);
	machine_name(events->machine);
	report_add(report,
	    &(struct report_listener){ .wants = REPORT_WANTS_NOT_STARTED,
		.hear = hear,
		.release = release,
		.arg = events });
}
