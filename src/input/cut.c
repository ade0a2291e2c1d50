#include "cut.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "boundary.h"
#include "column.h"
#include "line.h"

/* How far from the end the last match of an expression is looked for first. */
#define WINDOW 4096

/* Bytes that are counted at a time; a count of them fits a byte. */
#define CHUNK 128

struct cut {
	/* Bytes: the end of a record and the start of the next; owned. */
	char *both;
	size_t both_len, end_len;
	/* The same as expressions; NULL: they are bytes. */
	struct boundary *boundary;
	uint64_t count; /* records of a block; 0: as they fit */
	uint64_t lines; /* of a record; 0: see above */
	bool blind_start;
	bool csv;              /* lines go on where quotes are open */
	struct column *column; /* --group-by; NULL: none */
};

/* GNU parallel's escapes in --recstart and --recend, \0 \r \n \t \' \" \\. */
static void
unescape(const char *text, struct buf *out)
{
	static const char names[] = "0rnt'\"\\", bytes[] = "\0\r\n\t'\"\\";

	for (; *text != '\0'; text++) {
		const char *name = *text == '\\' && text[1] != '\0'
		    ? strchr(names, text[1])
		    : NULL;

		if (name != NULL)
			text++;
		buf_append(out, name != NULL ? &bytes[name - names] : text, 1);
	}
}

static void
init_bytes(struct cut *cut, const char *start, const char *end)
{
	struct buf both = BUF_INIT;

	unescape(end, &both);
	cut->end_len = both.len;
	unescape(start, &both);
	cut->both_len = both.len;
	cut->both = buf_detach(&both);
}

static int
init(struct cut *cut, const struct cut_options *options, char **ret_error)
{
	const char *start = options->start, *end = options->end;
	char *why;

	if (start == NULL && end == NULL)
		end = "\n";
	start = start != NULL ? start : "";
	end = end != NULL ? end : "";
	cut->count = (uint64_t)options->records;
	cut->lines = (uint64_t)options->lines;
	if (cut->count > 0 && cut->lines > 0)
		cut->count *= cut->lines;
	cut->blind_start = options->blind_start;
	cut->csv = options->csv;
	if (options->column != 0) {
		cut->column = column_new(
		    options->column, options->colsep, cut->csv, &why);
		if (cut->column != NULL)
			return 0;
		*ret_error =
		    xasprintf("--colsep: '%s' is %s", options->colsep, why);
		free(why);
		return -1;
	}
	if (cut->csv ||
	    (options->regexp && strcmp(start, "^") == 0 && *end == '\0'))
		init_bytes(cut, "", "\n"); /* "^": the start of any line */
	else if (options->regexp && (*start != '\0' || *end != '\0'))
		cut->boundary = boundary_new(start, end, ret_error);
	else
		init_bytes(cut, start, end);
	return cut->boundary != NULL || cut->both != NULL ? 0 : -1;
}

struct cut *
cut_new(const struct cut_options *options, char **ret_error)
{
	struct cut *cut = xcalloc(1, sizeof(*cut));

	if (init(cut, options, ret_error) == 0)
		return cut;
	cut_free(cut);
	return NULL;
}

void
cut_free(struct cut *cut)
{
	if (cut == NULL)
		return;
	free(cut->both);
	boundary_free(cut->boundary);
	column_free(cut->column);
	free(cut);
}

/* How many of CHUNK bytes are this one; compilers make vectors of this loop. */
static unsigned
count_byte(const char *data, char byte)
{
	unsigned char n = 0;

	for (int i = 0; i < CHUNK; i++)
		n += data[i] == byte;
	return n;
}

/*
 * Counts the byte, up to most times.  *ret_end: behind the last one that was
 * counted.
 */
static uint64_t
count_bytes(
    const char *data, size_t len, char byte, uint64_t most, size_t *ret_end)
{
	uint64_t n = 0;
	size_t at = 0;
	const char *found;

	*ret_end = 0;
	while (at + CHUNK <= len) {
		unsigned more = count_byte(data + at, byte);

		if (n + more >= most)
			break;
		n += more;
		at += CHUNK;
	}
	found = memrchr(data, byte, at);
	if (found != NULL)
		*ret_end = (size_t)(found - data) + 1;
	while (
	    n < most && (found = memchr(data + at, byte, len - at)) != NULL) {
		at = *ret_end = (size_t)(found - data) + 1;
		n++;
	}
	return n;
}

/* Behind the line that begins there; false if its end is not there. */
static bool
next_line(const struct cut *cut, const char *data, size_t len, size_t at,
    bool eof, size_t *ret)
{
	size_t end = line_end(cut->csv, data, len, at);

	if (end == 0 && (!eof || at == len))
		return false;
	*ret = end > 0 ? end : len;
	return true;
}

static bool
same_group(const struct cut *cut, const char *a, size_t a_len, const char *b,
    size_t b_len)
{
	struct argument one = column_value(cut->column, a, a_len);
	struct argument two = column_value(cut->column, b, b_len);

	bool same =
	    one.len == two.len && memcmp(one.text, two.text, one.len) == 0;

	column_forget(cut->column);
	return same;
}

/* Where the first line begins behind from, at the start of one, of a group. */
static bool
find_group(const struct cut *cut, const char *data, size_t len, size_t from,
    bool eof, size_t *ret)
{
	size_t at, end;

	if (!next_line(cut, data, len, from, eof, &at))
		return false;
	while (next_line(cut, data, len, at, eof, &end)) {
		if (!same_group(
			cut, data + from, at - from, data + at, end - at)) {
			*ret = at;
			return true;
		}
		from = at;
		at = end;
	}
	return false;
}

static size_t
last_group(const struct cut *cut, const char *data, size_t len)
{
	size_t end = line_last(cut->csv, data, len);
	size_t at = end > 0 ? line_before(cut->csv, data, end) : 0;

	while (at > 0) {
		size_t before = line_before(cut->csv, data, at);

		if (!same_group(
			cut, data + before, at - before, data + at, end - at))
			return at;
		end = at;
		at = before;
	}
	return 0;
}

/* The next place behind from at which a record begins. */
static bool
find_place(const struct cut *cut, const char *data, size_t len, size_t from,
    bool eof, size_t *ret)
{
	const char *found;

	if (cut->column != NULL)
		return find_group(cut, data, len, from, eof, ret);
	if (cut->boundary != NULL)
		return boundary_find(cut->boundary, data, len, from, ret);
	if (cut->csv)
		return next_line(cut, data, len, from, false, ret);
	assert(cut->both != NULL);
	found = memmem(data + from, len - from, cut->both, cut->both_len);
	if (found == NULL)
		return false;
	*ret = (size_t)(found - data) + cut->end_len;
	return true;
}

/* From where the record that begins at at is to be searched for its end. */
static size_t
search_from(const struct cut *cut, const char *data, size_t len, size_t at)
{
	/* what begins the record itself ends no other */
	if (cut->column != NULL || cut->csv)
		return at;
	if (cut->boundary != NULL)
		return boundary_search_from(cut->boundary, data, len, at);
	return at + (cut->end_len == 0 || (cut->blind_start && at == 0));
}

static size_t
count_records(const struct cut *cut, const char *data, size_t len, bool eof)
{
	bool one_byte = cut->both != NULL && cut->both_len == 1 &&
	    cut->end_len == 1 && !cut->csv;
	size_t skip = search_from(cut, data, len, 0), at = 0;
	uint64_t n = 0, most = cut->count;

	if (cut->both != NULL && cut->both_len == 0) /* a record is a byte */
		return len >= most ? (size_t)most : 0;
	if (one_byte) {
		n = count_bytes(
		    data + skip, len - skip, cut->both[0], most, &at);
		return n == most ? skip + at : 0;
	}
	if (cut->boundary != NULL && !boundary_begins(cut->boundary, data, len))
		most = 1; /* what is before the first record */
	while (n < most) {
		size_t from = search_from(cut, data, len, at);

		if (from > len || !find_place(cut, data, len, from, eof, &at))
			return 0;
		n++;
	}
	return at;
}

static size_t
last_bytes(const struct cut *cut, const char *data, size_t len)
{
	size_t n = cut->both_len;
	const char *at = data + len;

	if (n == 0)
		return len;
	if (len < n)
		return 0;
	at -= n - 1;
	while ((at = memrchr(data, cut->both[0], (size_t)(at - data))) != NULL)
		if (memcmp(at, cut->both, n) == 0)
			return (size_t)(at - data) + cut->end_len;
	return 0;
}

/* The last place from there on where a record begins; 0: there is none. */
static size_t
last_from(const struct cut *cut, const char *data, size_t len, size_t from)
{
	size_t last = 0, at = from;

	while (at <= len && find_place(cut, data, len, at, true, &at)) {
		if (at <= last) /* it matches nothing, as x* does */
			break;
		last = at;
	}
	return last;
}

/* A match is mostly found near the end, and searching is slow. */
static size_t
last_match(const struct cut *cut, const char *data, size_t len)
{
	for (size_t window = WINDOW; window < len; window *= 8) {
		size_t last = last_from(cut, data, len, len - window);

		if (last > 0)
			return last;
	}
	return last_from(cut, data, len, 0);
}

static size_t
last_lines(const struct cut *cut, const char *data, size_t len)
{
	size_t end;
	uint64_t n = count_bytes(data, len, '\n', UINT64_MAX, &end);

	if (n % cut->lines != 0)
		count_bytes(data, len, '\n', n - n % cut->lines, &end);
	return n < cut->lines ? 0 : end;
}

size_t
cut_part(const struct cut *cut, const char *data, size_t len)
{
	if (cut->column != NULL)
		return last_group(cut, data, len);
	if (cut->lines > 0)
		return last_lines(cut, data, len);
	if (cut->csv)
		return line_last(true, data, len);
	return cut->both != NULL ? last_bytes(cut, data, len)
				 : last_match(cut, data, len);
}

size_t
cut_block(const struct cut *cut, const char *data, size_t len, bool eof)
{
	if (len == 0)
		return 0;
	if (cut->count > 0)
		return count_records(cut, data, len, eof);
	if (eof && (cut->lines == 0 || cut->column != NULL))
		return 0;
	return cut_part(cut, data, len);
}

size_t
cut_start(const struct cut *cut, const char *data, size_t len)
{
	size_t place = SIZE_MAX, from = 1;

	if (len < 1)
		return SIZE_MAX;
	if (cut->both != NULL && cut->both_len == 0)
		return 1;
	if (cut->column == NULL && cut->both == NULL) {
		place =
		    last_from(cut, data, len, boundary_has_end(cut->boundary));
		return place > 0 ? place : SIZE_MAX;
	}
	if (cut->column != NULL && data[0] != '\n' &&
	    !next_line(cut, data, len, 1, false, &from))
		return SIZE_MAX;
	find_place(cut, data, len, from, false, &place);
	return place;
}

size_t
cut_overlap(const struct cut *cut)
{
	return cut->both != NULL && cut->column == NULL ? cut->both_len
							: SIZE_MAX;
}

void
cut_set_column(struct cut *cut, int64_t number)
{
	column_set(cut->column, number);
}

static void
strip_bytes(
    const struct cut *cut, const char *data, size_t len, struct buf *out)
{
	const char *end = data + len, *start = cut->both + cut->end_len, *found;
	size_t start_len = cut->both_len - cut->end_len, first = out->len;

	while (cut->both_len > 0 &&
	    (found = memmem(data, (size_t)(end - data), cut->both,
		 cut->both_len)) != NULL) {
		buf_append(out, data, (size_t)(found - data));
		data = found + cut->both_len;
	}
	buf_append(out, data, (size_t)(end - data));
	len = out->len - first;
	if (start_len > 0 && len >= start_len &&
	    memcmp(out->data + first, start, start_len) == 0) {
		memmove(out->data + first, out->data + first + start_len,
		    len - start_len);
		out->len -= start_len;
		len -= start_len;
	}
	if (cut->end_len > 0 && len >= cut->end_len &&
	    memcmp(out->data + out->len - cut->end_len, cut->both,
		cut->end_len) == 0)
		out->len -= cut->end_len;
}

void
cut_strip(const struct cut *cut, const char *data, size_t len, struct buf *out)
{
	if (cut->column != NULL)
		buf_append(out, data, len);
	else if (cut->both != NULL)
		strip_bytes(cut, data, len, out);
	else
		boundary_strip(cut->boundary, data, len, out);
}
