/*
 * What a job has told the terminal about its text: colours, bold and the like,
 * by SGR sequences (see console_codes(4)).  Such attributes stay on until they
 * are turned off.  So that they reach neither a label nor the lines of another
 * job they are turned off at the end of each line, and on again in the next one
 * of the job.
 */
#ifndef OUTPUT_SGR_H
#define OUTPUT_SGR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/escape.h"

/* Turns all attributes off. */
#define SGR_RESET "\033[0m"
#define SGR_RESET_LEN (sizeof(SGR_RESET) - 1)

/* Bytes that sgr_restore() writes at most. */
#define SGR_RESTORE_MAX 192
/* Bytes of one colour, as 38;2;255;255;255, with a NUL. */
#define SGR_COLOUR_MAX 24

/* Which colour a parameter sets. */
enum sgr_colour { SGR_FOREGROUND, SGR_BACKGROUND, SGR_UNDERLINE, SGR_COLOURS };

/* The attributes after the bytes so far; all zero: none.  Embedded. */
struct sgr {
	bool open;            /* some attribute is on */
	struct escape escape; /* the sequence that is being read */
	uint64_t on; /* a bit for each code that is on, as 1 for bold */
	char colours[SGR_COLOURS][SGR_COLOUR_MAX]; /* "": the usual one */
};

/* Follows len more bytes. */
void sgr_follow(struct sgr *sgr, const char *data, size_t len);

/*
 * Writes the sequence that turns on what is on, which is open.  Returns its
 * length.
 */
size_t sgr_restore(const struct sgr *sgr, char buf[SGR_RESTORE_MAX]);

#endif
