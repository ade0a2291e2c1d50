/* Reading a whole file into memory. */
#ifndef BASE_SLURP_H
#define BASE_SLURP_H

#include <stddef.h>
#include <stdio.h>

struct buf;

/*
 * Opens a file to read it.  If that is a FIFO to which nobody has written after
 * 5 s, a message says what is waited for.  NULL with errno.
 */
FILE *slurp_open(const char *path);

/*
 * Appends all that is left of the file, which stays open.  Returns 0, or -1
 * with errno, which is EFBIG if text would get longer than max bytes.
 */
int slurp(FILE *file, size_t max, struct buf *text);

#endif
