/*
 * The cursor of a terminal: where the output of the jobs has left it.
 *
 * It is followed as far as one must know it in order to draw below the output
 * and to take that away again without touching a character of it.  In doubt the
 * answer is CURSOR_UNSAFE, until a line ends.
 */
#ifndef OUTPUT_CURSOR_H
#define OUTPUT_CURSOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/escape.h"

enum cursor_place {
	CURSOR_AT_START, /* in the first column of an empty line, the last */
	CURSOR_IN_LINE,  /* somewhere else in the last line */
	/*
	 * Nothing may be drawn: an escape sequence or a character is not
	 * complete, there is text below, the next character would go to a new
	 * line, a job uses the whole screen, or who knows.
	 */
	CURSOR_UNSAFE,
};

struct cursor {
	int columns, rows;
	struct escape escape;
	int character_left; /* bytes missing of a UTF-8 character */
	unsigned character; /* what came of it */
	int column;         /* from 0; == columns: the line is full; -1: ? */
	int below;          /* that many lines below may have text */
	bool used;          /* the line of the cursor may have text */
	bool blank;         /* nothing is on the whole screen */
	bool saved;         /* a job has saved the cursor, to restore it */
	bool taken;         /* a job uses the whole screen, or a part of it */
};

/* Prepares a cursor in the caller's storage, in the first column. */
void cursor_init(struct cursor *cursor, int columns, int rows);

/* The terminal has another size now. */
void cursor_resize(struct cursor *cursor, int columns, int rows);

/* The bytes were written to the terminal. */
void cursor_follow(struct cursor *cursor, const char *data, size_t len);

enum cursor_place cursor_place(const struct cursor *cursor);

#endif
