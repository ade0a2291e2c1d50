#include "timings.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "line.h"
#include "slowest.h"

/* The columns of numbers. */
enum { TIME, CPU, MEMORY, COLUMNS };

struct row {
	char words[COLUMNS][SLOWEST_WORD_MAX];
};

static struct row
make_row(const struct slow_job *job)
{
	struct row row;

	line_duration(job->elapsed_ns, row.words[TIME], SLOWEST_WORD_MAX);
	slowest_cpu(job, row.words[CPU], SLOWEST_WORD_MAX);
	slowest_memory(job, row.words[MEMORY], SLOWEST_WORD_MAX);
	return row;
}

static void
widen(int *widths, const struct row *row)
{
	for (int i = 0; i < COLUMNS; i++)
		if (widths[i] < (int)strlen(row->words[i]))
			widths[i] = (int)strlen(row->words[i]);
}

static void
say_row(const int *widths, const struct row *row, const char *rest)
{
	msg_warn("%*s  %*s  %*s  %s", widths[TIME], row->words[TIME],
	    widths[CPU], row->words[CPU], widths[MEMORY], row->words[MEMORY],
	    rest);
}

static void
say(struct slowest *slowest)
{
	const struct row head = { { "time", "CPU", "memory" } };
	int widths[COLUMNS] = { 0 };

	if (slowest->len == 0)
		return;
	slowest_sort(slowest);
	widen(widths, &head);
	for (size_t i = 0; i < slowest->len; i++) {
		const struct row row = make_row(&slowest->jobs[i]);

		widen(widths, &row);
	}
	say_row(widths, &head, "of the slowest jobs");
	for (size_t i = 0; i < slowest->len; i++) {
		const struct slow_job *job = &slowest->jobs[i];
		const struct row row = make_row(job);
		char *rest = xasprintf("%s: %s", job->who, job->text);

		say_row(widths, &row, rest);
		free(rest);
	}
}

/* Prints nothing after SIGPIPE: whoever read our output has gone. */
static void
hear(void *arg, const struct report_event *event)
{
	struct slowest *slowest = arg;

	if (event->kind != REPORT_FINISHED)
		slowest_hear(slowest, event);
	else if (event->signo != SIGPIPE)
		say(slowest);
}

static void
release(void *arg)
{
	slowest_release(arg);
	free(arg);
}

struct report_listener
timings_listener(size_t most)
{
	struct slowest *slowest = xmalloc(sizeof(*slowest));

	slowest_init(slowest, most);
	return (struct report_listener){
		.hear = hear, .release = release, .arg = slowest
	};
}
