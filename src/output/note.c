/* Lines of nursery's own, between the lines of the jobs. */
#include <errno.h>

#include "state.h"

static struct sink *
note_sink(struct output *out)
{
	return &out->sinks[out->sink_len - 1];
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
give_up(struct output *out)
{
	out->notes.dropped += out->notes.len;
	if (out->relaying)
		out->lost += out->notes.len;
	queue_clear(&out->notes, &out->store);
	out->note_begun = false;
	out->notes_crowded = false;
}

void
note_flush(struct output *out)
{
	struct sink *sink = note_sink(out);

	while (out->notes.len > 0 && !sink->full) {
		const char *data;
		size_t len, n;

		if (!out->note_begun && !begin(sink))
			break;
		out->note_begun = true;
		if (sink->error != 0) {
			give_up(out);
			break;
		}
		len = queue_peek(&out->notes, &out->store, &data);
		if (len == 0)
			sink_fail(sink, errno);
		n = sink_write(sink, data, len);
		if (sink->error != 0) {
			output_kick(out);
			continue;
		}
		out->notes.written += n;
		queue_consume(&out->notes, &out->store, n);
		out->notes_crowded = false;
	}
	if (out->notes.len == 0)
		out->note_begun = out->relaying = false;
	relay_resume(out);
}

void
output_note(void *arg, const char *line, size_t len)
{
	struct output *out = arg;

	if (!queue_append(&out->notes, &out->store, line, len))
		out->notes_crowded = true;
	note_flush(out);
	if (!sink_watch(note_sink(out), out->loop))
		output_kick_later(out);
}
