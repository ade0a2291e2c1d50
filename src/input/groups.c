#include "groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "keys.h"
#include "line.h"

struct groups {
	struct keys *keys;
	bool csv;
	size_t seen;    /* so many bytes were looked at */
	size_t asked;   /* and so many behind them are being looked at */
	size_t *starts; /* where groups begin, but for the first */
	size_t n, cap;
	struct buf last; /* the key of the last line seen */
	bool begun;      /* there was a line */
};

struct groups *
groups_new(struct keys *keys, bool csv)
{
	struct groups *groups = xcalloc(1, sizeof(*groups));

	groups->keys = keys;
	groups->csv = csv;
	return groups;
}

void
groups_free(struct groups *groups)
{
	if (groups == NULL)
		return;
	free(groups->starts);
	buf_release(&groups->last);
	free(groups);
}

static void
add_start(struct groups *groups, size_t at)
{
	if (groups->n == groups->cap) {
		groups->cap = groups->cap * 2 + 16;
		groups->starts = xreallocarray(
		    groups->starts, groups->cap, sizeof(*groups->starts));
	}
	groups->starts[groups->n++] = at;
}

/* Notes where the lines that were asked for begin groups. */
static void
note(struct groups *groups)
{
	size_t n = keys_lines(groups->keys), at = groups->seen;

	for (size_t i = 0; i < n; i++) {
		struct argument key = keys_of(groups->keys, i);

		if (!groups->begun || key.len != groups->last.len ||
		    (key.len > 0 &&
			memcmp(key.text, groups->last.data, key.len) != 0)) {
			if (at > 0)
				add_start(groups, at);
			groups->last.len = 0;
			buf_append(&groups->last, key.text, key.len);
		}
		groups->begun = true;
		at = groups->seen + keys_line_end(groups->keys, i);
	}
	groups->seen += groups->asked;
	groups->asked = 0;
}

enum source_state
groups_look(struct groups *groups, const char *data, size_t len, bool eof)
{
	enum source_state state;

	data += groups->seen;
	len -= groups->seen;
	if (groups->asked == 0)
		groups->asked = eof ? len : line_last(groups->csv, data, len);
	if (groups->asked == 0)
		return SOURCE_RECORD;
	state = keys_find(groups->keys, data, groups->asked);
	if (state == SOURCE_RECORD)
		note(groups);
	return state;
}

size_t
groups_end(const struct groups *groups, uint64_t n)
{
	if (n == 0)
		n = groups->n;
	return n > 0 && n <= groups->n ? groups->starts[n - 1] : 0;
}

void
groups_drop(struct groups *groups, size_t n)
{
	size_t gone = 0;

	while (gone < groups->n && groups->starts[gone] <= n)
		gone++;
	groups->n -= gone;
	memmove(groups->starts, groups->starts + gone,
	    groups->n * sizeof(*groups->starts));
	for (size_t i = 0; i < groups->n; i++)
		groups->starts[i] -= n;
	groups->seen = groups->seen > n ? groups->seen - n : 0;
}

int
groups_fd(const struct groups *groups)
{
	return keys_fd(groups->keys);
}

const char *
groups_error(const struct groups *groups)
{
	return keys_error(groups->keys);
}
