/* A look at the first command of a file before anything is read or started. */
#ifndef CLI_FIRSTLINE_H
#define CLI_FIRSTLINE_H

#include <stddef.h>

/*
 * If standard input is a file, looks at its first line that is neither blank
 * nor a comment; where it is read from does not change.  Returns NULL, or the
 * message that says why the lines cannot be commands, which the caller frees:
 * this is a Procfile, or the shell, unless it is NULL, does not know what it is
 * to run.
 */
char *firstline_check(const char *shell);

/*
 * The same for a first line of len bytes that has been read, from a pipe: NULL,
 * or the message that this is a Procfile.
 */
char *firstline_check_read(const char *text, size_t len);

#endif
