#include "summary.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "line.h"
#include "lines.h"
#include "outcome.h"
#include "report.h"

/* How many lines are said on a terminal. */
#define TERMINAL_LINES 20

/* What is said, in this order, before the cause and the counts. */
enum { FAILED, RUNNING, KILLED, FLAKY, LISTS };

static const char *const more_words[LISTS] = {
	[FAILED] = "failed",
	[RUNNING] = "were running",
	[KILLED] = "were killed",
	[FLAKY] = "succeeded at a later attempt",
};

struct summary {
	const struct report_options *options;
	bool terminal; /* standard error is one */
	struct lines lists[LISTS];
};

static void
keep_end(struct summary *summary, const struct report_event *event)
{
	if (outcome_is_failure(event->outcome))
		lines_add(&summary->lists[FAILED],
		    line_of_end(event, summary->options));
	else if (line_is_flaky(event))
		lines_add(&summary->lists[FLAKY], line_of_flaky(event->job));
}

static void
keep(struct summary *summary, const struct report_event *event)
{
	if (summary->options->quiet || summary->options->terse)
		return; /* they would not be said */
	if (event->kind == REPORT_ENDED)
		keep_end(summary, event);
	else if (event->kind == REPORT_INTERRUPTED)
		lines_add(&summary->lists[RUNNING], line_of_interrupted(event));
	else if (event->kind == REPORT_KILLED && event->signo != 0)
		lines_add(&summary->lists[KILLED], line_of_killed(event));
}

static void
say_counts(const struct summary *summary, const struct report_event *event)
{
	char *line =
	    line_of_counts(event, summary->options->verbose ? "no jobs" : "");

	if (line[0] != '\0')
		msg_warn("%s", line);
	free(line);
}

/*
 * Says the lists from the first one on.  On a terminal they get that many lines
 * together: each has one at least, and the earlier ones more.
 */
static void
say_lists(const struct summary *summary, int first, size_t room)
{
	size_t lists = 0;

	for (int i = first; i < LISTS; i++)
		lists += summary->lists[i].added > 0;
	for (int i = first; i < LISTS; i++) {
		const struct lines *list = &summary->lists[i];
		size_t most = room - (lists - 1);

		if (list->added == 0)
			continue;
		lines_say(list, summary->terminal ? most : 0, more_words[i]);
		room -= list->added < most ? list->added : most;
		lists--;
	}
}

static void
say_all(const struct summary *summary, const struct report_event *event)
{
	bool has_cause = event->text != NULL && event->text[0] != '\0';

	if (summary->options->quiet || summary->options->terse) {
		if (has_cause && !summary->options->told_elsewhere)
			msg_warn("%s", event->text); /* no job could say it */
		return;
	}
	say_lists(summary, FAILED, TERMINAL_LINES - 1 - has_cause);
	if (has_cause)
		msg_warn("%s", event->text);
	say_counts(summary, event);
}

/*
 * A race that was won has nothing to say of who failed in it.  Who went away
 * from our output (SIGPIPE) has seen enough.
 */
static void
say(const struct summary *summary, const struct report_event *event)
{
	const struct report_options *options = summary->options;

	bool cut_short = event->cause != NULL && event->counts->not_started > 0;

	if (event->signo == SIGPIPE)
		return;
	if (options->verbose || event->status != 0 || event->signo != 0 ||
	    cut_short)
		say_all(summary, event);
	else if (!options->quiet && !options->terse)
		say_lists(summary, KILLED, TERMINAL_LINES);
}

/* Nothing is wrong: there may have been nothing to do.  Or services alone. */
static void
say_unserved(const struct summary *summary)
{
	if (!summary->options->quiet && !summary->options->terse)
		msg_warn("there were no commands, so the services had nothing "
			 "to serve (a command keeps them running, such as "
			 "'sleep infinity')");
}

static void
hear(void *arg, const struct report_event *event)
{
	if (event->kind == REPORT_FINISHED)
		say(arg, event);
	else if (event->kind == REPORT_UNSERVED)
		say_unserved(arg);
	else
		keep(arg, event);
}

static void
release(void *arg)
{
	struct summary *summary = arg;

	for (int i = 0; i < LISTS; i++)
		lines_release(&summary->lists[i]);
	free(summary);
}

struct report_listener
summary_listener(const struct report_options *options)
{
	struct summary *summary = xcalloc(1, sizeof(*summary));

	summary->options = options;
	summary->terminal = isatty(STDERR_FILENO) != 0;
	for (int i = 0; i < LISTS; i++)
		lines_init(&summary->lists[i],
		    summary->terminal ? TERMINAL_LINES : 0, options->tmpdir);
	return (struct report_listener){
		.hear = hear, .release = release, .arg = summary
	};
}
