/* Standard input that somebody gave to nursery, but that nobody reads. */
#ifndef CLI_UNREAD_H
#define CLI_UNREAD_H

#include <stdbool.h>

struct strvec;

/*
 * Whether a shell gave us this standard input, as in "seq 5 | nursery" and
 * "nursery < list": it is a pipe or a file, and not the shell's own, which we
 * would only have inherited, as in the body of a "while read" loop or in a
 * script that is itself read from standard input.
 */
bool unread_is_given(void);

/*
 * Looks at standard input when nursery reads none of it: the commands, if they
 * are not NULL, are arguments, else they are made from a template.  If there is
 * something in it that a shell gave to us, warns; but if a command has a
 * replacement string, which is to be filled from there, this is a mistake.
 * Returns 0, or -1 after a message, which repeats the options that were given.
 * Waits a moment, in such cases only, for what is in a pipe.
 */
int unread_check(const struct strvec *commands, const struct strvec *given);

/* The same for services without commands: only warns, and returns 0. */
int unread_warn_services(void);

#endif
