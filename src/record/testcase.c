#include "testcase.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/parse.h"
#include "excerpts.h"
#include "report/event.h"
#include "report/line.h"
#include "report/outcome.h"
#include "sys/loop.h"
#include "writer.h"
#include "xml.h"

/* So many bytes of a command are in the report. */
#define TEXT_MAX ((size_t)4096)

/* So many last lines are in the failure, which all CI systems show. */
#define LINES 40

/* So many attempts of a job that failed before the last are in the report. */
#define NOTES_MAX 100

/* Room for what describe() says. */
#define DESCRIPTION_MAX                                                        \
	(OUTCOME_TEXT_MAX + FORMAT_DURATION_MAX + LINE_ATTEMPT_MAX + 16)

/*
 * A byte that XML cannot have.  In the notes it stands for "flaky" or "rerun":
 * which of them is known only when the job is over.
 */
#define PLACE '\1'

/* So many bytes are made XML at once. */
#define SLICE ((size_t)16384)

/* Where a test case goes, piece by piece, since all of it may be large. */
struct sink {
	struct buf text;       /* the next piece */
	struct writer *writer; /* or NULL, then: */
	struct queue *notes;
	struct store *store;
};

static void
spill(struct sink *sink)
{
	struct buf *text = &sink->text;

	if (sink->writer != NULL)
		writer_put(sink->writer, text->data, text->len);
	else
		queue_append(sink->notes, sink->store, text->data, text->len);
	text->len = 0;
}

void
testcase_put_timestamp(struct buf *out, int64_t wall_ns)
{
	time_t seconds = (time_t)(wall_ns / NS_PER_S);
	char text[40];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_printf(out, " timestamp=\"%s.%03d+00:00\"", text,
	    (int)(wall_ns % NS_PER_S / NS_PER_MS));
}

void
testcase_put_time(struct buf *out, int64_t ns)
{
	buf_puts(out, " time=\"");
	buf_put_decimal(out, ns / NS_PER_MS, 3);
	buf_puts(out, "\"");
}

/* True if it never ran, or is no job of the user's but what they need. */
static bool
is_error(const struct report_event *event)
{
	enum outcome_kind kind = event->outcome->kind;

	return !event->job->work || kind == OUTCOME_NOT_FOUND ||
	    kind == OUTCOME_NOT_EXECUTABLE || kind == OUTCOME_NO_DIRECTORY ||
	    kind == OUTCOME_NOT_STARTABLE || kind == OUTCOME_LOST ||
	    kind == OUTCOME_UNREACHABLE;
}

/* How many bytes are the next slice, which ends with a whole character. */
static size_t
slice_of(const char *data, size_t len)
{
	size_t n = SLICE;

	if (len <= SLICE)
		return len;
	while (n > SLICE - 4 && ((unsigned char)data[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void
put_element(struct sink *sink, const char *indent, const char *name,
    const struct buf *text)
{
	buf_printf(&sink->text, "%s<%s>", indent, name);
	for (size_t at = 0, n; at < text->len; at += n) {
		n = slice_of(text->data + at, text->len - at);
		xml_text(&sink->text, text->data + at, n);
		spill(sink);
	}
	buf_printf(&sink->text, "</%s>\n", name);
}

/* What the two streams had, if they had something. */
static void
put_streams(struct sink *sink, const char *indent, struct excerpts *excerpts,
    struct job_excerpts *excerpt)
{
	static const char *const names[] = { "system-out", "system-err" };
	struct buf text = BUF_INIT;

	for (int i = 0; excerpt != NULL && i < 2; i++) {
		text.len = 0;
		excerpts_take_stream(excerpts, excerpt, i, &text);
		if (text.len > 0)
			put_element(sink, indent, names[i], &text);
	}
	buf_release(&text);
}

static void
begin_property(struct buf *out, const char *name)
{
	buf_puts(out, "        <property");
	xml_attribute_string(out, "name", name);
}

static void
put_property(struct buf *out, const char *name, const char *value, size_t len)
{
	begin_property(out, name);
	xml_attribute(out, "value", value, len < TEXT_MAX ? len : TEXT_MAX);
	buf_puts(out, "/>\n");
}

/* A number with so many decimals, see buf_put_decimal(). */
static void
put_number(struct buf *out, const char *name, int64_t number, int decimals)
{
	begin_property(out, name);
	buf_puts(out, " value=\"");
	buf_put_decimal(out, number, decimals);
	buf_puts(out, "\"/>\n");
}

static void
put_seconds(struct buf *out, const char *name, int64_t ns)
{
	put_number(out, name, ns / 1000, 6);
}

static void
put_properties(struct buf *out, const struct report_event *event)
{
	const struct report_usage *usage = event->usage;

	if (event->job->seq == 0 && event->job->name == NULL && usage == NULL)
		return;
	buf_puts(out, "      <properties>\n");
	if (event->job->name != NULL)
		put_property(
		    out, "command", event->job->text, event->job->text_len);
	if (event->job->seq > 0)
		put_number(out, "number", (int64_t)event->job->seq, 0);
	if (event->job->machine != NULL)
		put_property(out, "machine", event->job->machine,
		    strlen(event->job->machine));
	if (event->job->attempt > 1)
		put_number(out, "attempts", event->job->attempt, 0);
	if (usage != NULL) {
		put_seconds(out, "user_cpu_seconds", usage->user_ns);
		put_seconds(out, "system_cpu_seconds", usage->system_ns);
	}
	if (usage != NULL && usage->max_rss > 0)
		put_number(out, "peak_memory_bytes", usage->max_rss, 0);
	buf_puts(out, "      </properties>\n");
}

/* Appends the attributes message and type. */
static void
put_why(struct buf *out, const char *message, const char *type)
{
	xml_attribute_string(out, "message", message);
	xml_attribute_string(out, "type", type);
}

/* "exit status 1 after 1.204s (attempt 2)" into buf, which is returned. */
static const char *
describe(const struct report_event *event, char *buf, size_t size)
{
	char what[OUTCOME_TEXT_MAX], took[FORMAT_DURATION_MAX],
	    attempt[LINE_ATTEMPT_MAX];

	outcome_describe(event->outcome, what, sizeof(what));
	line_duration(event->job->elapsed_ns, took, sizeof(took));
	snprintf(buf, size, "%s after %s%s", what, took,
	    line_attempt(event->job, attempt, sizeof(attempt)));
	return buf;
}

/* The message, and the last lines that the job wrote. */
static void
put_description(struct buf *out, struct excerpts *excerpts,
    struct job_excerpts *excerpt, const char *message)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "%s\n", message);
	excerpts_take_lines(excerpts, excerpt, LINES, &text);
	xml_text(out, text.data, text.len);
	buf_release(&text);
}

void
testcase_note_attempt(struct excerpts *excerpts, struct job_excerpts *excerpt,
    const struct report_event *event)
{
	const char *name = is_error(event) ? "Error" : "Failure";
	char message[DESCRIPTION_MAX];
	struct sink sink = { .text = BUF_INIT,
		.notes = &excerpt->notes,
		.store = &excerpts->store };
	struct buf *out = &sink.text;

	if (excerpt->n_notes++ >= NOTES_MAX)
		return;
	describe(event, message, sizeof(message));
	buf_printf(out, "      <%c%s", PLACE, name);
	put_why(out, message, outcome_word(event->outcome));
	buf_puts(out, ">\n        <stackTrace>");
	put_description(out, excerpts, excerpt, message);
	buf_puts(out, "</stackTrace>\n");
	put_streams(&sink, "        ", excerpts, excerpt);
	buf_printf(out, "      </%c%s>\n", PLACE, name);
	spill(&sink);
	buf_release(out);
}

/* Puts a piece of the notes of earlier attempts. */
static void
put_note(struct sink *sink, const char *data, size_t len, bool failed)
{
	const char *end = data + len, *place;

	for (; data < end; data = place + 1) {
		place = memchr(data, PLACE, (size_t)(end - data));
		if (place == NULL)
			break;
		buf_append(&sink->text, data, (size_t)(place - data));
		buf_puts(&sink->text, failed ? "rerun" : "flaky");
	}
	buf_append(&sink->text, data, (size_t)(end - data));
	spill(sink);
}

/* Puts the notes of earlier attempts.  Half of them would be no XML. */
static void
put_notes(struct sink *sink, struct excerpts *excerpts,
    struct job_excerpts *excerpt, bool failed)
{
	struct queue *notes = &excerpt->notes;
	const char *data;
	size_t n;

	while (notes->len > 0) {
		n = queue_peek(notes, &excerpts->store, &data);
		if (n == 0) {
			writer_fail(sink->writer, errno);
			return;
		}
		put_note(sink, data, n, failed);
		queue_consume(notes, &excerpts->store, n);
		notes->written += n;
	}
}

/* The result of a job that was not needed any more. */
static void
put_skipped(struct buf *out, const struct job_excerpts *excerpt,
    const struct report_event *event)
{
	const char *message = "cancelled";

	if (event->outcome == NULL)
		message = "not started";
	else if (excerpt != NULL && excerpt->why != NULL)
		message = excerpt->why;
	else if (event->outcome->killed)
		message = "cancelled, and killed because it did not end";
	buf_puts(out, "      <skipped");
	xml_attribute_string(out, "message", message);
	buf_puts(out, "/>\n");
}

static void
put_failure(struct buf *out, struct excerpts *excerpts,
    struct job_excerpts *excerpt, const struct report_event *event)
{
	const char *name = is_error(event) ? "error" : "failure";
	char message[DESCRIPTION_MAX];

	describe(event, message, sizeof(message));
	buf_printf(out, "      <%s", name);
	put_why(out, message, outcome_word(event->outcome));
	buf_puts(out, ">");
	put_description(out, excerpts, excerpt, message);
	buf_printf(out, "</%s>\n", name);
}

static enum testcase_result
result_of(const struct report_event *event)
{
	if (event->outcome == NULL || event->outcome->kind == OUTCOME_CANCELLED)
		return TESTCASE_SKIPPED;
	if (!outcome_is_failure(event->outcome))
		return TESTCASE_PASSED;
	return is_error(event) ? TESTCASE_ERROR : TESTCASE_FAILED;
}

static void
put_head(struct buf *out, const struct report_event *event)
{
	const struct report_job *job = event->job;

	buf_puts(out, "    <testcase");
	if (job->name != NULL)
		xml_attribute_string(out, "name", job->name);
	else
		xml_attribute(out, "name", job->text,
		    job->text_len < TEXT_MAX ? job->text_len : TEXT_MAX);
	buf_puts(out, " classname=\"nursery.");
	buf_puts(out, job->kind);
	buf_puts(out, "\"");
	if (job->wall_ns != 0)
		testcase_put_timestamp(out, job->wall_ns);
	testcase_put_time(out, event->outcome != NULL ? job->elapsed_ns : 0);
	buf_puts(out, ">\n");
}

enum testcase_result
testcase_put(struct writer *writer, struct excerpts *excerpts,
    struct job_excerpts *excerpt, const struct report_event *event)
{
	enum testcase_result result = result_of(event);
	bool failed = result == TESTCASE_FAILED || result == TESTCASE_ERROR;
	struct sink sink = { .text = BUF_INIT, .writer = writer };
	struct buf *out = &sink.text;

	put_head(out, event);
	put_properties(out, event);
	if (result == TESTCASE_SKIPPED)
		put_skipped(out, excerpt, event);
	else if (failed)
		put_failure(out, excerpts, excerpt, event);
	if (excerpt != NULL && excerpt->n_notes > 0)
		put_notes(&sink, excerpts, excerpt, failed);
	if (failed)
		put_streams(&sink, "      ", excerpts, excerpt);
	buf_puts(out, "    </testcase>\n");
	spill(&sink);
	buf_release(out);
	return result;
}
