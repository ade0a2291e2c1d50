/* --pipe: what its options ask of each other, and of all others. */
#ifndef CLI_PIPE_H
#define CLI_PIPE_H

struct reading;

/*
 * Before the operands are split: settles whether standard input is split for
 * jobs, and how.  Returns 0, or -1 after a message.
 */
int pipe_begin(struct reading *reading);

/* When all else is settled: the same. */
int pipe_conclude(struct reading *reading);

#endif
