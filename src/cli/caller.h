/* The shell that called nursery. */
#ifndef CLI_CALLER_H
#define CLI_CALLER_H

#include <stdbool.h>

/*
 * Returns the path of the nearest ancestor process that is a shell.  GNU
 * parallel runs its commands in that shell, because only that one knows the
 * functions that it has exported.  NULL if there is no shell among the
 * ancestors, or if the nearest one does not quote as sh(1) does.  The caller
 * frees the path.
 */
char *caller_shell(void);

/*
 * Returns the process that started us if it is a shell, or else 0.  Between it
 * and us there may be programs as timeout(1) and sudo(8), which only run
 * another one.
 */
int caller_next_shell(void);

/*
 * True if a command of plain words does the same in this shell as without any
 * shell: the shell reads no start-up file first.
 */
bool caller_shell_is_plain(const char *shell);

#endif
