/* Starting an attempt of a job. */
#ifndef JOB_LAUNCH_H
#define JOB_LAUNCH_H

#include <stdbool.h>

struct job;
struct outcome;

/*
 * Before a job starts that writes to our own descriptors: prints its command,
 * where that is wanted.  True once the line is written; else ask again.
 */
bool launch_announce(struct job *job);

/*
 * Begins an attempt of a job, which may be over and freed by that.  Returns 0;
 * or an errno if something was missing for it, such as a process or descriptor:
 * then no attempt has begun, and the caller calls launch_undo().
 */
int launch(struct job *job);

/* True if its maker refuses to have the job started, and how it ends then. */
bool launch_is_refused(struct job *job, struct outcome *ret);

/* After launch() has failed: takes back what it has made. */
void launch_undo(struct job *job);

/*
 * True if the error is a shortage that may pass, of processes or memory, say.
 */
bool launch_is_shortage(int error);

/* Ends a job that cannot be started because of the error; may free it. */
void launch_fail(struct job *job, int error);

#endif
