/* Looking for a line of output that matches. */
#ifndef READY_LOGLINE_H
#define READY_LOGLINE_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

struct logline;

/*
 * How many bytes of a line are looked at.  To match a regular expression takes
 * the C library a time that grows with the square of the length: 5 ms for
 * these, but a second for 8192.
 */
#define LOGLINE_MAX 1024

/* Returns a matcher that has seen no output; the expression is borrowed. */
struct logline *logline_new(const regex_t *regex);

/* Frees the matcher; NULL is harmless. */
void logline_free(struct logline *line);

/*
 * Takes more of the output, and says whether a line matches that ends in it; or
 * the start of a line whose end is still to come, so that a prompt counts, but
 * in such a line "$" does not match.  A NUL ends a line, too; "\r\n" is one
 * end.  Escape sequences of terminals, such as colours, are no part of a line.
 */
bool logline_feed(struct logline *line, const char *bytes, size_t len);

#endif
