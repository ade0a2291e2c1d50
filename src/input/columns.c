#include "columns.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/strvec.h"
#include "base/xalloc.h"
#include "csv.h"
#include "item.h"
#include "pattern.h"

struct columns {
	const char *csv;    /* --csv: the separator; NULL: it is a pattern */
	struct strvec kept; /* columns that had quotes in them */
	struct pattern *separator;
	int byte; /* the separator if it is always this byte, else -1 */
	struct argument *items; /* the columns of the value cut last */
	size_t n;
	size_t cap;
};

struct columns *
columns_new(const char *separator, char **ret_why)
{
	struct pattern *pattern = pattern_new("", separator, "", ret_why);
	struct columns *c;

	if (pattern == NULL)
		return NULL;
	c = xcalloc(1, sizeof(*c));
	c->separator = pattern;
	c->byte = pattern_byte(pattern);
	return c;
}

struct columns *
columns_new_csv(const char *separator, char **ret_why)
{
	struct columns *c;

	if (*separator == '\0') {
		*ret_why = xstrdup(
		    "no text between columns of --csv (try --colsep ';')");
		return NULL;
	}
	c = xcalloc(1, sizeof(*c));
	c->csv = separator;
	return c;
}

void
columns_free(struct columns *c)
{
	if (c == NULL)
		return;
	pattern_free(c->separator);
	strvec_release(&c->kept);
	free(c->items);
	free(c);
}

static void
add(struct columns *c, const char *text, size_t len)
{
	if (c->n == c->cap) {
		c->cap = c->cap * 2 + 8;
		c->items = xreallocarray(c->items, c->cap, sizeof(*c->items));
	}
	c->items[c->n++] = (struct argument){ .text = text, .len = len };
}

/*
 * The next separator that does not end where the column begins: also one that
 * matches nothing must leave a column of one byte.
 */
static bool
find(const struct columns *c, const char *text, size_t len, size_t from,
    size_t *ret_start, size_t *ret_end)
{
	if (c->byte >= 0) {
		const char *at = memchr(text + from, c->byte, len - from);

		if (at == NULL)
			return false;
		*ret_start = (size_t)(at - text);
		*ret_end = *ret_start + 1;
		return true;
	}
	if (!pattern_find(c->separator, text, len, from, ret_start, ret_end))
		return false;
	return *ret_end > from ||
	    pattern_find(c->separator, text, len, from + 1, ret_start, ret_end);
}

void
columns_begin(struct columns *c)
{
	strvec_clear(&c->kept);
}

/* Adds a column in which two quotes may stand for one. */
static void
add_quoted(struct columns *c, const char *text, size_t len)
{
	char *copy;

	if (memchr(text, '"', len) == NULL) {
		add(c, text, len);
		return;
	}
	copy = xmemdup0(text, len);
	len = csv_unquote(copy, len);
	copy[len] = '\0';
	strvec_take(&c->kept, copy);
	add(c, copy, len);
}

static size_t
split_csv(struct columns *c, const char *text, size_t len)
{
	size_t from = 0, start, end;

	if (len > 0 && text[len - 1] == '\r')
		len--; /* RFC 4180 ends lines with CR LF */
	do {
		from = csv_field(text, len, from, c->csv, &start, &end);
		if (from == 0)
			return 0;
		add_quoted(c, text + start, end - start);
	} while (from <= len);
	return c->n;
}

size_t
columns_split(struct columns *c, const char *text, size_t len,
    const struct argument **ret)
{
	size_t from = 0, start, end;

	c->n = 0;
	if (c->csv != NULL) {
		size_t n = split_csv(c, text, len);

		*ret = c->items;
		return n;
	}
	while (from < len && find(c, text, len, from, &start, &end)) {
		add(c, text + from, start - from);
		from = end;
	}
	add(c, text + from, len - from);
	*ret = c->items;
	return c->n;
}
