#include "turn.h"

#include "note.h"
#include "state.h"

bool
turn_belongs_to(const struct capture *cap)
{
	return cap->ordered && TAILQ_FIRST(&cap->out->order) == cap &&
	    cap->out->mode != OUTPUT_LINE && !cap->held;
}

bool
turn_by_lines(const struct stream *st)
{
	return st->cap->out->mode == OUTPUT_LINE;
}

bool
turn_is_live(const struct stream *st)
{
	if (turn_by_lines(st))
		return !st->cap->held;
	return turn_belongs_to(st->cap);
}

bool
turn_may_write(const struct stream *st)
{
	const struct sink *sink = st->sink;

	if (sink->full || sink->held || st->q.len > 0)
		return false;
	if (note_is_begun(st->cap->out, sink))
		return false;
	if (turn_by_lines(st))
		return !st->cap->held &&
		    (sink->owner == st ||
			(sink->owner == NULL && TAILQ_EMPTY(&sink->ready)));
	return turn_belongs_to(st->cap);
}

bool
turn_may_read(const struct stream *st)
{
	if (st->pipe.fd < 0 || st->starved || st->cap->draining)
		return false;
	if (st->sink->error != 0 || st->cap->out->show == OUTPUT_SHOW_NONE)
		return true; /* to drop it: the job must not hang */
	if (turn_by_lines(st))
		return turn_printable(st) == 0 &&
		    !(st->sink->owner == st && st->sink->full);
	if (turn_belongs_to(st->cap))
		return st->q.len == 0 && !st->sink->full;
	return true;
}

uint64_t
turn_printable(const struct stream *st)
{
	if (turn_by_lines(st))
		return st->cap->held ? 0 : st->printable;
	return turn_belongs_to(st->cap) ? st->q.len : 0;
}
