/* One column of a line: --group-by, --shard, --bin. */
#ifndef INPUT_COLUMN_H
#define INPUT_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "item.h"

struct column;

/*
 * Returns the column with that number, from 1, or negative from the last, or 0
 * for all of the line, of lines that are cut at the matches of the regular
 * expression; or, with csv, at that text, as csv.h says.  NULL with a reason in
 * *ret_why, which the caller frees, if it is no regular expression, or empty
 * with csv.
 */
struct column *column_new(
    int64_t number, const char *separator, bool csv, char **ret_why);

/* Makes it the column with that number instead. */
void column_set(struct column *column, int64_t number);

/* The number of the column that has this name in the header; 0: none has. */
int64_t column_find(
    struct column *column, const char *header, size_t len, const char *name);

/* NULL is allowed. */
void column_free(struct column *column);

/*
 * The value in the line, which ends before its newline if it has one; empty if
 * it has too few columns.  Valid until column_forget().
 */
struct argument column_value(
    struct column *column, const char *line, size_t len);

/* The values that were asked for are not needed any more. */
void column_forget(struct column *column);

#endif
