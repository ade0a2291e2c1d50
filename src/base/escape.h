/*
 * Escape sequences for terminals, such as colours, in what a program writes:
 * which bytes belong to one, and what it says.  See ECMA-48, and ctlseqs of
 * xterm.
 */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the parameters of a sequence, with a NUL. */
#define ESCAPE_PARAMETERS_MAX 64

enum escape_state {
	ESCAPE_NONE,    /* in no sequence */
	ESCAPE_BEGUN,   /* behind ESC */
	ESCAPE_LONGER,  /* behind ESC and a byte from ' ' to '/': ESC ( B */
	ESCAPE_CONTROL, /* behind ESC [, until a byte from @ to ~ */
	ESCAPE_STRING,  /* behind ESC ] and others, until BEL or ESC \ */
};

/* How far the output has come; all zero: no sequence has begun. */
struct escape {
	enum escape_state state;
	size_t len;                             /* of the parameters so far */
	char parameters[ESCAPE_PARAMETERS_MAX]; /* what follows ESC [ */
};

/* What a byte of the output is. */
enum escape_part {
	/*
	 * It is in no sequence; or it is, but terminals do what it says at
	 * once, such as a newline in the middle of ESC [ 1 m.
	 */
	ESCAPE_TEXT,
	ESCAPE_PART,        /* of a sequence; there is nothing to do for it */
	ESCAPE_SHORT_END,   /* the sequence is ESC and this byte */
	ESCAPE_CONTROL_END, /* the sequence is ESC [ PARAMETERS and this byte */
};

/* Takes the next byte of the output. */
enum escape_part escape_take(struct escape *escape, char c);

/*
 * Takes bytes from *data on, up to and with the first that is more than
 * ESCAPE_PART, and says what that is; *data is behind it then.  ESCAPE_PART:
 * all bytes up to end are taken.
 */
enum escape_part escape_take_part(
    struct escape *escape, const char **data, const char *end);

/*
 * Copies what is in no sequence from one place to another, which may be the
 * same and has room for as many bytes.  A newline ends a sequence that has not
 * ended: so what is none, in binary data, hides no more than a line.  Returns
 * how many bytes were copied.
 */
size_t escape_strip(
    struct escape *escape, char *to, const char *from, size_t len);

/*
 * After ESCAPE_CONTROL_END: true if the parameters are numbers and nothing
 * else.  Private sequences have more, such as ESC [ ? 25 h.
 */
bool escape_is_plain(const struct escape *escape);

/*
 * After ESCAPE_CONTROL_END: the parameter of that place, from 0; -1: it is
 * missing.
 */
int escape_number(const struct escape *escape, int place);

/* The number that begins at p, among parameters; -1: there is none. */
int escape_number_at(const char *p);

#endif
