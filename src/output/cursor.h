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

enum cursor_state {
	CURSOR_TEXT,
	CURSOR_ESCAPE,     /* after ESC */
	CURSOR_CONTROL,    /* after ESC [ */
	CURSOR_STRING,     /* after ESC ] and the like, up to BEL or ESC \ */
	CURSOR_STRING_END, /* after ESC in a string */
};

#define CURSOR_NUMBERS 2

struct cursor {
	int columns, rows;
	enum cursor_state state;
	bool private_mode;           /* ESC [ ? */
	int numbers[CURSOR_NUMBERS]; /* the first ones of ESC [; -1: none */
	int n_numbers;
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
