#include "labelling.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "label.h"
#include "sgr.h"

/* Bytes to label in one go at most. */
#define INPUT_MAX 131072
/* Bytes that should come out of that at most. */
#define OUTCOME_MAX 4194304
/*
 * Bytes that may always be labelled in one go, or long labels would make it
 * slow.  The longest possible label (128 KiB, each byte escaped) makes 8 MiB of
 * them.
 */
#define INPUT_MIN 16
/* Bytes that copy() reads and writes at least: most lines are not longer. */
#define COPY_MIN 64

/* Where in its line the next byte is. */
enum place {
	AT_LABEL,  /* before its label */
	AT_COLOUR, /* before the colours that go on from the line before */
	AT_BODY,   /* in it, or at its end */
	AT_END,    /* at its end, behind what turned the colours off */
};

struct labelling {
	const struct label *label;
	const struct stamp *stamp;
	bool coloured;
	enum place place;
	struct sgr sgr;
	struct buf prefix; /* the label as it is now */

	/* What is being labelled. */
	const char *data, *end;  /* bytes still to be written */
	const char *cr, *escape; /* the next of these, or end */
	const char *insert;      /* bytes that go before data */
	size_t insert_left;
	char restore[SGR_RESTORE_MAX];
};

/* Writes the label as it is now, with room for copy() behind it. */
static void
write_prefix(struct labelling *l)
{
	l->prefix.len = 0;
	if (l->label != NULL)
		label_write(l->label, l->stamp, l->coloured, &l->prefix);
	buf_reserve(&l->prefix, COPY_MIN);
}

struct labelling *
labelling_new(
    const struct label *label, const struct stamp *stamp, bool coloured)
{
	struct labelling *l = xcalloc(1, sizeof(*l));

	l->label = label;
	l->stamp = stamp;
	l->coloured = coloured;
	l->insert = "";
	write_prefix(l);
	return l;
}

void
labelling_free(struct labelling *l)
{
	if (l == NULL)
		return;
	buf_release(&l->prefix);
	free(l);
}

void
labelling_reset(struct labelling *l)
{
	l->place = AT_LABEL;
	l->sgr = (struct sgr){ .open = false };
}

size_t
labelling_input_max(const struct labelling *l)
{
	size_t a_line = l->prefix.len + 1, most;

	if (l->sgr.open)
		a_line += SGR_RESTORE_MAX + SGR_RESET_LEN;
	most = OUTCOME_MAX / a_line;
	if (most > INPUT_MAX)
		return INPUT_MAX;
	return most > INPUT_MIN ? most : INPUT_MIN;
}

/* Returns the place of c, or end. */
static const char *
find(const char *data, const char *end, char c)
{
	const char *found = memchr(data, c, (size_t)(end - data));

	return found != NULL ? found : end;
}

void
labelling_begin(struct labelling *l, const char *data, size_t len)
{
	if (l->label != NULL && label_has_time(l->label))
		write_prefix(l);
	l->data = data;
	l->end = data + len;
	l->cr = find(data, l->end, '\r');
	l->escape = l->coloured ? find(data, l->end, '\033') : l->end;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many bytes of the line are left, with its end. */
static size_t
rest_of_line(struct labelling *l)
{
	const char *lf = find(l->data, l->end, '\n'), *last;

	if (l->cr < l->data)
		l->cr = find(l->data, l->end, '\r');
	if (l->escape < l->data)
		l->escape = find(l->data, l->end, '\033');
	last = lf < l->cr ? lf : l->cr;
	return (size_t)(last - l->data) + (last < l->end);
}

/* What the next bytes are written to. */
struct room {
	char *p, *end;
	char *whole; /* behind the last newline that was written */
};

static size_t
put(struct room *room, const char *data, size_t len)
{
	len = least(len, (size_t)(room->end - room->p));
	if (len == 0)
		return 0;
	memcpy(room->p, data, len);
	room->p += len;
	return len;
}

/*
 * Copies len bytes, or COPY_MIN if that is more: so that no function is called
 * for a short line.
 */
static inline void
copy(char *to, const char *from, size_t len)
{
	memcpy(to, from, COPY_MIN);
	if (len > COPY_MIN)
		memcpy(to + COPY_MIN, from + COPY_MIN, len - COPY_MIN);
}

/*
 * Writes as many whole lines as have room, up to the first that has something
 * to look at: most output is nothing else.
 */
static void
put_plain_lines(struct labelling *l, struct room *room)
{
	const char *label = l->prefix.data;
	size_t label_len = l->prefix.len;
	const char *limit = l->cr < l->escape ? l->cr : l->escape;
	char *p = room->p;

	while (l->data < limit && l->end - l->data > COPY_MIN) {
		const char *lf =
		    memchr(l->data, '\n', (size_t)(limit - l->data));
		size_t len;

		if (lf == NULL)
			break;
		len = (size_t)(lf - l->data) + 1;
		if (label_len + len + COPY_MIN > (size_t)(room->end - p))
			break;
		copy(p, label, label_len);
		copy(p + label_len, l->data, len);
		p += label_len + len;
		l->data += len;
		room->whole = p;
	}
	room->p = p;
}

/* Ends a line whose last byte was written. */
static void
end_line(struct labelling *l, struct room *room, char last)
{
	if (last == '\n')
		room->whole = room->p;
	l->place = AT_LABEL;
	l->sgr.escape.state =
	    ESCAPE_NONE; /* no sequence goes on behind a label */
}

/* True if what comes next would be coloured, or read as a sequence's rest. */
static bool
has_open(const struct labelling *l)
{
	return l->sgr.open || l->sgr.escape.state != ESCAPE_NONE;
}

/* Writes the next bytes of a line, which may have sequences in them. */
static void
put_body(struct labelling *l, struct room *room)
{
	size_t len = rest_of_line(l), n;
	char last = l->data[len - 1];
	bool ends = last == '\n' || last == '\r';
	bool plain = !l->coloured ||
	    (l->escape >= l->data + len && l->sgr.escape.state == ESCAPE_NONE &&
		!l->sgr.open);

	if (!plain)
		len -= ends;
	n = put(room, l->data, len);
	if (!plain)
		sgr_follow(&l->sgr, l->data, n);
	l->data += n;
	if (n < len || !ends)
		return;
	if (plain) {
		end_line(l, room, last);
		return;
	}
	l->place = AT_END;
	l->insert = SGR_RESET;
	l->insert_left = has_open(l) ? SGR_RESET_LEN : 0;
}

size_t
labelling_next(struct labelling *l, char *buf, size_t size, size_t *ret_whole)
{
	struct room room = { buf, buf + size, buf };

	while (room.p < room.end && (l->data < l->end || l->insert_left > 0)) {
		size_t n = put(&room, l->insert, l->insert_left);

		l->insert += n;
		l->insert_left -= n;
		if (room.p == room.end)
			break;
		if (l->place == AT_LABEL) {
			if (!l->sgr.open)
				put_plain_lines(l, &room);
			if (l->data == l->end)
				break;
			l->insert = l->prefix.data;
			l->insert_left = l->prefix.len;
			l->place = l->sgr.open ? AT_COLOUR : AT_BODY;
		} else if (l->place == AT_COLOUR) {
			l->insert = l->restore;
			l->insert_left = sgr_restore(&l->sgr, l->restore);
			l->place = AT_BODY;
		} else if (l->place == AT_BODY) {
			put_body(l, &room);
		} else {
			put(&room, l->data, 1);
			end_line(l, &room, *l->data++);
		}
	}
	*ret_whole = (size_t)(room.whole - buf);
	return (size_t)(room.p - buf);
}

size_t
labelling_end(struct labelling *l, bool newline, char buf[LABELLING_END_MAX])
{
	size_t len = 0;

	if (l->place != AT_LABEL && has_open(l)) {
		memcpy(buf, SGR_RESET, SGR_RESET_LEN);
		len = SGR_RESET_LEN;
	}
	if (newline)
		buf[len++] = '\n';
	labelling_reset(l);
	return len;
}
