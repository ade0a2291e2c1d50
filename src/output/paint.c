#include "paint.h"

#include "base/buf.h"
#include "palette.h"
#include "state.h"
#include "stream.h"

/* The usual colours again. */
#define USUAL "\033[m"

struct brush {
	const char *colour;
	bool within;   /* a line has begun */
	bool returned; /* the last byte was a carriage return */
	struct buf text;
};

static void
dip(struct brush *brush, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!brush->within)
			buf_puts(&brush->text, brush->colour);
		brush->within = data[i] != '\n' && data[i] != '\r';
		brush->returned = data[i] == '\r';
		if (!brush->within)
			buf_puts(&brush->text, USUAL);
		buf_append(&brush->text, &data[i], 1);
	}
}

/* The last line ends in any case. */
static void
end(struct brush *brush)
{
	if (brush->within || brush->returned)
		dip(brush, "\n", 1);
}

static void
paint(struct stream *st, const char *colour)
{
	struct store *store = &st->cap->out->store;
	struct brush brush = { .colour = colour };
	struct queue plain;
	const char *data;
	size_t len;

	queue_init(&plain);
	queue_concat(&plain, &st->q, store);
	st->lines = 0;
	while (plain.len > 0 && (len = queue_peek(&plain, store, &data)) > 0) {
		brush.text.len = 0;
		dip(&brush, data, len);
		queue_consume(&plain, store, len);
		plain.written += len;
		stream_append(st, brush.text.data, brush.text.len);
	}
	brush.text.len = 0;
	end(&brush);
	stream_append(st, brush.text.data, brush.text.len);
	/* what cannot be read will be met, and told, when it is written */
	queue_concat(&st->q, &plain, store);
	queue_release(&plain, store);
	buf_release(&brush.text);
}

void
paint_lines(struct capture *cap)
{
	char colour[PALETTE_MAX];
	bool wanted;

	if (cap->out->events.colour == NULL || cap->len == 0)
		return;
	wanted = cap->out->events.colour(cap->job, colour);
	for (int i = 0; i < cap->len; i++) {
		struct stream *st = &cap->streams[i];

		if (st->q.len == 0)
			continue;
		if (wanted)
			paint(st, colour);
		else if (st->input.mid_line)
			stream_append(st, "\n", 1);
	}
}
