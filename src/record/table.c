#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <sys/queue.h>
#include <sys/tree.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "cells.h"
#include "json.h"
#include "report/outcome.h"
#include "report/report.h"
#include "store/store.h"
#include "sys/loop.h"
#include "sys/usage.h"
#include "writer.h"

/* So many bytes of what running jobs wrote are kept in memory. */
#define MEMORY_MAX (16 * 1024 * 1024)
/* So many bytes of rows are written at once: signals must not wait. */
#define PIECE (1024 * 1024)

/* Of names, in the order of enum sheet_format. */
static const char *const endings[] = { ".csv", ".tsv", ".json" };

struct entry {
	uint64_t id;
	struct cells cells;
	RB_ENTRY(entry) node;
	struct buf head; /* of its row, from its end until that was put */
	TAILQ_ENTRY(entry) link;
};

RB_HEAD(entry_tree, entry);
TAILQ_HEAD(entry_list, entry);

struct table {
	struct sheet sheet;
	struct writers *writers;
	const char *path;
	struct store store;
	struct entry_tree running;
	struct entry_list ended; /* whose rows are to be put, in this order */
	bool finished;           /* no more rows will come */
	bool headed;             /* the names of the columns were written */
	bool said; /* a message said that an output could not be kept */
};

static int
compare(const struct entry *a, const struct entry *b)
{
	return a->id < b->id ? -1 : a->id > b->id;
}

/* RB_GENERATE_STATIC of libbsd does not compile on Linux */
RB_GENERATE_INTERNAL(
    entry_tree, entry, node, compare, static __attribute__((__unused__)))

/* The format that the end of the path says; -1: none. */
static int
find_format(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		size_t ending = strlen(endings[i]);

		if (len >= ending &&
		    strcasecmp(path + len - ending, endings[i]) == 0)
			return (int)i;
	}
	return -1;
}

bool
table_is_name(const char *path)
{
	return find_format(path) >= 0;
}

static struct entry *
find(struct table *table, uint64_t id)
{
	struct entry key = { .id = id };

	return RB_FIND(entry_tree, &table->running, &key);
}

static struct entry *
begin(struct table *table, uint64_t id)
{
	struct entry *entry = xcalloc(1, sizeof(*entry));

	entry->id = id;
	cells_init(&entry->cells);
	RB_INSERT(entry_tree, &table->running, entry);
	return entry;
}

static void
free_entry(struct table *table, struct entry *entry)
{
	cells_release(&entry->cells, &table->sheet);
	buf_release(&entry->head);
	free(entry);
}

static void
drop(struct table *table, struct entry *entry)
{
	RB_REMOVE(entry_tree, &table->running, entry);
	free_entry(table, entry);
}

/* Says once that an output is not in its row. */
static void
lose(void *arg, int error)
{
	struct table *table = arg;
	char why[128];

	snprintf(why, sizeof(why), "what jobs wrote is lost in part: %s",
	    strerror(error));
	if (!table->said)
		writers_fail(table->writers, "--results", table->path, why);
	table->said = true;
}

/* Puts more of the row, *left bytes or so.  True once it is whole. */
static bool
put_row(struct table *table, struct entry *entry, size_t *left)
{
	const char *end = table->sheet.format == SHEET_JSON ? "}\n" : "\n";

	if (entry->head.len > 0) {
		writer_begin_row(table->sheet.writer);
		writer_put(
		    table->sheet.writer, entry->head.data, entry->head.len);
		buf_release(&entry->head);
	}
	if (!cells_put(&entry->cells, &table->sheet, left))
		return false;
	writer_put(table->sheet.writer, end, strlen(end));
	writer_end_row(table->sheet.writer);
	return true;
}

/* Puts more of the rows of jobs that have ended.  False if no more is left. */
static bool
put_more(void *arg)
{
	struct table *table = arg;
	struct entry *entry;
	size_t left = PIECE;

	while ((entry = TAILQ_FIRST(&table->ended)) != NULL) {
		if (!put_row(table, entry, &left))
			return true;
		TAILQ_REMOVE(&table->ended, entry, link);
		free_entry(table, entry);
	}
	if (table->finished)
		writer_finish(table->sheet.writer);
	return false;
}

/* When it began; one that could not be started has tried just now. */
static int64_t
start_of(const struct report_job *job)
{
	return job->wall_ns > 0 ? job->wall_ns : usage_wall_ns();
}

/* The machine, as the job log has it. */
static const char *
host_of(const struct report_job *job)
{
	return job->machine != NULL ? job->machine : ":";
}

static void
add_next(struct table *table, struct buf *row, const char *text)
{
	cells_separate(&table->sheet, row);
	cells_add(&table->sheet, row, text, strlen(text));
}

static void
add_names(struct table *table, struct buf *row, const struct report_job *job)
{
	static const char *const names[] = { "Host", "Starttime", "JobRuntime",
		"Send", "Receive", "Exitval", "Signal", "Command" };

	buf_puts(row, "Seq");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		add_next(table, row, names[i]);
	for (size_t i = 0; i + 1 < job->results->len; i += 2)
		add_next(table, row, job->results->items[i]);
	add_next(table, row, "Stdout");
	add_next(table, row, "Stderr");
	buf_puts(row, "\n");
}

static void
add(struct buf *row, char sep, const char *text)
{
	buf_append(row, &sep, 1);
	buf_puts(row, text);
}

static void
add_int(struct buf *row, char sep, int64_t n)
{
	add(row, sep, "");
	buf_put_int(row, n);
}

/* In seconds, rounded to three decimals. */
static void
add_seconds(struct buf *row, char sep, int64_t ns)
{
	add(row, sep, "");
	buf_put_decimal(row, (ns + NS_PER_MS / 2) / NS_PER_MS, 3);
}

/* The head of a row is all but what the job wrote. */
static void
head_row(
    struct table *table, const struct report_event *event, struct entry *entry)
{
	const struct report_job *job = event->job;
	char sep = table->sheet.format == SHEET_TSV ? '\t' : ',';
	struct buf *row = &entry->head;
	int status, signo;

	if (!table->headed)
		add_names(table, row, job);
	table->headed = true;
	outcome_columns(event->outcome, job->asked, &status, &signo);
	buf_put_int(row, (int64_t)job->seq);
	add_next(table, row, host_of(job));
	add_seconds(row, sep, start_of(job));
	add_seconds(row, sep, job->elapsed_ns);
	add_int(row, sep, event->usage->given);
	add_int(row, sep, (int64_t)entry->cells.written[0].q.in);
	add_int(row, sep, status);
	add_int(row, sep, signo);
	add(row, sep, "");
	cells_add(&table->sheet, row, job->text, job->text_len);
	for (size_t i = 1; i < job->results->len; i += 2)
		add_next(table, row, job->results->items[i]);
}

static void
head_object(const struct report_event *event, struct entry *entry)
{
	const struct report_job *job = event->job;
	struct buf *row = &entry->head;
	int status, signo;

	outcome_columns(event->outcome, job->asked, &status, &signo);
	json_begin_object(row);
	json_put_int(row, "Seq", (int64_t)job->seq);
	json_put_string(row, "Host", host_of(job));
	json_put_seconds(row, "Starttime", start_of(job));
	json_put_seconds(row, "JobRuntime", job->elapsed_ns);
	json_put_int(row, "Send", event->usage->given);
	json_put_int(row, "Receive", (int64_t)entry->cells.written[0].q.in);
	json_put_int(row, "Exitval", status);
	json_put_int(row, "Signal", signo);
	json_put_bytes(row, "Command", job->text, job->text_len);
	json_key(row, "V");
	json_begin_array(row);
	for (size_t i = 1; i < job->results->len; i += 2)
		json_string(row, job->results->items[i]);
	json_end_array(row);
}

/* A row that is not long is put at once, unless others come first. */
static void
end(struct table *table, const struct report_event *event)
{
	struct entry *entry = find(table, event->job->id);
	bool first = TAILQ_EMPTY(&table->ended);

	if (entry == NULL)
		entry =
		    begin(table, event->job->id); /* it could not be started */
	if (table->sheet.format == SHEET_JSON)
		head_object(event, entry);
	else
		head_row(table, event, entry);
	RB_REMOVE(entry_tree, &table->running, entry);
	TAILQ_INSERT_TAIL(&table->ended, entry, link);
	if (first && put_more(table))
		writer_ask(table->sheet.writer, put_more, table);
}

static void
finish(struct table *table)
{
	table->finished = true;
	if (TAILQ_EMPTY(&table->ended))
		writer_finish(table->sheet.writer);
}

static void
hear(void *arg, const struct report_event *event)
{
	struct table *table = arg;
	struct entry *entry;

	if (event->kind == REPORT_FINISHED)
		finish(table);
	if (event->job == NULL || strcmp(event->job->kind, "service") == 0)
		return;
	entry = find(table, event->job->id);
	if (event->kind == REPORT_STARTED)
		begin(table, event->job->id);
	else if (event->kind == REPORT_OUTPUT && entry != NULL)
		cells_take(&entry->cells, &table->sheet, event->fd - 1,
		    event->data, event->len);
	else if (event->kind == REPORT_RETRY && entry != NULL)
		drop(table, entry);
	else if (event->kind == REPORT_OVER)
		end(table, event);
}

static void
release(void *arg)
{
	struct table *table = arg;
	struct entry *entry;

	while ((entry = RB_MIN(entry_tree, &table->running)) != NULL)
		drop(table, entry);
	while ((entry = TAILQ_FIRST(&table->ended)) != NULL) {
		TAILQ_REMOVE(&table->ended, entry, link);
		free_entry(table, entry);
	}
	store_release(&table->store);
	free(table);
}

void
table_listen(struct report *report, struct writers *writers, const char *path,
    const char *tmpdir)
{
	struct table *table = xcalloc(1, sizeof(*table));
	bool ours = path[0] == '-' && path[1] == '.';

	table->sheet.format = (enum sheet_format)find_format(path);
	table->path = path;
	table->writers = writers;
	table->sheet.writer =
	    writer_open(writers, "--results", ours ? "-" : path, WRITER_LINES);
	store_init_modest(&table->store, MEMORY_MAX, tmpdir);
	table->sheet.store = &table->store;
	table->sheet.lost = lose;
	table->sheet.arg = table;
	RB_INIT(&table->running);
	TAILQ_INIT(&table->ended);
	report_add(report,
	    &(struct report_listener){ .wants = REPORT_WANTS_OUTPUT,
		.hear = hear,
		.release = release,
		.arg = table });
}
