/*
 * --csv: values with separators between them.  A value may stand in double
 * quotes; in it separators and newlines are text, and two quotes are one: see
 * RFC 4180.
 */
#ifndef INPUT_CSV_H
#define INPUT_CSV_H

#include <stdbool.h>
#include <stddef.h>

/* True if a record that has begun with so many bytes goes on in the next line.
 */
bool csv_is_open(const char *text, size_t len);

/*
 * Where the record ends that begins at from: behind a newline outside of
 * quotes.  0: its end is not among the bytes.
 */
size_t csv_record(const char *text, size_t len, size_t from);

/*
 * The other way: where the record begins that ends at end, which is > 0 and not
 * among quotes.
 */
size_t csv_record_before(const char *text, size_t end);

/* Where the last record ends of bytes that begin with one; 0: none does. */
size_t csv_last(const char *text, size_t len);

/*
 * Finds the end of the field at from; *ret_start and *ret_end are what is in
 * it, without quotes around it.  Returns where the next field begins, len + 1
 * if there is none; or 0 if a quote is in the wrong place.
 */
size_t csv_field(const char *text, size_t len, size_t from,
    const char *separator, size_t *ret_start, size_t *ret_end);

/* Makes one quote of two in len bytes.  Returns how many are left. */
size_t csv_unquote(char *text, size_t len);

#endif
