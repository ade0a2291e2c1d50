/* Lines of nursery's own, between the lines of the jobs. */
#include <errno.h>

#include "state.h"

struct sink *
note_sink(struct output *out)
{
	return &out->sinks[out->sink_len - 1];
}

struct notes *
note_queue(struct output *out, const struct sink *sink)
{
	return &out->notes[sink - out->sinks];
}

/* Goes to the start of a line if that is possible without cutting one up. */
static bool
begin(struct sink *sink)
{
	if (sink->owner != NULL || (sink->mid_line && sink->last != NULL))
		return false;
	return !sink->mid_line || sink_write(sink, "\n", 1) == 1;
}

static void
give_up(struct output *out, struct sink *sink)
{
	struct notes *notes = note_queue(out, sink);

	notes->q.dropped += notes->q.len;
	if (notes->wanted)
		out->lost += notes->q.len;
	queue_clear(&notes->q, &out->store);
	notes->begun = notes->crowded = false;
}

void
note_flush(struct output *out, struct sink *sink)
{
	struct notes *notes = note_queue(out, sink);

	while (notes->q.len > 0 && !sink->full) {
		const char *data;
		size_t len, n;

		if (!notes->begun && !begin(sink))
			break;
		notes->begun = true;
		if (sink->error != 0) {
			give_up(out, sink);
			break;
		}
		len = queue_peek(&notes->q, &out->store, &data);
		if (len == 0)
			sink_fail(sink, errno);
		n = sink_write(sink, data, len);
		if (sink->error != 0) {
			output_kick(out);
			continue;
		}
		notes->q.written += n;
		queue_consume(&notes->q, &out->store, n);
		notes->crowded = false;
	}
	if (notes->q.len == 0)
		notes->begun = notes->wanted = false;
	relay_resume(out);
}

static void
note(struct output *out, struct sink *sink, const char *line, size_t len)
{
	struct notes *notes = note_queue(out, sink);

	if (!queue_append(&notes->q, &out->store, line, len))
		notes->crowded = true;
	note_flush(out, sink);
	if (!sink_watch(sink, out->loop))
		output_kick_later(out);
}

void
output_note(void *arg, const char *line, size_t len)
{
	struct output *out = arg;

	note(out, note_sink(out), line, len);
}

void
output_say(struct output *out, const char *line, size_t len)
{
	note_queue(out, &out->sinks[0])->wanted = true;
	note(out, &out->sinks[0], line, len);
}

bool
output_said(const struct output *out)
{
	return out->notes[0].q.len == 0;
}
