#include "note.h"

#include <errno.h>

#include "state.h"

/* So many bytes of notes may wait before who writes more has to wait, too. */
#define WAITING_MAX 1048576

struct sink *
note_sink(struct output *out)
{
	return &out->sinks[out->sink_len - 1];
}

static struct notes *
notes_for(struct output *out, const struct sink *sink)
{
	return &out->notes[sink - out->sinks];
}

bool
note_is_begun(const struct output *out, const struct sink *sink)
{
	return out->notes[sink - out->sinks].begun;
}

bool
note_is_backed_up(struct output *out)
{
	const struct sink *sink = note_sink(out);
	const struct notes *notes = notes_for(out, sink);

	return notes->q.len > WAITING_MAX && (sink->full || notes->crowded);
}

/*
 * Goes to the start of a line.  Returns false if a job is in the middle of a
 * line that will go on; a line that its job left without an end gets one.
 */
static bool
begin(struct sink *sink)
{
	if (sink->owner != NULL || (sink->mid_line && sink->last != NULL))
		return false;
	return !sink->mid_line || sink_write(sink, "\n", 1) == 1;
}

static void
drop_all(struct notes *notes, struct store *store)
{
	notes->q.dropped += notes->q.len;
	if (notes->wanted)
		notes->lost += notes->q.len;
	queue_clear(&notes->q, store);
	notes->begun = notes->crowded = false;
}

void
note_flush(struct output *out, struct sink *sink)
{
	struct notes *notes = notes_for(out, sink);

	while (notes->q.len > 0 && !sink->full && !sink->held) {
		const char *data;
		size_t len, n;

		if (!notes->begun && !begin(sink))
			break;
		notes->begun = true;
		if (sink->error != 0) {
			if (notes->wanted && !sink->told_loss)
				wakeup_soon(&out->wakeup);
			drop_all(notes, &out->store);
			break;
		}
		len = queue_peek(&notes->q, &out->store, &data);
		if (len == 0)
			sink_fail(sink, errno);
		n = sink_write(sink, data, len);
		if (sink->error != 0) {
			wakeup_soon(&out->wakeup);
			continue;
		}
		notes->q.written += n;
		queue_consume(&notes->q, &out->store, n);
		notes->crowded = false;
	}
	if (notes->q.len == 0)
		notes->begun = notes->wanted = false;
}

void
note_add(struct output *out, struct sink *sink, const char *lines, size_t len,
    bool wanted)
{
	struct notes *notes = notes_for(out, sink);

	if (wanted)
		notes->wanted = true;
	if (!queue_append(&notes->q, &out->store, lines, len))
		notes->crowded = true;
	note_flush(out, sink);
	if (!sink_watch(sink, out->loop))
		wakeup_later(&out->wakeup);
}
