/* Words among the commands that are surely no commands. */
#ifndef CLI_MISPLACED_H
#define CLI_MISPLACED_H

struct strvec;

/*
 * Looks at commands that are arguments.  One that begins with a dash, such as
 * an option behind the commands or one of a command that was not quoted, is a
 * mistake, and so are the address of a server and an operator of the shell; but
 * not if there is a program of that name.  Returns 0, or -1 after a message
 * that says what to type, with the options that were given.
 */
int misplaced_check(const struct strvec *commands, const struct strvec *given);

#endif
