#include "rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

void
rows_release(struct rows *r)
{
	buf_release(&r->bytes);
	free(r->ends);
	free(r->lasts);
	free(r->args);
	*r = (struct rows){ .n = 0 };
}

static void
add_arg(struct rows *r, const struct argument *arg)
{
	if (r->n_args == r->cap_args) {
		r->cap_args = r->cap_args * 2 + 64;
		r->ends = xreallocarray(r->ends, r->cap_args, sizeof(*r->ends));
	}
	buf_append(&r->bytes, arg->text, arg->len);
	r->ends[r->n_args++] = r->bytes.len;
}

void
rows_add(struct rows *r, const struct row *row)
{
	if (r->n == r->cap) {
		r->cap = r->cap * 2 + 64;
		r->lasts = xreallocarray(r->lasts, r->cap, sizeof(*r->lasts));
	}
	for (size_t i = 0; i < row->n; i++)
		add_arg(r, &row->args[i]);
	r->lasts[r->n++] = r->n_args;
}

size_t
rows_count(const struct rows *r)
{
	return r->n - r->first;
}

struct row
rows_get(struct rows *r, size_t at, size_t n)
{
	size_t row = r->first + at;
	size_t from = row > 0 ? r->lasts[row - 1] : 0;
	size_t end = n > 0 ? r->lasts[row + n - 1] : from;

	if (end - from > r->cap_got) {
		r->cap_got = (end - from) * 2;
		r->args = xreallocarray(r->args, r->cap_got, sizeof(*r->args));
	}
	for (size_t i = from; i < end; i++) {
		size_t start = i > 0 ? r->ends[i - 1] : 0;

		r->args[i - from] = (struct argument){
			.text = r->bytes.data + start,
			.len = r->ends[i] - start,
		};
	}
	return (struct row){ .args = r->args, .n = end - from };
}

/* Forgets the rows that were dropped, and moves the others to the front. */
static void
compact(struct rows *r)
{
	size_t args = r->first > 0 ? r->lasts[r->first - 1] : 0;
	size_t bytes = args > 0 ? r->ends[args - 1] : 0;

	for (size_t i = args; i < r->n_args; i++)
		r->ends[i - args] = r->ends[i] - bytes;
	for (size_t i = r->first; i < r->n; i++)
		r->lasts[i - r->first] = r->lasts[i] - args;
	r->n_args -= args;
	r->n -= r->first;
	r->first = 0;
	buf_consume(&r->bytes, bytes);
}

void
rows_drop(struct rows *r, size_t n)
{
	r->first += n;
	if (r->first > r->n / 2)
		compact(r);
}
