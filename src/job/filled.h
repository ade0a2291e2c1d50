/* Files that are written for a job before it starts: --template. */
#ifndef JOB_FILLED_H
#define JOB_FILLED_H

struct job;

/*
 * Writes them anew for an attempt of the job.  Returns 0; or an errno after a
 * message that names the file.
 */
int filled_write(struct job *job);

/* The job will not run again: removes them if that was asked for. */
void filled_remove(struct job *job);

#endif
