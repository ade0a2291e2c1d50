#include "cells.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "json.h"
#include "store/queue.h"
#include "writer.h"

/* A longer output gets no copy in base64. */
#define WHOLE_MAX (4 * 1024 * 1024)
/* So many bytes are made a string of JSON at once. */
#define SLICE 16384

static const char separators[] = { ',', '\t' };

/* True for what needs quotes in a cell; the same as in GNU parallel. */
static bool
must_quote(const struct sheet *sheet, const char *data, size_t len)
{
	if (sheet->format == SHEET_JSON)
		return false;
	for (size_t i = 0; i < len; i++)
		if (data[i] == '\0' ||
		    strchr(" \t\n\v\f\r\"", data[i]) != NULL ||
		    data[i] == separators[sheet->format])
			return true;
	return false;
}

static void
empty(struct sheet *sheet, struct queue *q)
{
	q->dropped += q->len;
	queue_clear(q, sheet->store);
}

/* Puts bytes that stand between quotes. */
static void
put_doubled(struct sheet *sheet, const char *data, size_t len)
{
	const char *end = data + len, *quote;

	while ((quote = memchr(data, '"', (size_t)(end - data))) != NULL) {
		writer_put(sheet->writer, data, (size_t)(quote - data) + 1);
		writer_put(sheet->writer, "\"", 1);
		data = quote + 1;
	}
	writer_put(sheet->writer, data, (size_t)(end - data));
}

/*
 * The next bytes of what a job wrote, which stay valid until the next call; 0
 * if there are no more, or none can be read.
 */
static size_t
next_piece(struct sheet *sheet, struct queue *q, const char **ret_data)
{
	size_t n;

	if (q->len == 0)
		return 0;
	n = queue_peek(q, sheet->store, ret_data);
	if (n == 0) {
		sheet->lost(sheet->arg, errno);
		empty(sheet, q);
	}
	return n;
}

static void
consume(struct sheet *sheet, struct queue *q, size_t len)
{
	queue_consume(q, sheet->store, len);
	q->written += len;
}

/* What a job wrote to the stream as a member, with a copy in base64. */
static void
put_string(struct sheet *sheet, const char *name, struct queue *q)
{
	struct buf text = BUF_INIT, all = BUF_INIT;
	const char *data;
	size_t n;

	while ((n = next_piece(sheet, q, &data)) > 0) {
		buf_append(&all, data, n);
		consume(sheet, q, n);
	}
	buf_puts(&text, "{"); /* a member follows */
	json_put_bytes(&text, name, all.len > 0 ? all.data : "", all.len);
	writer_put(sheet->writer, ",", 1);
	writer_put(sheet->writer, text.data + 1, text.len - 1);
	buf_release(&all);
	buf_release(&text);
}

/* What is before and behind the bytes of a stream. */
static void
put_edge(struct sheet *sheet, const struct cells *cells, bool begin)
{
	static const char *const names[] = { ",\"Stdout", ",\"Stderr" };
	const char *name = names[cells->n_put];

	if (sheet->format == SHEET_JSON) {
		if (begin)
			writer_put(sheet->writer, name, strlen(name));
		if (begin && cells->part == PART_BASE64)
			writer_put(sheet->writer, "_base64", 7);
		writer_put(
		    sheet->writer, begin ? "\":\"" : "\"", begin ? 3 : 1);
		return;
	}
	if (begin)
		writer_put(sheet->writer, &separators[sheet->format], 1);
	if (cells->written[cells->n_put].quoted)
		writer_put(sheet->writer, "\"", 1);
}

/* Puts a piece of a string, as text or in base64, a slice at a time. */
static void
put_piece(struct sheet *sheet, struct cells *cells, const char *data,
    size_t len, bool last)
{
	struct buf out = BUF_INIT;

	do {
		size_t n = len < SLICE ? len : SLICE;
		bool end = last && n == len;

		out.len = 0;
		if (cells->part == PART_BASE64)
			json_base64_piece(&out, &cells->pieces, data, n, end);
		else
			json_piece(&out, &cells->pieces, data, n, end);
		writer_put(sheet->writer, out.data, out.len);
		data += n;
		len -= n;
	} while (len > 0);
	buf_release(&out);
}

/* Keeps bytes until it is known whether they are needed once more. */
static void
keep_again(struct sheet *sheet, struct cells *cells, const char *data, size_t n)
{
	if (!cells->kept || queue_append(&cells->again, sheet->store, data, n))
		return;
	sheet->lost(sheet->arg, ENOSPC);
	cells->kept = false;
	empty(sheet, &cells->again);
}

static void
put_bytes(struct sheet *sheet, struct cells *cells, const char *data, size_t n)
{
	if (sheet->format == SHEET_JSON)
		put_piece(sheet, cells, data, n, false);
	else
		put_doubled(sheet, data, n);
	if (cells->part == PART_TEXT)
		keep_again(sheet, cells, data, n);
}

/* Puts more of the queue, *left bytes or so.  True once all was put. */
static bool
put_queue(
    struct sheet *sheet, struct cells *cells, struct queue *q, size_t *left)
{
	const char *data;
	size_t n;

	while (*left > 0 && (n = next_piece(sheet, q, &data)) > 0) {
		put_bytes(sheet, cells, data, n);
		consume(sheet, q, n);
		*left -= *left < n ? *left : n;
	}
	if (q->len > 0)
		return false;
	if (sheet->format == SHEET_JSON)
		put_piece(sheet, cells, "", 0, true);
	put_edge(sheet, cells, false);
	return true;
}

static void
begin_part(struct sheet *sheet, struct cells *cells, enum part part)
{
	cells->part = part;
	put_edge(sheet, cells, true);
}

/*
 * Puts more of the next stream, *left bytes or so.  True once all was put.
 */
static bool
put_stream(struct sheet *sheet, struct cells *cells, size_t *left)
{
	static const char *const names[] = { "Stdout", "Stderr" };
	struct queue *q = &cells->written[cells->n_put].q;
	bool json = sheet->format == SHEET_JSON;

	if (cells->part == PART_NONE && json && q->len <= SLICE) {
		*left -= *left < q->len ? *left : (size_t)q->len;
		put_string(sheet, names[cells->n_put], q);
		return true;
	}
	if (cells->part == PART_NONE) {
		cells->kept = json && q->len <= WHOLE_MAX;
		cells->pieces.bad = false;
		begin_part(sheet, cells, PART_TEXT);
	}
	if (cells->part == PART_TEXT) {
		if (!put_queue(sheet, cells, q, left))
			return false;
		if (cells->kept && cells->pieces.bad)
			begin_part(sheet, cells, PART_BASE64);
		else
			empty(sheet, &cells->again);
	}
	if (cells->part == PART_BASE64 &&
	    !put_queue(sheet, cells, &cells->again, left))
		return false;
	cells->part = PART_NONE;
	return true;
}

void
cells_init(struct cells *cells)
{
	*cells = (struct cells){ 0 };
	for (int i = 0; i < 2; i++)
		queue_init(&cells->written[i].q);
	queue_init(&cells->again);
}

void
cells_release(struct cells *cells, struct sheet *sheet)
{
	enum { N_QUEUES = 3 };
	struct queue *const queues[N_QUEUES] = { &cells->written[0].q,
		&cells->written[1].q, &cells->again };

	for (size_t i = 0; i < N_QUEUES; i++) {
		empty(sheet, queues[i]);
		queue_release(queues[i], sheet->store);
	}
	json_pieces_release(&cells->pieces);
}

void
cells_take(struct cells *cells, struct sheet *sheet, int which,
    const char *data, size_t len)
{
	struct written *written = &cells->written[which];

	written->quoted = written->quoted || must_quote(sheet, data, len);
	if (queue_append(&written->q, sheet->store, data, len))
		return;
	sheet->lost(sheet->arg, ENOSPC);
	empty(sheet, &written->q);
}

bool
cells_put(struct cells *cells, struct sheet *sheet, size_t *left)
{
	while (cells->n_put < 2) {
		if (*left == 0 || !put_stream(sheet, cells, left))
			return false;
		cells->n_put++;
	}
	return true;
}

void
cells_separate(const struct sheet *sheet, struct buf *row)
{
	buf_append(row, &separators[sheet->format], 1);
}

void
cells_add(
    const struct sheet *sheet, struct buf *row, const char *text, size_t len)
{
	if (!must_quote(sheet, text, len)) {
		buf_append(row, text, len);
		return;
	}
	buf_puts(row, "\"");
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			buf_puts(row, "\"");
		buf_append(row, text + i, 1);
	}
	buf_puts(row, "\"");
}
