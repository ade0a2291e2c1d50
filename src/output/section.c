#include "section.h"

#include "base/buf.h"
#include "state.h"
#include "stream.h"
#include "turn.h"

/* What has the section: of two files only standard output. */
static struct stream *
stream_of(struct capture *cap)
{
	return &cap->streams[0];
}

static bool
are_wanted(const struct capture *cap)
{
	return cap->out->events.section != NULL && cap->len > 0;
}

static bool
has_section(const struct stream *st)
{
	return are_wanted(st->cap) && st == &st->cap->streams[0];
}

bool
section_is_due(const struct stream *st)
{
	return has_section(st) && !st->cap->section.begun;
}

void
section_passed(struct stream *st, const char *data, size_t len)
{
	if (has_section(st))
		st->cap->section.mid_line = data[len - 1] != '\n';
}

void
section_forget(struct stream *st)
{
	if (has_section(st))
		st->cap->section.mid_line = false;
}

static void
put_before(struct stream *st, const struct buf *lines)
{
	if (lines->len > 0)
		stream_prepend(st, lines->data, lines->len);
}

static void
put_behind(struct stream *st, const struct buf *lines)
{
	if (st->cap->section.mid_line)
		stream_append(st, "\n", 1);
	if (lines->len > 0)
		stream_append(st, lines->data, lines->len);
}

void
section_begin(struct capture *cap)
{
	struct buf before = BUF_INIT, behind = BUF_INIT;
	struct stream *st = stream_of(cap);

	if (!are_wanted(cap) || cap->section.begun || cap->done ||
	    !turn_belongs_to(cap) || st->q.len == 0)
		return;
	cap->section.begun = true;
	cap->out->events.section(
	    cap->job, OUTPUT_SECTION_LIVE, false, &before, &behind);
	put_before(st, &before);
	buf_release(&before);
	buf_release(&behind);
	stream_list(st);
	wakeup_soon(&cap->out->wakeup); /* its sink may have had its turn */
}

void
section_end(struct capture *cap)
{
	struct buf before = BUF_INIT, behind = BUF_INIT;
	struct stream *st = stream_of(cap);
	bool due = !cap->section.begun;

	if (!are_wanted(cap))
		return;
	cap->section.begun = true;
	cap->out->events.section(cap->job,
	    due ? OUTPUT_SECTION_WHOLE : OUTPUT_SECTION_LIVE_END,
	    due && st->q.len == 0, &before, &behind);
	put_before(st, &before);
	put_behind(st, &behind);
	buf_release(&before);
	buf_release(&behind);
}
