#include "progress.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "line.h"
#include "sys/loop.h"

/* How wide the bar is, brackets not counted. */
#define BAR_MIN 10
#define BAR_MAX 40
/* A command is cut to so many columns for what is said behind it. */
#define COMMAND_WIDTH 24
#define COMMAND_LEAST 5
#define TIME_MAX 24
/* A name is cut to so many columns. */
#define LABEL_WIDTH 24

size_t
progress_rows(int rows)
{
	return rows >= 6 ? (size_t)rows / 3 - 1 : 0;
}

/* How many bytes of the text fit into so many columns, and what they take. */
static size_t
fit(const char *text, size_t len, int columns, int *ret_width)
{
	mbstate_t state = { 0 };
	size_t used = 0;
	int width = 0;

	while (used < len) {
		wchar_t c;
		size_t n = mbrtowc(&c, text + used, len - used, &state);
		int w = n == 0 || n > len ? 1 : wcwidth(c);

		if (n == 0 || n > len) {
			n = 1;
			state = (mbstate_t){ 0 };
		}
		if (w < 0)
			w = 1;
		if (width + w > columns)
			break;
		width += w;
		used += n;
	}
	*ret_width = width;
	return used;
}

int
progress_width(const char *text, size_t len)
{
	int width;

	fit(text, len, INT32_MAX, &width);
	return width;
}

static void
pad(struct buf *line, int n)
{
	while (n-- > 0)
		buf_puts(line, " ");
}

/* Appends the text, cut to the columns; "..." shows where. */
static void
add_cut(struct buf *line, const char *text, int columns)
{
	size_t len = strlen(text), n;
	int width;

	if (progress_width(text, len) <= columns) {
		buf_append(line, text, len);
		return;
	}
	n = fit(text, len, columns > 3 ? columns - 3 : columns, &width);
	buf_append(line, text, n);
	if (columns > 3)
		buf_puts(line, "...");
}

/* "12s", "3m05s", "2h07m", "1d04h" */
static const char *
format_age(int64_t ns, char *buf, size_t size)
{
	int64_t s = ns > 0 ? ns / NS_PER_S : 0;

	if (s < 60)
		snprintf(buf, size, "%" PRId64 "s", s);
	else if (s < 3600)
		snprintf(
		    buf, size, "%" PRId64 "m%02" PRId64 "s", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, size, "%" PRId64 "h%02" PRId64 "m", s / 3600,
		    s / 60 % 60);
	else
		snprintf(buf, size, "%" PRId64 "d%02" PRId64 "h", s / 86400,
		    s / 3600 % 24);
	return buf;
}

/* "31/s", "1.5/s", "12/min", "3.2/h" */
static void
format_rate(uint64_t per_1000s, char *buf, size_t size)
{
	static const struct {
		uint64_t seconds;
		const char *unit;
	} units[] = { { 1, "s" }, { 60, "min" }, { 3600, "h" } };
	size_t i = 0;

	while (i < 2 && per_1000s * units[i].seconds < 1000)
		i++;
	per_1000s *= units[i].seconds;
	if (per_1000s >= 9950)
		snprintf(buf, size, "%" PRIu64 "/%s", (per_1000s + 500) / 1000,
		    units[i].unit);
	else
		snprintf(buf, size, "%" PRIu64 ".%" PRIu64 "/%s",
		    (per_1000s + 50) / 1000, (per_1000s + 50) / 100 % 10,
		    units[i].unit);
}

/*
 * How fast jobs end tells something only while there are more to start: at the
 * end all waits for those that run.
 */
static bool
knows_rate(const struct progress *progress)
{
	return !progress->stopping && progress->per_1000s > 0 &&
	    (progress->to_start > 0 || !progress->total_known);
}

static int64_t
left_ns(const struct progress *progress)
{
	double left = (double)(progress->total - progress->done) * 1000 /
	    (double)progress->per_1000s;

	return left < 1e9 ? (int64_t)(left + 0.5) * NS_PER_S : INT64_MAX;
}

static void
add_done(const struct progress *progress, struct buf *line)
{
	if (progress->total == 0 && progress->total_known)
		return; /* there are only services */
	buf_printf(line, "%" PRIu64 "/", progress->done);
	if (progress->total_known)
		buf_printf(line, "%" PRIu64, progress->total);
	else
		buf_puts(line, "-");
}

/* A piece of the first line, two blanks before it if it is not the first. */
static void piece(struct buf *line, const char *fmt, ...)
    __attribute__((__format__(printf, 2, 3)));

static void
piece(struct buf *line, const char *fmt, ...)
{
	char text[80];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_printf(line, "%s%s", line->len > 0 ? "  " : "", text);
}

/* What always stands in the first line. */
static void
add_counts(const struct progress *progress, struct buf *line)
{
	add_done(progress, line);
	if (line->len > 0 || progress->running > 0 || progress->services == 0)
		piece(line, "%" PRIu64 " running", progress->running);
	else
		piece(line, "%" PRIu64 " service%s", progress->services,
		    progress->services == 1 ? "" : "s");
	if (progress->failed > 0)
		piece(line, "%" PRIu64 " failed", progress->failed);
	if (progress->retrying > 0)
		piece(line, "%" PRIu64 " to retry", progress->retrying);
	if (progress->stopping)
		piece(line, "stopping");
}

/* What is left out where there is no room: the rate, and the time left. */
static void
add_speed(const struct progress *progress, bool with_rate, struct buf *line)
{
	char text[TIME_MAX];

	if (!knows_rate(progress))
		return;
	if (with_rate) {
		format_rate(progress->per_1000s, text, sizeof(text));
		piece(line, "%s", text);
	}
	if (progress->total_known)
		piece(line, "left %s",
		    format_age(left_ns(progress), text, sizeof(text)));
}

static void
add_bar(const struct progress *progress, int width, struct buf *line)
{
	uint64_t full = progress->done * (uint64_t)width / progress->total;

	buf_puts(line, "[");
	for (int i = 0; i < width; i++)
		buf_puts(line, (uint64_t)i < full ? "#" : "-");
	buf_puts(line, "] ");
}

/* The first line, as much of it as the columns have room for. */
static void
add_head(const struct progress *progress, int columns, struct buf *ret)
{
	struct buf counts = BUF_INIT, speed = BUF_INIT;
	int room, most;

	add_counts(progress, &counts);
	for (int with_rate = 1; with_rate >= 0; with_rate--) {
		speed.len = 0;
		add_speed(progress, with_rate == 1, &speed);
		if (counts.len + speed.len + 2 <= (size_t)columns)
			break;
		speed.len = 0;
	}
	room = columns - (int)counts.len - (int)speed.len - 5;
	most = (columns + 1) / 4;
	most = most < BAR_MIN ? BAR_MIN : most < BAR_MAX ? most : BAR_MAX;
	if (progress->total_known && progress->total > 0 && room >= BAR_MIN)
		add_bar(progress, room < most ? room : most, ret);
	buf_append(&counts, "", 1);
	add_cut(ret, counts.data, columns);
	if (speed.len > 0)
		buf_printf(ret, "  %.*s", (int)speed.len, speed.data);
	buf_release(&counts);
	buf_release(&speed);
}

/*
 * What the job is called, and on which machine it runs, if that is wanted; a
 * long name is cut.  The caller frees it.
 */
static char *
label(const struct report_job *job, bool machine)
{
	struct buf cut = BUF_INIT;
	char name[LINE_JOB_MAX], *shown;

	if (machine)
		line_job_on(job, name, sizeof(name));
	else
		line_job(job, name, sizeof(name));
	shown = msg_shown(name, strlen(name));
	add_cut(&cut, shown, LABEL_WIDTH);
	free(shown);
	return buf_detach(&cut);
}

/* "240 lines wait", "1 line waits" */
static char *
lines_wait(uint64_t n)
{
	return xasprintf("%" PRIu64 " line%s", n, n == 1 ? " waits" : "s wait");
}

/* What is said of the output of a job; "" for nothing.  The caller frees it. */
static char *
output_note(const struct progress_job *job, bool hint)
{
	uint64_t n = job->others > 0 ? job->others : job->lines;
	char *what, *whom, *note;

	if (n == 0)
		return xstrdup("");
	if (job->others > 0)
		whom = xstrdup("it");
	else if (job->behind != NULL)
		whom = label(job->behind, false);
	else
		whom = xstrdup("its end");
	what = lines_wait(n);
	note = xasprintf("%s for %s%s", what, whom,
	    hint && job->behind != NULL ? ": --line-buffer" : "");
	free(what);
	free(whom);
	return note;
}

/* What is said of the job itself; "" for nothing. */
static void
state_note(const struct progress_job *job, char *buf, size_t size)
{
	buf[0] = '\0';
	if (strcmp(job->job.state, "running") != 0)
		snprintf(buf, size, "%s", job->job.state);
	else if (job->not_ready)
		snprintf(buf, size, "not ready");
	else if (job->job.attempt > 1)
		snprintf(buf, size, "attempt %" PRId64, job->job.attempt);
}

/* A row: what is known of one job, as text. */
struct row {
	char *label, *command; /* owned */
	char age[TIME_MAX];
	char *note;  /* in brackets, or ""; owned */
	char *brief; /* the same where there is little room; owned */
};

static void
make_row(struct row *row, const struct progress_job *job, bool hint)
{
	uint64_t lines = job->others > 0 ? job->others : job->lines;
	char state[40], *output = output_note(job, hint), *brief;
	const char *between;

	state_note(job, state, sizeof(state));
	between = state[0] != '\0' && output[0] != '\0' ? ", " : "";
	brief = lines > 0 ? lines_wait(lines) : xstrdup(state);
	row->note = xasprintf("(%s%s%s)", state, between, output);
	row->brief = xasprintf("(%s)", brief);
	free(output);
	free(brief);
	if (strcmp(row->note, "()") == 0)
		row->note[0] = row->brief[0] = '\0';
	row->label = label(&job->job, true);
	row->command = msg_shown(job->job.text, job->job.text_len);
	format_age(job->job.elapsed_ns, row->age, sizeof(row->age));
}

static void
free_row(struct row *row)
{
	free(row->label);
	free(row->command);
	free(row->note);
	free(row->brief);
}

static int
width_of(const char *text)
{
	return progress_width(text, strlen(text));
}

/* How wide the columns of all rows are. */
struct layout {
	int label, age, command;
};

static void
widen(struct layout *layout, const struct row *row)
{
	int label = width_of(row->label), age = width_of(row->age);
	int command = width_of(row->command);

	layout->label = label > layout->label ? label : layout->label;
	layout->age = age > layout->age ? age : layout->age;
	if (row->note[0] != '\0' && command > layout->command)
		layout->command = command;
}

/*
 * The command, and behind it the note, if need be its brief form, if need be
 * none: room is what both may take.
 */
static void
add_command(const struct row *row, const struct layout *layout, int room,
    struct buf *ret)
{
	const char *note = row->note;
	int wanted = width_of(row->command), left, start = (int)ret->len;

	if (wanted > COMMAND_WIDTH)
		wanted = COMMAND_WIDTH;
	left = room - width_of(note) - 2;
	if (left < wanted) {
		note = row->brief;
		left = room - width_of(note) - 2;
	}
	if (note[0] == '\0' || left < COMMAND_LEAST) {
		add_cut(ret, row->command, room);
		return;
	}
	add_cut(ret, row->command, left);
	left = layout->command < left ? layout->command : left;
	pad(ret,
	    left - progress_width(ret->data + start, ret->len - (size_t)start));
	buf_printf(ret, "  %s", note);
}

static void
add_row(const struct row *row, const struct layout *layout, int columns,
    struct buf *ret)
{
	struct buf line = BUF_INIT;
	int room = columns - layout->label - layout->age - 6;

	buf_printf(&line, "  %s", row->label);
	pad(&line, layout->label - width_of(row->label) + 2);
	pad(&line, layout->age - width_of(row->age));
	buf_printf(&line, "%s  ", row->age);
	if (room >= COMMAND_LEAST)
		add_command(row, layout, room, &line);
	buf_append(&line, "", 1);
	add_cut(ret, line.data, columns);
	buf_puts(ret, "\n");
	buf_release(&line);
}

static void
add_rows(
    const struct progress *progress, int columns, size_t n, struct buf *ret)
{
	struct row *rows = xcalloc(n + 1, sizeof(*rows));
	struct layout layout = { 0 };
	bool hint = progress->hint_lines;

	for (size_t i = 0; i < n; i++) {
		make_row(&rows[i], &progress->jobs[i], hint);
		if (progress->jobs[i].lines > 0 &&
		    progress->jobs[i].others == 0)
			hint = false; /* once is enough */
		widen(&layout, &rows[i]);
	}
	for (size_t i = 0; i < n; i++) {
		add_row(&rows[i], &layout, columns, ret);
		free_row(&rows[i]);
	}
	free(rows);
}

void
progress_block(const struct progress *progress, int columns, size_t n_rows,
    struct buf *ret)
{
	columns--; /* no terminal may think of a new line */
	add_head(progress, columns, ret);
	buf_puts(ret, "\n");
	if (progress->waits[0] != '\0' && n_rows > 0) {
		char *shown =
		    msg_shown(progress->waits, strlen(progress->waits));

		buf_puts(ret, "  ");
		add_cut(ret, shown, columns - 2);
		buf_puts(ret, "\n");
		free(shown);
		n_rows--;
	}
	add_rows(progress, columns,
	    progress->n_jobs < n_rows ? progress->n_jobs : n_rows, ret);
}

void
progress_line(const struct progress *progress, struct buf *ret)
{
	struct buf line = BUF_INIT;

	add_counts(progress, &line);
	add_speed(progress, true, &line);
	buf_append(ret, line.data, line.len);
	if (progress->waits[0] != '\0')
		buf_printf(ret, "  %s", progress->waits);
	buf_release(&line);
}
