#include "recorder.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "events.h"
#include "joblog.h"
#include "junit.h"
#include "page.h"
#include "report/report.h"
#include "results.h"
#include "table.h"
#include "timeline.h"
#include "trace.h"
#include "writer.h"

struct recorder {
	struct writers writers;
	struct results *files; /* of --files; freed by the report; NULL: none */
};

/* --results, and --files: the same, but in temporary files. */
static void
add_results(struct recorder *recorder, const struct record_options *options,
    struct report *report)
{
	struct results_options results = { .folder = options->results,
		.tmpdir = options->tmpdir,
		.plain = options->results_plain };
	struct writers *writers = &recorder->writers;

	if (options->results != NULL && table_is_name(options->results))
		table_listen(
		    report, writers, options->results, options->tmpdir);
	else if (options->results != NULL)
		results_listen(report, writers, &results);
	if (options->files) {
		results.folder = NULL;
		recorder->files = results_listen(report, writers, &results);
	}
}

int
recorder_files(const struct record_options *options)
{
	const char *const files[] = { options->joblog, options->events,
		options->junit, options->summary, options->trace,
		options->timeline };
	int n = options->results != NULL && table_is_name(options->results);

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		n += files[i] != NULL;
	return n;
}

struct recorder *
recorder_new(const struct record_options *options, struct report *report,
    struct loop *loop)
{
	struct recorder *recorder = xcalloc(1, sizeof(*recorder));
	struct writers *writers = &recorder->writers;

	writers_init(writers, loop, options->tmpdir);
	writers->sources = options->sources;
	writers->n_sources = options->n_sources;
	if (options->joblog != NULL)
		joblog_listen(
		    report, writers, options->joblog, options->joblog_appended);
	if (options->events != NULL)
		events_listen(report, writers, options->events);
	if (options->junit != NULL)
		junit_listen(report, writers, options);
	if (options->trace != NULL)
		trace_listen(report, writers, options->trace);
	if (options->timeline != NULL)
		timeline_listen(report, writers, options->timeline);
	add_results(recorder, options, report);
	/* the last one, since it gives way to what was asked for */
	if (options->summary != NULL)
		page_listen(report, writers, options);
	return recorder;
}

void
recorder_flush(struct recorder *recorder)
{
	writers_flush(&recorder->writers);
}

bool
recorder_holds(const struct recorder *recorder)
{
	return writers_hold(&recorder->writers);
}

bool
recorder_is_behind(const struct recorder *recorder)
{
	return writers_are_behind(&recorder->writers);
}

void
recorder_describe(const struct recorder *recorder, char *buf, size_t size)
{
	writers_describe(&recorder->writers, buf, size);
}

void
recorder_give_up(struct recorder *recorder)
{
	writers_give_up(&recorder->writers);
}

bool
recorder_has_failed(const struct recorder *recorder)
{
	return recorder->writers.failed;
}

const char *
recorder_file(struct recorder *recorder, const struct report_job *job)
{
	return results_file(recorder->files, job);
}

void
recorder_free(struct recorder *recorder)
{
	if (recorder == NULL)
		return;
	writers_release(&recorder->writers);
	free(recorder);
}
