/* The last line that a program has written, to say why it has failed. */
#ifndef READY_LASTLINE_H
#define READY_LASTLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/escape.h"

/* How many bytes of a line are kept. */
#define LASTLINE_MAX 200

/* All zero is one of a program that has written nothing. */
struct lastline {
	struct escape escape;
	bool ended; /* the line has ended: the next byte begins another */
	size_t len;
	char text[LASTLINE_MAX + 1];
};

/* Takes more of what the program writes. */
void lastline_feed(struct lastline *line, const char *bytes, size_t len);

/*
 * The last line that is not blank, perhaps without its end so far, and without
 * escape sequences; "" if there is none.
 */
const char *lastline_text(const struct lastline *line);

#endif
