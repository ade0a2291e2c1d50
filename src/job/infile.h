/*
 * --cat, --fifo: the file that a job finds its input in.  It is empty: the
 * shell of the job puts the input there.
 */
#ifndef JOB_INFILE_H
#define JOB_INFILE_H

#include <stdbool.h>

struct job;

/*
 * Makes the file, or a FIFO, unless the job has one from an earlier attempt.
 * Returns 0, or -1 with errno.
 */
int infile_make(struct job *job, bool fifo);

/* Removes it, if there is one. */
void infile_remove(struct job *job);

#endif
