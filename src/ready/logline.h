/* Looking for a line of output that matches. */
#ifndef READY_LOGLINE_H
#define READY_LOGLINE_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

struct logline;

/*
 * How many bytes of a line are looked at.  The C library takes a time that
 * grows with their square: 5 ms for these, but a second for 8192.
 */
#define LOGMATCH_LINE_MAX 1024

/* Returns a matcher that has seen nothing; the expression is borrowed. */
struct logline *logline_new(const regex_t *regex);

/* Or NULL. */
void logline_free(struct logline *match);

/*
 * Takes what was written to descriptor fd, 1 or 2, and says whether a line
 * matches that ends in it; or the start of one whose end is still to come, so
 * that a prompt counts, but there "$" does not match.  Lines of 1 and 2 do not
 * mix.  A NUL ends a line, too; "\r\n" is one end.
 */
bool logline_feed(struct logline *match, int fd, const char *bytes, size_t len);

#endif
