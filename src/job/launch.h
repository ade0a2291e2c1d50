/* Starting an attempt of a job. */
#ifndef JOB_LAUNCH_H
#define JOB_LAUNCH_H

#include <stdbool.h>

struct job;

/*
 * Prints the command before a job that writes to our own descriptors starts, if
 * that is wanted.  True once it has gone out; else ask again.
 */
bool launch_announce(struct job *job);

/*
 * Begins an attempt of a job, which may be over and freed by that.  Returns 0,
 * or the errno of what there was not for it: no attempt has begun then.  Of a
 * first attempt launch_undo() takes back what was made for it.
 */
int launch(struct job *job);

/* The job could not be started and is as if launch() had not been called. */
void launch_undo(struct job *job);

/* True if the error is a shortage, which may pass: no process, no pipe. */
bool launch_is_shortage(int error);

/* The job cannot be started, for this error; it may be freed. */
void launch_fail(struct job *job, int error);

#endif
