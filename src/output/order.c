/* Who may write, and the uniting of finished captures. */
#include <assert.h>

#include "state.h"
#include "stream.h"

/* Waiting bytes written in one go, before the loop looks at signals again. */
#define PUMP_BUDGET 1048576

bool
order_is_front(const struct capture *cap)
{
	return cap->ordered && TAILQ_FIRST(&cap->out->order) == cap &&
	    cap->out->mode != OUTPUT_LINE && !cap->held;
}

void
order_append(struct capture *cap)
{
	struct output *out = cap->out;

	assert(!cap->ordered);
	TAILQ_INSERT_TAIL(&out->order, cap, order_link);
	cap->ordered = true;
}

static void
absorb(struct capture *dst, struct capture *src)
{
	assert(dst->done && src->done && dst->len == src->len);
	for (int i = 0; i < dst->len; i++)
		stream_absorb(&dst->streams[i], &src->streams[i]);
	capture_free(src);
}

void
order_settle(struct capture *cap)
{
	struct capture *prev = TAILQ_PREV(cap, capture_list, order_link);
	struct capture *next = TAILQ_NEXT(cap, order_link);

	if (prev != NULL && prev->done) {
		absorb(prev, cap);
		cap = prev;
	}
	if (next != NULL && next->done)
		absorb(cap, next);
}

void
order_remove(struct capture *cap)
{
	struct output *out = cap->out;
	struct capture *prev, *next;

	if (!cap->ordered)
		return; /* --ungroup orders nothing */
	prev = TAILQ_PREV(cap, capture_list, order_link);
	next = TAILQ_NEXT(cap, order_link);
	TAILQ_REMOVE(&out->order, cap, order_link);
	cap->ordered = false;
	if (prev != NULL && next != NULL && prev->done && next->done)
		absorb(prev, next);
}

static void
list_front(struct output *out)
{
	struct capture *cap = TAILQ_FIRST(&out->order);

	if (cap == NULL)
		return;
	for (int i = 0; i < cap->len; i++)
		stream_list(&cap->streams[i]);
}

static void
serve(struct output *out, struct sink *sink, int64_t *budget)
{
	for (;;) {
		struct stream *st;

		note_flush(out, sink);
		if (sink->full || *budget <= 0)
			return;
		st = sink->owner != NULL ? sink->owner
					 : TAILQ_FIRST(&sink->ready);
		if (st == NULL || !st->listed)
			return;
		stream_flush(st, budget);
		if (stream_printable(st) > 0)
			return;
		stream_flushed(st);
	}
}

static bool
retire_front(struct output *out)
{
	struct capture *cap = TAILQ_FIRST(&out->order);

	if (cap == NULL || !cap->done || !capture_is_empty(cap))
		return false;
	order_remove(cap);
	capture_free(cap);
	return true;
}

/*
 * Group mode has to let one job through before its end when the jobs that run
 * have no room left to keep what they write: else none could ever end.
 */
static bool
promote_starved(struct output *out)
{
	struct stream *st = TAILQ_FIRST(&out->starved);

	if (out->mode != OUTPUT_GROUP || st == NULL ||
	    !TAILQ_EMPTY(&out->order))
		return false;
	order_append(st->cap);
	return true;
}

/*
 * Line mode has to let a line out before its end when there is no room for the
 * rest; until then its sink is nobody else's.  One job at a time: of two, each
 * in the middle of a line on one sink, each could wait for the other's sink.
 */
static bool
let_out_starved(struct output *out)
{
	struct stream *st;

	if (out->mode != OUTPUT_LINE)
		return false;
	TAILQ_FOREACH(st, &out->starved, starved_link)
		if (stream_let_out(st))
			return true;
	return false;
}

void
order_pump(struct output *out)
{
	int64_t budget = PUMP_BUDGET;
	struct capture *front;

	do {
		list_front(out);
		for (int i = 0; i < out->sink_len; i++)
			serve(out, &out->sinks[i], &budget);
	} while (
	    retire_front(out) || promote_starved(out) || let_out_starved(out));
	front = TAILQ_FIRST(&out->order);
	for (int i = 0; front != NULL && i < front->len; i++)
		stream_sync(&front->streams[i]);
	for (int i = 0; i < out->sink_len; i++)
		if (!sink_watch(&out->sinks[i], out->loop))
			output_kick_later(out);
	if (budget <= 0 ||
	    (!TAILQ_EMPTY(&out->starved) &&
		(pool_room(&out->store.pool) > 0 || out->store.spool.freed)))
		output_kick(out);
}
