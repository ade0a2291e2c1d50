#include "junit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "excerpts.h"
#include "recorder.h"
#include "report/event.h"
#include "report/outcome.h"
#include "report/report.h"
#include "sys/machine.h"
#include "sys/usage.h"
#include "testcase.h"
#include "writer.h"
#include "xml.h"

/*
 * How many bytes are before the first test case: room for counts that are known
 * only at the end, filled up with blanks.
 */
#define HEAD_SIZE 1024

/* The most that the report has of each stream of one attempt, at each end. */
#define STREAM_MAX ((size_t)512 * 1024)

/* And of both streams together, in the failure, which all systems show. */
#define END_MAX 8192

struct junit {
	struct writer *writer;
	struct excerpts excerpts;
	struct buf out; /* the test case at hand */
	uint64_t counts[TESTCASE_RESULTS];
	int64_t wall_ns; /* when the run began, since 1970 */
};

static void
put_counts(struct buf *out, const struct junit *junit)
{
	const uint64_t *counts = junit->counts;
	uint64_t tests = 0;

	for (int i = 0; i < TESTCASE_RESULTS; i++)
		tests += counts[i];
	buf_printf(out,
	    " name=\"nursery\" tests=\"%" PRIu64 "\" failures=\"%" PRIu64
	    "\" errors=\"%" PRIu64 "\"",
	    tests, counts[TESTCASE_FAILED], counts[TESTCASE_ERROR]);
}

/* Fills the head up with blanks: it has one size, whatever is in it. */
static void
put_head(struct buf *out, const struct junit *junit, int64_t elapsed_ns)
{
	char host[MACHINE_NAME_MAX];

	buf_puts(out, XML_HEAD "<testsuites");
	put_counts(out, junit);
	testcase_put_time(out, elapsed_ns);
	buf_puts(out, ">\n  <testsuite");
	put_counts(out, junit);
	buf_printf(
	    out, " skipped=\"%" PRIu64 "\"", junit->counts[TESTCASE_SKIPPED]);
	testcase_put_time(out, elapsed_ns);
	testcase_put_timestamp(out, junit->wall_ns);
	xml_attribute_string(out, "hostname", machine_name(host));
	buf_puts(out, ">");
	while (out->len < HEAD_SIZE - 1)
		buf_puts(out, " ");
	buf_puts(out, "\n");
}

static void
flush(struct junit *junit)
{
	writer_put(junit->writer, junit->out.data, junit->out.len);
	junit->out.len = 0;
}

/* Services and final commands are in the report only if they failed. */
static bool
is_told(const struct report_event *event)
{
	return event->job->work ||
	    (event->outcome != NULL && outcome_is_failure(event->outcome));
}

static void
end_job(struct junit *junit, const struct report_event *event)
{
	struct job_excerpts *excerpt =
	    excerpts_find(&junit->excerpts, event->job->id);

	if (is_told(event))
		junit->counts[testcase_put(
		    junit->writer, &junit->excerpts, excerpt, event)]++;
	excerpts_forget(&junit->excerpts, excerpt);
}

static void
end_attempt(struct junit *junit, const struct report_event *event)
{
	struct job_excerpts *excerpt =
	    excerpts_get(&junit->excerpts, event->job->id);

	if (!event->restart) /* a service may start again without end */
		testcase_note_attempt(&junit->excerpts, excerpt, event);
	excerpts_begin_again(&junit->excerpts, excerpt);
}

static void
interrupt(struct junit *junit, const struct report_event *event)
{
	struct job_excerpts *excerpt =
	    excerpts_get(&junit->excerpts, event->job->id);

	free(excerpt->why);
	excerpt->why = xasprintf("was running when %s", event->text);
}

/*
 * Adds a test case for an end that is the fault of no job, such as that of
 * --timeout: without it the report would look like a success.
 */
static void
put_cause(struct junit *junit, const struct report_event *event)
{
	struct buf *out = &junit->out;

	if (event->text[0] == '\0' || (event->status == 0 && event->signo == 0))
		return;
	buf_puts(out, "    <testcase name=\"nursery\" classname=\"nursery\"");
	testcase_put_time(out, event->elapsed_ns);
	buf_puts(out, ">\n      <error");
	xml_attribute_string(out, "message", event->text);
	buf_puts(out, " type=\"closed\"/>\n    </testcase>\n");
	junit->counts[TESTCASE_ERROR]++;
}

static void
finish(struct junit *junit, const struct report_event *event)
{
	put_cause(junit, event);
	buf_puts(&junit->out, "  </testsuite>\n</testsuites>\n");
	flush(junit);
	put_head(&junit->out, junit, event->elapsed_ns);
	writer_put_at(junit->writer, 0, junit->out.data, junit->out.len);
	writer_finish(junit->writer);
}

static void
hear(void *arg, const struct report_event *event)
{
	struct junit *junit = arg;

	switch ((int)event->kind) {
	case REPORT_OUTPUT:
		excerpts_hear(&junit->excerpts, event);
		break;
	case REPORT_RETRY:
		end_attempt(junit, event);
		break;
	case REPORT_INTERRUPTED:
		interrupt(junit, event);
		break;
	case REPORT_OVER:
	case REPORT_NOT_STARTED:
		end_job(junit, event);
		break;
	case REPORT_FINISHED:
		finish(junit, event);
		break;
	default:
		break;
	}
}

static void
release(void *arg)
{
	struct junit *junit = arg;

	excerpts_release(&junit->excerpts);
	buf_release(&junit->out);
	free(junit);
}

void
junit_listen(struct report *report, struct writers *writers,
    const struct record_options *options)
{
	static const struct excerpt_sizes sizes = { STREAM_MAX, STREAM_MAX,
		END_MAX };
	struct junit *junit = xcalloc(1, sizeof(*junit));

	junit->writer =
	    writer_open(writers, "--junit", options->junit, WRITER_WHOLE);
	junit->wall_ns = usage_wall_ns();
	excerpts_init(&junit->excerpts, &sizes, options->tmpdir);
	put_head(&junit->out, junit, 0);
	flush(junit);
	report_add(report,
	    &(struct report_listener){
		.wants = REPORT_WANTS_OUTPUT | REPORT_WANTS_NOT_STARTED,
		.hear = hear,
		.release = release,
		.arg = junit });
}
