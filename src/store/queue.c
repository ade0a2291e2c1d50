#include "queue.h"

#include <assert.h>
#include <string.h>

/* A shorter queue is copied when it is moved, so that segments stay full. */
#define SMALL_QUEUE (4 * POOL_CHUNK)

void
queue_init(struct queue *q)
{
	*q = (struct queue){ 0 };
	TAILQ_INIT(&q->segments);
}

/* Gives back a segment, whatever is in it. */
static void
drop(struct queue *q, struct store *store, struct segment *seg)
{
	TAILQ_REMOVE(&q->segments, seg, link);
	if (seg->offset < 0)
		pool_give(&store->pool, seg);
	else
		spool_give(&store->spool, seg);
	if (TAILQ_EMPTY(&q->segments))
		q->size_class = 0;
}

void
queue_clear(struct queue *q, struct store *store)
{
	while (!TAILQ_EMPTY(&q->segments))
		drop(q, store, TAILQ_FIRST(&q->segments));
	store->waiting -= q->len;
	q->len = 0;
}

void
queue_release(struct queue *q, struct store *store)
{
	assert(q->in == q->written + q->dropped + q->len);
	queue_clear(q, store);
}

static struct segment *
last_segment(struct queue *q)
{
	return TAILQ_LAST(&q->segments, segment_list);
}

static size_t
fill_chunk(struct segment *seg, const char *data, size_t len)
{
	if (len > seg->cap - seg->end)
		len = seg->cap - seg->end;
	memcpy(seg->data + seg->end, data, len);
	seg->end += len;
	return len;
}

/*
 * The append functions take as many of the bytes as one segment has room for.
 * They return how many; 0 if there is no room of that kind.
 */
static size_t
append_to_last(
    struct queue *q, struct store *store, const char *data, size_t len)
{
	struct segment *seg = last_segment(q);

	if (seg == NULL)
		return 0;
	if (seg->offset < 0)
		return fill_chunk(seg, data, len);
	return spool_append(&store->spool, seg, data, len);
}

static size_t
append_chunk(struct queue *q, struct store *store, const char *data, size_t len,
    bool force)
{
	bool small = TAILQ_EMPTY(&q->segments) && len <= POOL_SMALL;
	struct segment *seg =
	    pool_take(&store->pool, small ? POOL_SMALL : POOL_CHUNK, force);

	if (seg == NULL)
		return 0;
	TAILQ_INSERT_TAIL(&q->segments, seg, link);
	return fill_chunk(seg, data, len);
}

static size_t
append_extent(
    struct queue *q, struct store *store, const char *data, size_t len)
{
	struct segment *seg = spool_take(&store->spool, q->size_class);
	size_t n;

	if (seg == NULL)
		return 0;
	n = spool_append(&store->spool, seg, data, len);
	if (n == 0) {
		bool freed = store->spool.freed;

		spool_give(&store->spool, seg);
		store->spool.freed =
		    freed; /* there is no more room than before */
		return 0;
	}
	TAILQ_INSERT_TAIL(&q->segments, seg, link);
	if (q->size_class < SPOOL_CLASSES - 1)
		q->size_class++;
	return n;
}

bool
queue_append(struct queue *q, struct store *store, const char *data, size_t len)
{
	bool had_room = true;

	q->in += len;
	q->len += len;
	store->waiting += len;
	while (len > 0) {
		size_t n = append_to_last(q, store, data, len);

		if (n == 0)
			n = append_chunk(q, store, data, len, false);
		if (n == 0)
			n = append_extent(q, store, data, len);
		if (n == 0) {
			had_room = false;
			n = append_chunk(q, store, data, len, true);
		}
		data += n;
		len -= n;
	}
	store->full = !had_room;
	return had_room;
}

size_t
queue_peek(struct queue *q, struct store *store, const char **ret_data)
{
	struct segment *seg = TAILQ_FIRST(&q->segments);
	ssize_t n;

	assert(seg != NULL && seg->start < seg->end);
	if (seg->offset < 0) {
		*ret_data = seg->data + seg->start;
		return seg->end - seg->start;
	}
	n = spool_read(&store->spool, seg, store->scratch, STORE_SCRATCH);
	if (n < 0)
		return 0;
	*ret_data = store->scratch;
	return (size_t)n;
}

void
queue_consume(struct queue *q, struct store *store, size_t len)
{
	struct segment *seg = TAILQ_FIRST(&q->segments);

	if (len == 0)
		return;
	assert(seg != NULL && len <= seg->end - seg->start);
	seg->start += len;
	q->len -= len;
	store->waiting -= len;
	if (seg->start == seg->end)
		drop(q, store, seg);
}

int
queue_take(struct queue *q, struct store *store, char *data, size_t len)
{
	while (len > 0) {
		const struct segment *seg = TAILQ_FIRST(&q->segments);
		ssize_t n = (ssize_t)(seg->end - seg->start);

		if ((size_t)n > len)
			n = (ssize_t)len;
		if (seg->offset < 0)
			memcpy(data, seg->data + seg->start, (size_t)n);
		else
			n = spool_read(&store->spool, seg, data, (size_t)n);
		if (n < 0)
			return -1;
		queue_consume(q, store, (size_t)n);
		q->written += (size_t)n;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

void
queue_take_back(struct queue *q, struct store *store, size_t len)
{
	q->in -= len;
	q->len -= len;
	store->waiting -= len;
	while (len > 0) {
		struct segment *seg = last_segment(q);
		size_t n = seg->end - seg->start;

		if (n > len)
			n = len;
		seg->end -= n;
		len -= n;
		if (seg->start == seg->end)
			drop(q, store, seg);
	}
}

static void
copy_over(struct queue *dst, struct queue *src, struct store *store)
{
	const char *data;
	size_t n;

	while (src->len > 0 && (n = queue_peek(src, store, &data)) > 0) {
		queue_append(dst, store, data, n);
		src->in -= n;
		queue_consume(src, store, n);
	}
}

void
queue_concat(struct queue *dst, struct queue *src, struct store *store)
{
	if (src->len < SMALL_QUEUE && !TAILQ_EMPTY(&dst->segments))
		copy_over(dst, src, store);
	dst->in += src->len; /* the segments that were not copied */
	dst->len += src->len;
	src->in -= src->len;
	src->len = 0;
	if (src->size_class > dst->size_class)
		dst->size_class = src->size_class;
	TAILQ_CONCAT(&dst->segments, &src->segments, link);
	src->size_class = 0;
}
