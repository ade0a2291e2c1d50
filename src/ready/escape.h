/* Escape sequences of terminals in a program's output, such as colours. */
#ifndef READY_ESCAPE_H
#define READY_ESCAPE_H

#include <stdbool.h>

/* Where in a sequence the output is; see ECMA-48. */
enum escape {
	ESCAPE_NONE,
	ESCAPE_BEGUN,   /* ESC was the last byte */
	ESCAPE_SHORT,   /* ESC and an intermediate byte, as in ESC ( B */
	ESCAPE_CONTROL, /* ESC [, until a byte from @ to ~: colours, cursor */
	ESCAPE_STRING,  /* ESC ] and others, until BEL or ESC: titles, links */
};

/*
 * Takes the next byte of the output.  True if it is text; false if it is part
 * of a sequence.
 */
bool escape_passes(enum escape *escape, char c);

#endif
