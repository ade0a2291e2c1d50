#include "summary.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "line.h"
#include "outcome.h"
#include "report.h"

/* With "and N more", the cause and the counts that makes 20 lines. */
#define FAILURES_SHOWN 17

struct summary {
	const struct report_options *options;
	char *failures[FAILURES_SHOWN]; /* lines, owned */
	size_t n_failures;
	uint64_t n_failed; /* with those that are not kept, and services */
};

static void
keep_failure(struct summary *summary, const struct report_event *event)
{
	if (!outcome_is_failure(event->outcome))
		return;
	summary->n_failed++;
	if (summary->options->terse || summary->n_failures == FAILURES_SHOWN)
		return;
	summary->failures[summary->n_failures++] =
	    line_of_end(event, summary->options);
}

static void
add_count(struct buf *line, uint64_t n, const char *what)
{
	if (n > 0)
		buf_printf(line, "%s%" PRIu64 " %s", line->len > 0 ? ", " : "",
		    n, what);
}

static void
say_counts(const struct summary *summary, const struct report_event *event)
{
	const struct report_counts *counts = event->counts;
	struct buf line = BUF_INIT;
	char took[FORMAT_DURATION_MAX];

	add_count(&line, counts->failed, "failed");
	add_count(&line, counts->cancelled, "cancelled");
	add_count(&line, counts->not_started,
	    counts->more_not_started ? "or more not started" : "not started");
	add_count(&line, counts->final_not_started,
	    counts->final_not_started == 1 ? "final command not started"
					   : "final commands not started");
	add_count(&line, counts->succeeded, "succeeded");
	if (line.len == 0 && summary->options->verbose)
		buf_puts(&line, "no jobs");
	format_duration(event->elapsed_ns, took, sizeof(took));
	if (line.len > 0)
		msg_warn("%.*s in %s", (int)line.len, line.data, took);
	buf_release(&line);
}

static void
say_all(const struct summary *summary, const struct report_event *event)
{
	bool has_cause = event->text != NULL && event->text[0] != '\0';

	if (summary->options->quiet || summary->options->terse) {
		if (has_cause)
			msg_warn("%s", event->text); /* no job could say it */
		return;
	}
	for (size_t i = 0; i < summary->n_failures; i++)
		msg_warn("%s", summary->failures[i]);
	if (summary->n_failed > summary->n_failures)
		msg_warn("and %" PRIu64 " more failed",
		    summary->n_failed - summary->n_failures);
	if (has_cause)
		msg_warn("%s", event->text);
	say_counts(summary, event);
}

static void
hear(void *arg, const struct report_event *event)
{
	struct summary *summary = arg;

	if (event->kind == REPORT_ENDED)
		keep_failure(summary, event);
	else if (event->kind == REPORT_FINISHED &&
	    (summary->options->verbose || summary->n_failed > 0 ||
		event->status != 0 || event->signo != 0))
		say_all(summary, event);
}

static void
release(void *arg)
{
	struct summary *summary = arg;

	for (size_t i = 0; i < summary->n_failures; i++)
		free(summary->failures[i]);
	free(summary);
}

struct report_listener
summary_listener(const struct report_options *options)
{
	struct summary *summary = xcalloc(1, sizeof(*summary));

	summary->options = options;
	return (struct report_listener){
		.hear = hear, .release = release, .arg = summary
	};
}
