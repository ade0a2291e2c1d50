#include "trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "json.h"
#include "report/line.h"
#include "report/outcome.h"
#include "report/report.h"
#include "running.h"
#include "sys/machine.h"
#include "writer.h"

/* The machine is the only process; its threads are slots, then the others. */
#define PROCESS 1
#define FIRST_OTHER 1000001

struct trace {
	struct writer *writer; /* borrowed */
	struct running running;
	struct buf line;     /* the event that is being written */
	int64_t origin_ns;   /* when the run began, by loop_now() */
	int64_t slots_named; /* up to which slot threads have names */
	size_t others_named;
	uint64_t counted; /* what was written of how many run */
	int64_t count_ns; /* when that many began to run; see count() */
};

static int64_t
thread_of(const struct report_job *job, const struct running_job *running)
{
	return job->slot > 0 ? job->slot
			     : FIRST_OTHER + (int64_t)running->number;
}

/* Microseconds since the run began; 0 for what began before, if adopted. */
static int64_t
time_of(const struct trace *trace, int64_t at_ns)
{
	return at_ns > trace->origin_ns ? (at_ns - trace->origin_ns) / 1000 : 0;
}

/* The difference of rounded times, so that no event reaches into the next. */
static void
put_duration(struct trace *trace, int64_t begin_ns, int64_t end_ns)
{
	json_put_int(&trace->line, "dur",
	    time_of(trace, end_ns) - time_of(trace, begin_ns));
}

/* Begins an event of that phase; at_ns is by loop_now(). */
static struct buf *
begin(struct trace *trace, const char *phase, const char *name, int64_t thread,
    int64_t at_ns)
{
	struct buf *line = &trace->line;

	line->len = 0;
	json_begin_object(line);
	json_put_string(line, "ph", phase);
	json_put_string(line, "name", name);
	json_put_int(line, "pid", PROCESS);
	json_put_int(line, "tid", thread);
	json_put_int(line, "ts", time_of(trace, at_ns));
	return line;
}

static void
end(struct trace *trace)
{
	json_end_object(&trace->line);
	buf_puts(&trace->line, ",\n");
	writer_put(trace->writer, trace->line.data, trace->line.len);
}

static void
put_metadata(struct trace *trace, const char *what, const char *key,
    int64_t thread, const char *name)
{
	struct buf *line = begin(trace, "M", what, thread, trace->origin_ns);

	json_key(line, "args");
	json_begin_object(line);
	json_put_string(line, key, name);
	json_end_object(line);
	end(trace);
}

static void
put_order(struct trace *trace, int64_t thread, int64_t order)
{
	struct buf *line =
	    begin(trace, "M", "thread_sort_index", thread, trace->origin_ns);

	json_key(line, "args");
	json_begin_object(line);
	json_put_int(line, "sort_index", order);
	json_end_object(line);
	end(trace);
}

static void
opened(struct trace *trace, const struct report_event *event)
{
	char host[MACHINE_NAME_MAX];

	trace->origin_ns = event->at_ns;
	writer_put(trace->writer, "[\n", 2);
	put_metadata(trace, "process_name", "name", 0, machine_name(host));
}

/* Services are shown above the slots, other jobs below. */
static void
name_thread(struct trace *trace, const struct report_job *job,
    const struct running_job *running)
{
	int64_t thread = thread_of(job, running);
	char name[LINE_JOB_MAX];

	if (job->slot > 0) {
		for (; trace->slots_named < job->slot; trace->slots_named++) {
			int64_t slot = trace->slots_named + 1;

			snprintf(name, sizeof(name), "slot %" PRId64, slot);
			put_metadata(trace, "thread_name", "name", slot, name);
			put_order(trace, slot, slot);
		}
	} else if (running->number >= trace->others_named) {
		trace->others_named = running->number + 1;
		put_metadata(trace, "thread_name", "name", thread,
		    line_job(job, name, sizeof(name)));
		put_order(trace, thread,
		    strcmp(job->kind, "service") == 0
			? (int64_t)running->number - FIRST_OTHER
			: thread);
	}
}

/*
 * How many run is written when the time has moved on, so that many changes in
 * one turn of the loop are one event.
 */
static void
put_count(struct trace *trace)
{
	struct buf *line;

	if (trace->running.count == trace->counted)
		return;
	line = begin(trace, "C", "running", 0, trace->count_ns);
	json_key(line, "args");
	json_begin_object(line);
	json_put_int(line, "jobs", (int64_t)trace->running.count);
	json_end_object(line);
	end(trace);
	trace->counted = trace->running.count;
}

static void
put_usage(struct buf *line, const struct report_usage *usage)
{
	if (usage == NULL)
		return;
	json_put_seconds(line, "user_s", usage->user_ns);
	json_put_seconds(line, "system_s", usage->system_ns);
	if (usage->max_rss > 0)
		json_put_int(line, "max_rss_bytes", usage->max_rss);
	if (usage->wrote[0] >= 0)
		json_put_int(line, "stdout_bytes", usage->wrote[0]);
	if (usage->wrote[1] >= 0)
		json_put_int(line, "stderr_bytes", usage->wrote[1]);
}

static void
put_arguments(struct buf *line, const struct report_event *event)
{
	const struct report_job *job = event->job;
	char what[OUTCOME_TEXT_MAX];

	outcome_describe(event->outcome, what, sizeof(what));
	json_key(line, "args");
	json_begin_object(line);
	if (job->seq > 0)
		json_put_int(line, "number", (int64_t)job->seq);
	json_put_bytes(line, "command", job->text, job->text_len);
	json_put_string(line, "outcome", what);
	json_put_int(line, "status", outcome_status(event->outcome));
	json_put_int(line, "attempt", job->attempt);
	if (job->machine != NULL)
		json_put_string(line, "machine", job->machine);
	put_usage(line, event->usage);
	json_end_object(line);
}

/* A colour of those that trace viewers know. */
static const char *
colour_of(const struct report_event *event)
{
	if (outcome_is_failure(event->outcome))
		return event->kind == REPORT_RETRY ? "bad" : "terrible";
	return event->outcome->kind == OUTCOME_CANCELLED ? "grey" : "good";
}

/* An attempt that has ended. */
static void
put_attempt(struct trace *trace, const struct report_event *event,
    const struct running_job *running)
{
	const struct report_job *job = event->job;
	char *command = msg_short(job->text, job->text_len);
	struct buf *line =
	    begin(trace, "X", job->name != NULL ? job->name : command,
		thread_of(job, running), running->begin_ns);

	put_duration(trace, running->begin_ns, event->at_ns);
	json_put_string(line, "cat", job->kind);
	json_put_string(line, "cname", colour_of(event));
	put_arguments(line, event);
	end(trace);
	free(command);
}

/* The job has waited until now for its next attempt; since_ns 0: it has not. */
static void
put_wait(struct trace *trace, const struct report_event *event,
    const struct running_job *running, int64_t since_ns)
{
	struct buf *line;

	if (since_ns == 0)
		return;
	line = begin(trace, "X", "waits for its next attempt",
	    thread_of(event->job, running), since_ns);
	put_duration(trace, since_ns, event->at_ns);
	json_put_string(line, "cat", "wait");
	end(trace);
}

/* Something that takes no time: of a job, or of all. */
static struct buf *
begin_instant(struct trace *trace, const struct report_event *event,
    const char *what, const char *text)
{
	const struct running_job *running = event->job != NULL
	    ? running_find(&trace->running, event->job)
	    : NULL;
	bool more = text != NULL && text[0] != '\0';
	char *name =
	    xasprintf("%s%s%s", what, more ? ": " : "", more ? text : "");
	struct buf *line = begin(trace, "i", name,
	    running != NULL ? thread_of(event->job, running) : 0, event->at_ns);

	json_put_string(line, "s", running != NULL ? "t" : "p");
	free(name);
	return line;
}

static void
put_instant(struct trace *trace, const struct report_event *event,
    const char *what, const char *text)
{
	begin_instant(trace, event, what, text);
	end(trace);
}

static struct running_job *
started(struct trace *trace, const struct report_event *event)
{
	struct running_job *running =
	    running_begin(&trace->running, event->job, event->at_ns);

	name_thread(trace, event->job, running);
	put_wait(trace, event, running, running->waited_ns);
	return running;
}

/* The running job; one that could not be started counts as begun just now. */
static struct running_job *
find(struct trace *trace, const struct report_event *event)
{
	struct running_job *running = running_find(&trace->running, event->job);

	if (running != NULL && running->waits_ns == 0)
		return running;
	return started(trace, event);
}

static void
failed(struct trace *trace, const struct report_event *event)
{
	struct running_job *running = find(trace, event);

	put_attempt(trace, event, running);
	running_wait(&trace->running, running, event->at_ns);
}

static void
over(struct trace *trace, const struct report_event *event)
{
	struct running_job *running = running_find(&trace->running, event->job);

	if (running != NULL && running->waits_ns != 0) {
		put_wait(trace, event, running, running->waits_ns);
	} else {
		running = find(trace, event);
		put_attempt(trace, event, running);
	}
	running_end(&trace->running, running);
}

/* For an adopted process there is no event but its end. */
static void
adopted_ended(struct trace *trace, const struct report_event *event)
{
	struct running_job *running = running_begin(
	    &trace->running, event->job, event->at_ns - event->job->elapsed_ns);

	name_thread(trace, event->job, running);
	put_attempt(trace, event, running);
	running_end(&trace->running, running);
}

static void
asked(struct trace *trace, const struct report_event *event)
{
	char name[SIGNAL_NAME_MAX];

	put_instant(trace, event, "asked to end",
	    signal_name(event->signo, name, sizeof(name)));
}

/* The last event has no comma behind it. */
static void
finished(struct trace *trace, const struct report_event *event)
{
	char *counts = line_of_counts(event, "no jobs");
	struct buf *line;

	put_count(trace);
	line = begin_instant(trace, event, "all is over", counts);
	json_end_object(line);
	buf_puts(line, "\n]\n");
	writer_put(trace->writer, line->data, line->len);
	writer_finish(trace->writer);
	free(counts);
}

static void
hear_instant(struct trace *trace, const struct report_event *event)
{
	switch ((int)event->kind) {
	case REPORT_READY:
		put_instant(trace, event, "ready", NULL);
		break;
	case REPORT_NOT_READY:
		put_instant(trace, event, "not ready", event->text);
		break;
	case REPORT_ASKED:
		asked(trace, event);
		break;
	case REPORT_KILLED:
		put_instant(trace, event, "killed", NULL);
		break;
	case REPORT_ORPHANS:
		put_instant(trace, event, "left orphans", event->text);
		break;
	case REPORT_SHORTAGE:
		put_instant(trace, event, "cannot be started yet",
		    strerror(event->error));
		break;
	case REPORT_WAITING:
		put_instant(trace, event, "waiting for", event->text);
		break;
	case REPORT_CLOSED:
		put_instant(trace, event, "closed", event->text);
		break;
	default:
		break;
	}
}

static void
hear(void *arg, const struct report_event *event)
{
	struct trace *trace = arg;

	if (trace->count_ns != event->at_ns && event->kind != REPORT_OPENED)
		put_count(trace);
	trace->count_ns = event->at_ns;
	if (event->kind == REPORT_OPENED)
		opened(trace, event);
	else if (event->kind == REPORT_STARTED)
		started(trace, event);
	else if (event->kind == REPORT_RETRY)
		failed(trace, event);
	else if (event->kind == REPORT_OVER && event->job->attempt > 0)
		over(trace, event);
	else if (event->kind == REPORT_ENDED && event->job->attempt == 0)
		adopted_ended(trace, event);
	else if (event->kind == REPORT_FINISHED)
		finished(trace, event);
	else
		hear_instant(trace, event);
}

static void
release(void *arg)
{
	struct trace *trace = arg;

	running_release(&trace->running);
	buf_release(&trace->line);
	free(trace);
}

void
trace_listen(struct report *report, struct writers *writers, const char *path)
{
	struct trace *trace = xcalloc(1, sizeof(*trace));

	trace->writer = writer_open(writers, "--trace", path, WRITER_LINES);
	running_init(&trace->running);
	report_add(report,
	    &(struct report_listener){
		.hear = hear, .release = release, .arg = trace });
}
