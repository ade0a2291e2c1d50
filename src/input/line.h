/*
 * Where lines end: at newlines; or, with csv, at those outside of quotes, see
 * csv.h.
 */
#ifndef INPUT_LINE_H
#define INPUT_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* Behind the line that begins at at; 0: its end is not among the bytes. */
size_t line_end(bool csv, const char *data, size_t len, size_t at);

/* Where the line begins that ends at end, which is > 0. */
size_t line_before(bool csv, const char *data, size_t end);

/* Behind the last line of bytes that begin with one; 0: none ends there. */
size_t line_last(bool csv, const char *data, size_t len);

#endif
