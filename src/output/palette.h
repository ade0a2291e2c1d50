/*
 * The colours that GNU parallel gives to the lines of jobs: text that can be
 * read on a background of the 256 colours.
 */
#ifndef OUTPUT_PALETTE_H
#define OUTPUT_PALETTE_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that palette_begin() needs, with a NUL. */
#define PALETTE_MAX 32

/*
 * The sequence that begins the colour of the job with that number, to the end
 * of the line, into buf; returns buf.
 */
const char *palette_begin(uint64_t seq, char buf[PALETTE_MAX]);

/* The same for a job that has failed: white on red. */
#define PALETTE_FAILED "\033[48;5;196;38;5;231m\033[K"

#endif
