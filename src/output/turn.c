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
turn_is_hidden(const struct stream *st)
{
	switch (st->cap->out->show) {
	case OUTPUT_SHOW_NONE:
	case OUTPUT_SHOW_INSTEAD:
		return true;
	case OUTPUT_SHOW_REPLACED:
		return st == &st->cap->streams[0];
	case OUTPUT_SHOW_ALL:
	case OUTPUT_SHOW_FAILED:
	case OUTPUT_SHOW_ENDED:
		break;
	}
	return false;
}

bool
turn_may_read(const struct stream *st)
{
	const struct stream *home = st->home;

	if (st->pipe.fd < 0 || home->starved || st->cap->draining ||
	    st->cap->paused)
		return false;
	if (st->sink->error != 0 || turn_is_hidden(st))
		return true; /* to drop it: the job must not hang */
	if (turn_by_lines(st))
		return turn_printable(home) == 0 &&
		    !(st->sink->owner == home && st->sink->full);
	if (turn_belongs_to(st->cap))
		return home->q.len == 0 && !st->sink->full;
	return true;
}

uint64_t
turn_printable(const struct stream *st)
{
	if (turn_by_lines(st))
		return st->cap->held ? 0 : st->printable;
	return turn_belongs_to(st->cap) ? st->q.len : 0;
}
