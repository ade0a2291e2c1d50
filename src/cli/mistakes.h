/* What is right for another program, but surely wrong here. */
#ifndef CLI_MISTAKES_H
#define CLI_MISTAKES_H

struct reading;

/*
 * Looks at the commands and at standard input when all options and operands are
 * known, before anything is started.  Returns 0, or -1 after a message that
 * says what to type instead.
 */
int mistakes_check(const struct reading *reading);

#endif
