#include "boundary.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "pattern.h"

struct boundary {
	struct pattern *end, *start; /* NULL: none */
	struct pattern *start_here;  /* as start, at the first byte only */
	bool start_of_line;          /* start began with "^" */
	bool start_to_newline;       /* start ended with "$" */
	bool end_to_newline;         /* end did */
};

static int
init_pattern(struct pattern **ret, const char *before, const char *text,
    const char *option, char **ret_error)
{
	char *why;

	*ret = pattern_new(before, text, *before != '\0' ? ")" : "", &why);
	if (*ret != NULL)
		return 0;
	*ret_error = xasprintf("%s: '%s' is %s", option, text, why);
	free(why);
	return -1;
}

/*
 * Takes the "$" from the end of an expression, which stands for the end of any
 * line there.  False if there is none, or if it belongs to one branch only.
 */
static bool
take_dollar(char *text)
{
	size_t len = strlen(text);

	if (len < 2 || text[len - 1] != '$' || text[len - 2] == '\\' ||
	    strchr(text, '|') != NULL)
		return false;
	text[len - 1] = '\0';
	return true;
}

/* Both strings may be changed. */
static int
init(struct boundary *b, char *start, char *end, char **ret_error)
{
	b->start_of_line = *start == '^';
	start += b->start_of_line;
	b->start_to_newline = take_dollar(start);
	b->end_to_newline = take_dollar(end);
	if (*end != '\0' &&
	    init_pattern(&b->end, "", end, "--recend", ret_error) < 0)
		return -1;
	if (*start != '\0' &&
	    (init_pattern(&b->start, "", start, "--recstart", ret_error) < 0 ||
		init_pattern(
		    &b->start_here, "^(", start, "--recstart", ret_error) < 0))
		return -1;
	return 0;
}

struct boundary *
boundary_new(const char *start, const char *end, char **ret_error)
{
	struct boundary *b = xcalloc(1, sizeof(*b));
	char *first = xstrdup(start), *last = xstrdup(end);
	int result = init(b, first, last, ret_error);

	free(first);
	free(last);
	if (result == 0)
		return b;
	boundary_free(b);
	return NULL;
}

void
boundary_free(struct boundary *b)
{
	if (b == NULL)
		return;
	pattern_free(b->end);
	pattern_free(b->start);
	pattern_free(b->start_here);
	free(b);
}

bool
boundary_has_end(const struct boundary *b)
{
	return b->end != NULL;
}

/* eof: nothing follows the bytes, so that a line ends with them. */
static bool
is_line_end(const char *data, size_t len, size_t at, bool eof)
{
	return at < len ? data[at] == '\n' : eof;
}

/* Where a match of start begins at the earliest that begins a record. */
static bool
find_start(const struct boundary *b, const char *data, size_t len, size_t from,
    bool eof, size_t *ret)
{
	size_t start, end;

	while (pattern_find(b->start, data, len, from, &start, &end)) {
		if ((!b->start_of_line || start == 0 ||
			data[start - 1] == '\n') &&
		    (!b->start_to_newline ||
			is_line_end(data, len, end, eof))) {
			*ret = start;
			return true;
		}
		from = start + 1;
	}
	return false;
}

/* Whether start matches there; *ret_end is where the match ends. */
static bool
matches_start(const struct boundary *b, const char *data, size_t len, size_t at,
    bool eof, size_t *ret_end)
{
	size_t start, end;

	if (b->start_of_line && at > 0 && data[at - 1] != '\n')
		return false;
	*ret_end = at;
	if (b->start_here == NULL)
		return true;
	if (!pattern_find(b->start_here, data + at, len - at, 0, &start, &end))
		return false;
	*ret_end = at + end;
	return !b->start_to_newline || is_line_end(data, len, *ret_end, eof);
}

/* Whether a match of end that ends there ends a record. */
static bool
ends_record(const struct boundary *b, const char *data, size_t len, size_t end,
    bool eof)
{
	size_t behind;

	return (!b->end_to_newline || is_line_end(data, len, end, eof)) &&
	    matches_start(b, data, len, end, eof, &behind);
}

static bool
find_end(const struct boundary *b, const char *data, size_t len, size_t from,
    bool eof, size_t *ret)
{
	size_t start, end;

	while (pattern_find(b->end, data, len, from, &start, &end)) {
		if (end > 0 && ends_record(b, data, len, end, eof)) {
			*ret = end;
			return true;
		}
		from = start + 1;
	}
	return false;
}

bool
boundary_find(const struct boundary *b, const char *data, size_t len,
    size_t from, bool eof, size_t *ret)
{
	if (b->end != NULL)
		return find_end(b, data, len, from, eof, ret);
	return from < len && find_start(b, data, len, from + 1, eof, ret);
}

bool
boundary_begins(
    const struct boundary *b, const char *data, size_t len, bool eof)
{
	size_t behind;

	return matches_start(b, data, len, 0, eof, &behind);
}

size_t
boundary_search_from(
    const struct boundary *b, const char *data, size_t len, size_t at, bool eof)
{
	size_t behind;

	if (!matches_start(b, data, len, at, eof, &behind))
		return at;
	/* a start is looked for behind the byte that is given */
	return b->end == NULL && behind > at ? behind - 1 : behind;
}

/* Appends the bytes from at up to end. */
static void
keep(const char *data, size_t at, size_t end, struct buf *out)
{
	if (end > at)
		buf_append(out, data + at, end - at);
}

/* Where the match of start ends that is there, or at. */
static size_t
skip_start(const struct boundary *b, const char *data, size_t len, size_t at)
{
	size_t behind;

	return matches_start(b, data, len, at, true, &behind) ? behind : at;
}

void
boundary_strip(
    const struct boundary *b, const char *data, size_t len, struct buf *out)
{
	size_t at = skip_start(b, data, len, 0), from = at, start, end;

	if (b->end == NULL) {
		while (find_start(b, data, len, from, true, &start)) {
			keep(data, at, start, out);
			at = skip_start(b, data, len, start);
			from = at > start ? at : start + 1;
		}
	} else {
		while (pattern_find(b->end, data, len, from, &start, &end)) {
			from = end > start ? end : start + 1;
			if (end < len && !ends_record(b, data, len, end, true))
				continue;
			keep(data, at, start, out);
			at = skip_start(b, data, len, end);
			from = at > from ? at : from;
		}
	}
	keep(data, at, len, out);
}
