/*
 * Where records begin and end that regular expressions separate: a record ends
 * where a match of one is followed by a match of the other.  Pure: looks at
 * bytes in memory.
 */
#ifndef INPUT_BOUNDARY_H
#define INPUT_BOUNDARY_H

#include <stdbool.h>
#include <stddef.h>

struct boundary;
struct buf;

/*
 * Returns what is between records: end, then start, see pattern.h; either may
 * be "", but not both.  "^" at the start of start and "$" at the end of either
 * stand for the start and end of any line.  NULL with a message in *ret_error,
 * which the caller frees, if an expression is bad.
 */
struct boundary *boundary_new(
    const char *start, const char *end, char **ret_error);

/* NULL is allowed. */
void boundary_free(struct boundary *b);

/* True if there is an end: if not, only starts are looked for. */
bool boundary_has_end(const struct boundary *b);

/*
 * Finds the first place at which a record begins, in *ret: behind from, or
 * behind a match of the end that begins at from or later.  eof, here and below:
 * nothing follows, so that a line ends with the bytes.
 */
bool boundary_find(const struct boundary *b, const char *data, size_t len,
    size_t from, bool eof, size_t *ret);

/* True if the bytes begin as records do; always, if there is no start. */
bool boundary_begins(
    const struct boundary *b, const char *data, size_t len, bool eof);

/*
 * From where boundary_find() is to look for the end of the record that begins
 * at at: what matches the start of it ends no record.
 */
size_t boundary_search_from(const struct boundary *b, const char *data,
    size_t len, size_t at, bool eof);

/* Appends the whole records without what begins and ends them. */
void boundary_strip(
    const struct boundary *b, const char *data, size_t len, struct buf *out);

#endif
