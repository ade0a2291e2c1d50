#include "pump.h"

#include "intake.h"
#include "note.h"
#include "order.h"
#include "relay.h"
#include "section.h"
#include "state.h"
#include "stream.h"
#include "turn.h"

/* Waiting bytes written in one go, before the loop looks at signals again. */
#define PUMP_BUDGET 1048576

/* A stream for whose bytes there is no room ends the hold of its capture. */
static void
read_stream(struct stream *st, bool at_end)
{
	intake_run(st, at_end);
	if (st->home->starved)
		order_let_go(st->cap);
}

/* Lists the streams whose turn has come because others left the order. */
static void
list_first(struct output *out)
{
	struct capture *cap = TAILQ_FIRST(&out->order);

	if (cap == NULL)
		return;
	section_begin(cap);
	for (int i = 0; i < cap->len; i++)
		stream_list(&cap->streams[i]);
}

/*
 * Writes notes and streams to one sink, until it is full, the budget is used up
 * or nothing may be written any more.
 */
static void
serve(struct output *out, struct sink *sink, int64_t *budget)
{
	for (;;) {
		struct stream *st;

		note_flush(out, sink);
		relay_resume(out);
		if (sink->full || sink->held || *budget <= 0)
			return;
		st = sink->owner != NULL ? sink->owner
					 : TAILQ_FIRST(&sink->ready);
		if (st == NULL || !st->listed)
			return;
		section_begin(st->cap);
		stream_flush(st, budget);
		if (turn_printable(st) > 0)
			return;
		stream_leave_sink(st);
		/* the sink has room now: what is read need not be kept */
		if (out->in_loop && st->pipe.io.fd < 0)
			read_stream(st, false);
		else
			stream_sync(st);
	}
}

/* Frees the first of the order if all of it is written. */
static bool
retire_first(struct output *out)
{
	struct capture *cap = TAILQ_FIRST(&out->order);

	if (cap == NULL || !cap->done)
		return false;
	for (int i = 0; i < cap->len; i++)
		if (cap->streams[i].q.len > 0)
			return false;
	order_remove(cap);
	return true;
}

/*
 * Group mode has to let one job write before its end when there is no room left
 * to keep what the running jobs write: else none of them could ever end.
 */
static bool
promote_starved(struct output *out)
{
	struct stream *st = TAILQ_FIRST(&out->streams.starved);

	if (out->mode != OUTPUT_GROUP || st == NULL ||
	    !TAILQ_EMPTY(&out->order))
		return false;
	order_append(st->cap);
	return true;
}

/*
 * Line mode has to let a line out before its end when there is no room for the
 * rest of it; nobody else uses the sink until the line has ended.  This is one
 * job's right at a time: of two jobs that are each in the middle of a line on
 * one sink, each could wait for the other's.
 */
static bool
let_out_starved(struct output *out)
{
	struct stream *st;

	if (out->mode != OUTPUT_LINE)
		return false;
	TAILQ_FOREACH(st, &out->streams.starved, starved_link)
		if (stream_let_out(st))
			return true;
	return false;
}

void
pump_run(struct output *out)
{
	int64_t budget = PUMP_BUDGET;
	struct capture *first;

	do {
		list_first(out);
		for (int i = 0; i < out->sink_len; i++)
			serve(out, &out->sinks[i], &budget);
	} while (
	    retire_first(out) || promote_starved(out) || let_out_starved(out));
	first = TAILQ_FIRST(&out->order);
	for (int i = 0; first != NULL && i < first->len; i++)
		stream_sync(&first->streams[i]);
	for (int i = 0; i < out->sink_len; i++)
		if (!sink_watch(&out->sinks[i], out->loop))
			wakeup_later(&out->wakeup);
	if (budget <= 0 ||
	    (!TAILQ_EMPTY(&out->streams.starved) &&
		(pool_room(&out->store.pool) > 0 || out->store.spool.freed)))
		wakeup_soon(&out->wakeup);
}

void
pump_run_in_loop(struct output *out)
{
	out->in_loop = true;
	pump_run(out);
	out->in_loop = false;
}

void
pump_read(struct stream *st, bool at_end)
{
	struct output *out = st->cap->out;

	out->in_loop = true;
	read_stream(st, at_end);
	pump_run(out);
	out->in_loop = false;
}
