/* What follows from --pty, once all options are known. */
#ifndef CLI_TERMINALS_H
#define CLI_TERMINALS_H

struct reading;

/*
 * After machines_conclude(): checks that jobs can have terminals, beside the
 * other options and on this machine.  Returns 0, or -1 after a message.
 */
int terminals_conclude(const struct reading *reading);

#endif
