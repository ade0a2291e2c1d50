/* A job that is asked to end, on its way to SIGKILL; --termseq. */
#ifndef JOB_STOPPING_H
#define JOB_STOPPING_H

#include <stdint.h>

struct job;
struct stop;

/*
 * The job is about to be asked in this way.  A deadline that runs already, be
 * it that of its orphans, is never moved to a later time.
 */
void stopping_ask(struct job *job, const struct stop *how);

/* When the next signal is due, or SIGKILL. */
int64_t stopping_next_ns(const struct job *job);

/* Takes the next signal that is due; 0: it is time for SIGKILL. */
int stopping_take(struct job *job);

#endif
