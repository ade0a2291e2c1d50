/*
 * Why a program that is there cannot be executed: the interpreter that its
 * first line names, or the dynamic linker that its header names, is missing.
 */
#ifndef SYS_INTERPRETER_H
#define SYS_INTERPRETER_H

#include <stddef.h>

/*
 * Looks at each word of the text, a command of len bytes, that is the name of a
 * program: the first in path (NULL: our PATH), and those with a slash.  Names
 * start from directory, NULL: ours.  Returns "the interpreter of ./x, /bin/y,
 * is not there" for the first of them of which that is true, any bytes, and the
 * caller frees it; or NULL.
 */
char *interpreter_missing(
    const char *text, size_t len, const char *directory, const char *path);

#endif
