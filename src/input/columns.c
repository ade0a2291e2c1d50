#include "columns.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "item.h"
#include "pattern.h"

struct columns {
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

void
columns_free(struct columns *c)
{
	if (c == NULL)
		return;
	pattern_free(c->separator);
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

size_t
columns_split(struct columns *c, const char *text, size_t len,
    const struct argument **ret)
{
	size_t from = 0, start, end;

	c->n = 0;
	while (from < len && find(c, text, len, from, &start, &end)) {
		add(c, text + from, start - from);
		from = end;
	}
	add(c, text + from, len - from);
	*ret = c->items;
	return c->n;
}
