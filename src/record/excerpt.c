#include "excerpt.h"

#include <string.h>

#include "base/buf.h"

/*
 * The last bytes begin with the next line if it begins within so many bytes.
 */
#define LINE_PART_MAX 1024

void
excerpt_init(struct excerpt *excerpt, size_t first, size_t last)
{
	*excerpt = (struct excerpt){ .first = first, .last = last };
	queue_init(&excerpt->beginning);
	queue_init(&excerpt->older);
	queue_init(&excerpt->newer);
}

static void
drop(struct queue *q, struct store *store)
{
	q->dropped += q->len;
	queue_clear(q, store);
}

void
excerpt_release(struct excerpt *excerpt, struct store *store)
{
	drop(&excerpt->beginning, store);
	drop(&excerpt->older, store);
	drop(&excerpt->newer, store);
}

static size_t
min(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void
add_last(
    struct excerpt *excerpt, struct store *store, const char *data, size_t len)
{
	struct queue *newer = &excerpt->newer;

	if (len > excerpt->last) {
		data += len - excerpt->last;
		len = excerpt->last;
	}
	while (len > 0) {
		size_t n;

		if (newer->len == excerpt->last) {
			drop(&excerpt->older, store);
			queue_concat(&excerpt->older, newer, store);
		}
		n = min(len, excerpt->last - (size_t)newer->len);
		queue_append(newer, store, data, n);
		data += n;
		len -= n;
	}
}

void
excerpt_add(
    struct excerpt *excerpt, struct store *store, const char *data, size_t len)
{
	size_t n = min(len, excerpt->first - (size_t)excerpt->beginning.len);

	excerpt->len += len;
	if (n > 0)
		queue_append(&excerpt->beginning, store, data, n);
	add_last(excerpt, store, data + n, len - n);
}

/* Moves all that waits in the queue behind what the buffer has. */
static int
take(struct queue *q, struct store *store, struct buf *out)
{
	size_t len = (size_t)q->len;

	buf_reserve(out, len);
	if (queue_take(q, store, out->data + out->len, len) < 0)
		return -1;
	out->len += len;
	return 0;
}

int
excerpt_take_first(
    struct excerpt *excerpt, struct store *store, struct buf *out)
{
	return take(&excerpt->beginning, store, out);
}

/* How many bytes to skip so that the rest begins with a line. */
static size_t
line_part(const char *data, size_t len)
{
	const char *newline = memchr(data, '\n', min(len, LINE_PART_MAX));

	return newline != NULL ? (size_t)(newline - data) + 1 : 0;
}

int
excerpt_take_last(struct excerpt *excerpt, struct store *store, struct buf *out,
    uint64_t *ret_left_out)
{
	uint64_t begun =
	    excerpt->len < excerpt->first ? excerpt->len : excerpt->first;
	size_t start = out->len, n, skip;
	char *data;

	if (take(&excerpt->older, store, out) < 0 ||
	    take(&excerpt->newer, store, out) < 0)
		return -1;
	n = out->len - start;
	data = out->data + start;
	skip = n > excerpt->last ? n - excerpt->last : 0;
	if (excerpt->len - begun > n - skip)
		skip += line_part(data + skip, n - skip);
	if (skip > 0) {
		memmove(data, data + skip, n - skip);
		out->len -= skip;
	}
	*ret_left_out = excerpt->len - begun - (n - skip);
	return 0;
}
