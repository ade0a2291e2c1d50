/* What follows from the options for machines, once all options are known. */
#ifndef CLI_MACHINES_H
#define CLI_MACHINES_H

struct reading;

/*
 * Settles, before operands_split(), how machines are reached and how many jobs
 * each runs.  Returns 0, or -1 after saying which options do not go together.
 */
int machines_conclude(struct reading *reading);

/*
 * After operands_split(): checks what --nonall wants and, unless nothing is to
 * be run, that the machines can be reached as asked for.  Returns 0, or -1
 * after a message.
 */
int machines_prepare(struct reading *reading);

#endif
