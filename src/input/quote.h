/* Quoting for a POSIX shell, in GNU parallel's own spelling. */
#ifndef INPUT_QUOTE_H
#define INPUT_QUOTE_H

#include <stddef.h>

struct buf;

/*
 * Appends the bytes as one word of sh.  They stand as they are if all are of
 * A-Z a-z 0-9 - _ . + /, else in single quotes, with '"'"' for each single
 * quote and without empty quotes at the ends; no bytes at all become ''.  Any
 * byte but NUL is safe.
 */
void quote_shell(struct buf *out, const char *bytes, size_t len);

/*
 * Appends the call that --argv makes of a text and its arguments, so that a
 * shell that gets it does the same: see command_init_argv().  shell and args
 * end with NULL.
 */
void quote_call(struct buf *out, char *const *shell, const char *text,
    size_t len, char *const *args);

/* How many bytes quote_shell() would append. */
size_t quote_shell_length(const char *bytes, size_t len);

#endif
