/* Copies of rows, kept in the order in which they came. */
#ifndef INPUT_ROWS_H
#define INPUT_ROWS_H

#include <stddef.h>

#include "base/buf.h"
#include "item.h"

struct rows {
	struct buf bytes; /* all arguments, one behind the other */
	size_t *ends;     /* where each argument ends in bytes */
	size_t n_args;    /* how many arguments there are */
	size_t cap_args;  /* room in ends */
	size_t *lasts;    /* where each row ends in ends */
	size_t n;         /* how many rows there are, dropped ones included */
	size_t cap;       /* room in lasts */
	size_t first;     /* the first row that was not dropped */
	struct argument *args; /* the row that rows_get() returned last */
	size_t cap_got;        /* room in args */
};

/* Frees all rows and leaves r empty and usable; all zeros are empty, too. */
void rows_release(struct rows *r);

/* Appends a copy of the row. */
void rows_add(struct rows *r, const struct row *row);

/* How many rows there are that were not dropped. */
size_t rows_count(const struct rows *r);

/*
 * The arguments of n rows, the first of them number at of those that were not
 * dropped, as one row; borrowed until the next call of any function.
 */
struct row rows_get(struct rows *r, size_t at, size_t n);

/* Drops the first n rows. */
void rows_drop(struct rows *r, size_t n);

#endif
