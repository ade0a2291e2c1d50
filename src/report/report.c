#include "report.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "notices.h"
#include "summary.h"
#include "verbose.h"

struct report {
	struct report_listener *listeners; /* owned */
	size_t n_listeners;
};

static void
add(struct report *report, struct report_listener listener)
{
	report->listeners = xreallocarray(report->listeners,
	    report->n_listeners + 1, sizeof(*report->listeners));
	report->listeners[report->n_listeners++] = listener;
}

struct report *
report_new(const struct report_options *options)
{
	struct report *report = xcalloc(1, sizeof(*report));

	add(report, notices_listener());
	add(report, verbose_listener(options));
	add(report, summary_listener(options));
	for (size_t i = 0; i < options->n_listeners; i++)
		add(report, options->listeners[i]);
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

void
report_tell(struct report *report, const struct report_event *event)
{
	for (size_t i = 0; i < report->n_listeners; i++)
		report->listeners[i].hear(report->listeners[i].arg, event);
}
