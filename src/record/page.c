#include "page.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "excerpts.h"
#include "markdown.h"
#include "recorder.h"
#include "report/event.h"
#include "report/line.h"
#include "report/outcome.h"
#include "report/report.h"
#include "report/slowest.h"
#include "writer.h"

/* GitHub shows no larger page; what earlier steps have added counts, too. */
#define PAGE_MAX (1024 * 1024)

/* How many lines, and bytes, of a failed job are shown at most. */
#define LINES 20
#define END_MAX 4096

/* How many of the slowest jobs. */
#define SLOWEST 10

/* A part of the page.  When its room is used up, jobs are only counted. */
struct part {
	struct buf text;
	size_t room;
	uint64_t left_out;
};

struct page {
	const struct record_options *options;
	struct writer *writer;
	size_t room; /* bytes of the whole page */
	struct excerpts excerpts;
	struct slowest slowest;
	struct part failures; /* with their last lines */
	struct part failed;   /* for which there was no room there */
	struct part running;  /* when time ran out */
	struct part flaky;
};

/* Adds the text, which is emptied. */
static bool
add(struct part *part, struct buf *text)
{
	bool has_room =
	    part->left_out == 0 && part->text.len + text->len <= part->room;

	if (has_room)
		buf_append(&part->text, text->data, text->len);
	text->len = 0;
	return has_room;
}

/* Adds a point to a list; frees the line. */
static void
add_point(struct part *part, char *line)
{
	struct buf text = BUF_INIT;

	buf_puts(&text, "- ");
	markdown_text(&text, line, strlen(line));
	buf_puts(&text, "\n");
	part->left_out += !add(part, &text);
	buf_release(&text);
	free(line);
}

static char *
describe(const struct report_event *event)
{
	char who[LINE_JOB_MAX], what[OUTCOME_TEXT_MAX],
	    took[FORMAT_DURATION_MAX], attempt[LINE_ATTEMPT_MAX];

	outcome_describe(event->outcome, what, sizeof(what));
	line_duration(event->job->elapsed_ns, took, sizeof(took));
	return xasprintf("%s failed: %s%s after %s",
	    line_job_on(event->job, who, sizeof(who)), what,
	    line_attempt(event->job, attempt, sizeof(attempt)), took);
}

static void
add_failure(struct page *page, const struct report_event *event,
    struct job_excerpts *excerpt)
{
	char *line = describe(event),
	     *command = msg_short(event->job->text, event->job->text_len);
	struct buf text = BUF_INIT, lines = BUF_INIT;

	buf_puts(&text, "### ");
	markdown_text(&text, line, strlen(line));
	buf_puts(&text, "\n\n");
	markdown_code(&text, command, strlen(command));
	buf_puts(&text, "\n\n");
	excerpts_take_lines(&page->excerpts, excerpt, LINES, &lines);
	if (lines.len > 0) {
		markdown_block(&text, lines.data, lines.len);
		buf_puts(&text, "\n");
	}
	if (!add(&page->failures, &text)) {
		page->failures.left_out++;
		add_point(&page->failed, xasprintf("%s: %s", line, command));
	}
	buf_release(&text);
	buf_release(&lines);
	free(line);
	free(command);
}

static void
end_job(struct page *page, const struct report_event *event)
{
	struct job_excerpts *excerpt =
	    excerpts_find(&page->excerpts, event->job->id);

	if (outcome_is_failure(event->outcome))
		add_failure(page, event, excerpt);
	else if (line_is_flaky(event))
		add_point(&page->flaky, line_of_flaky(event->job));
	excerpts_forget(&page->excerpts, excerpt);
}

/* Puts a part under its heading, if there is something in it. */
static void
put_part(struct buf *out, const struct part *part, const char *heading)
{
	if (part->text.len == 0 && part->left_out == 0)
		return;
	buf_printf(out, "### %s\n\n", heading);
	buf_append(out, part->text.data, part->text.len);
	if (part->left_out > 0)
		buf_printf(out,
		    "- and %" PRIu64 " more, for which there is no room here\n",
		    part->left_out);
	buf_puts(out, "\n");
}

static void
put_slowest(struct buf *out, struct slowest *slowest)
{
	char took[FORMAT_DURATION_MAX], cpu[SLOWEST_WORD_MAX],
	    memory[SLOWEST_WORD_MAX];

	if (slowest->len == 0)
		return;
	slowest_sort(slowest);
	buf_puts(out,
	    "### Slowest jobs\n\n| time | CPU | memory | job |\n"
	    "|---:|---:|---:|---|\n");
	for (size_t i = 0; i < slowest->len; i++) {
		const struct slow_job *job = &slowest->jobs[i];

		line_duration(job->elapsed_ns, took, sizeof(took));
		buf_printf(out, "| %s | %s | %s | ", took,
		    slowest_cpu(job, cpu, sizeof(cpu)),
		    slowest_memory(job, memory, sizeof(memory)));
		markdown_text(out, job->who, strlen(job->who));
		buf_puts(out, ": ");
		markdown_code(out, job->text, strlen(job->text));
		buf_puts(out, " |\n");
	}
	buf_puts(out, "\n");
}

static void
put_head(struct buf *out, const struct report_event *event)
{
	char *counts = line_of_counts(event, "no jobs");

	buf_puts(out, "## nursery: ");
	markdown_text(out, counts, strlen(counts));
	buf_puts(out, "\n\n");
	if (event->text[0] != '\0') {
		markdown_text(out, event->text, strlen(event->text));
		buf_puts(out, "\n\n");
	}
	free(counts);
}

/* Drops what is longer than there is room for. */
static void
keep_room(const struct page *page, struct buf *out, size_t before)
{
	if (out->len > page->room)
		out->len = before;
}

static void
put_all(struct page *page, const struct report_event *event)
{
	struct buf out = BUF_INIT;
	size_t before;

	put_head(&out, event);
	keep_room(page, &out, 0);
	before = out.len;
	buf_append(&out, page->failures.text.data, page->failures.text.len);
	put_part(&out, &page->failed, "More failures");
	put_part(&out, &page->running, "Were running");
	put_part(&out, &page->flaky, "Succeeded at a later attempt");
	keep_room(page, &out, before);
	before = out.len;
	put_slowest(&out, &page->slowest);
	keep_room(page, &out, before);
	writer_put(page->writer, out.data, out.len);
	buf_release(&out);
}

static void
finish(struct page *page, const struct report_event *event)
{
	const struct report_counts *counts = event->counts;
	uint64_t jobs = counts->succeeded + counts->failed + counts->cancelled +
	    counts->not_started;

	if (jobs > 1 || !page->options->summary_auto)
		put_all(page, event);
	writer_finish(page->writer);
}

static void
hear(void *arg, const struct report_event *event)
{
	struct page *page = arg;

	slowest_hear(&page->slowest, event);
	if (event->kind == REPORT_OUTPUT)
		excerpts_hear(&page->excerpts, event);
	else if (event->kind == REPORT_RETRY)
		excerpts_begin_again(&page->excerpts,
		    excerpts_get(&page->excerpts, event->job->id));
	else if (event->kind == REPORT_INTERRUPTED)
		add_point(&page->running, line_of_interrupted(event));
	else if (event->kind == REPORT_OVER)
		end_job(page, event);
	else if (event->kind == REPORT_FINISHED)
		finish(page, event);
}

static void
release(void *arg)
{
	struct page *page = arg;

	excerpts_release(&page->excerpts);
	slowest_release(&page->slowest);
	buf_release(&page->failures.text);
	buf_release(&page->failed.text);
	buf_release(&page->running.text);
	buf_release(&page->flaky.text);
	free(page);
}

/* Gives each part its share of what the page may have. */
static void
share_room(struct page *page)
{
	struct stat st;

	page->room = PAGE_MAX;
	if (page->options->summary_appended &&
	    fstat(writer_fd(page->writer), &st) == 0)
		page->room -=
		    st.st_size < PAGE_MAX ? (size_t)st.st_size : PAGE_MAX;
	page->failures.room = page->room / 2;
	page->failed.room = page->running.room = page->flaky.room =
	    page->room / 8;
}

static struct writer *
open_file(struct writers *writers, const struct record_options *options)
{
	if (options->summary_auto)
		return writer_open_unasked(writers,
		    "the page of GITHUB_STEP_SUMMARY", options->summary);
	return writer_open(writers, "--summary", options->summary,
	    options->summary_appended ? WRITER_APPENDED : WRITER_WHOLE);
}

void
page_listen(struct report *report, struct writers *writers,
    const struct record_options *options)
{
	static const struct excerpt_sizes sizes = { 0, 0, END_MAX };
	struct page *page = xcalloc(1, sizeof(*page));

	page->options = options;
	page->writer = open_file(writers, options);
	share_room(page);
	excerpts_init(&page->excerpts, &sizes, options->tmpdir);
	slowest_init(&page->slowest, SLOWEST);
	report_add(report,
	    &(struct report_listener){ .wants = REPORT_WANTS_OUTPUT,
		.hear = hear,
		.release = release,
		.arg = page });
}
