/* The shell that called us. */
#ifndef CLI_CALLER_H
#define CLI_CALLER_H

#include <stdbool.h>

/*
 * The path of the nearest ancestor that is a shell, as GNU parallel looks for
 * it: only that shell knows the functions that it exported.  NULL if there is
 * none, or none that quotes as sh(1) does.  The caller frees it.
 */
char *caller_shell(void);

/*
 * True if sh(1), or one that does the same for a command of plain words: it
 * reads no file of its own first.
 */
bool caller_shell_is_plain(const char *shell);

#endif
