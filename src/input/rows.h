/* Rows that are kept: copies, first in, first out. */
#ifndef INPUT_ROWS_H
#define INPUT_ROWS_H

#include <stddef.h>

#include "base/buf.h"
#include "item.h"

struct rows {
	struct buf bytes;
	size_t *ends;  /* of each argument, in bytes */
	size_t *lasts; /* behind the last argument of each row */
	size_t n_args;
	size_t cap_args;
	size_t first; /* row that was not dropped */
	size_t n;     /* rows, with those that were dropped */
	size_t cap;
	struct argument *args; /* what rows_get() returned */
	size_t cap_got;
};

void rows_release(struct rows *r);

/* Appends a copy. */
void rows_add(struct rows *r, const struct row *row);

/* How many rows there are. */
size_t rows_count(const struct rows *r);

/*
 * The arguments of n rows from number at on, in one row; borrowed until the
 * next call of any function.
 */
struct row rows_get(struct rows *r, size_t at, size_t n);

/* Drops the first n rows. */
void rows_drop(struct rows *r, size_t n);

#endif
