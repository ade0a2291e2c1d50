#include "report.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "notices.h"
#include "summary.h"
#include "sys/loop.h"
#include "timings.h"
#include "verbose.h"

struct report {
	const struct loop *loop;
	unsigned wanted; /* of enum report_want, by all together */
	struct report_listener *listeners; /* owned */
	size_t n_listeners;
};

void
report_add(struct report *report, const struct report_listener *listener)
{
	report->listeners = xreallocarray(report->listeners,
	    report->n_listeners + 1, sizeof(*report->listeners));
	report->listeners[report->n_listeners++] = *listener;
	report->wanted |= listener->wants;
}

static void
add(struct report *report, struct report_listener listener)
{
	report_add(report, &listener);
}

struct report *
report_new(const struct report_options *options, const struct loop *loop)
{
	struct report *report = xcalloc(1, sizeof(*report));

	report->loop = loop;
	add(report, notices_listener(options));
	add(report, verbose_listener(options));
	if (options->timings > 0)
		add(report, timings_listener((size_t)options->timings));
	add(report, summary_listener(options));
	for (size_t i = 0; i < options->n_listeners; i++)
		report_add(report, &options->listeners[i]);
	return report;
}

void
report_free(struct report *report)
{
	if (report == NULL)
		return;
	for (size_t i = 0; i < report->n_listeners; i++)
		if (report->listeners[i].release != NULL)
			report->listeners[i].release(report->listeners[i].arg);
	free(report->listeners);
	free(report);
}

bool
report_wants(const struct report *report, enum report_want want)
{
	return (report->wanted & want) != 0;
}

void
report_tell(struct report *report, const struct report_event *event)
{
	struct report_event told = *event;

	told.at_ns = loop_now(report->loop);
	for (size_t i = 0; i < report->n_listeners; i++)
		report->listeners[i].hear(report->listeners[i].arg, &told);
}
