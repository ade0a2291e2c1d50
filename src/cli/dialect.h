/* Commands for bash that /bin/sh does not understand. */
#ifndef CLI_DIALECT_H
#define CLI_DIALECT_H

/*
 * Returns NULL if the shell can be expected to understand the command, or if
 * there is nothing in it that looks like bash.  Else asks the shell, and if it
 * does not know the function, builtin, option or syntax that is used there,
 * returns the message that says so, which the caller frees.
 */
char *dialect_check(const char *command, const char *shell);

#endif
