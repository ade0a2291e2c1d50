/* Who is in the scope, and what that means for its end. */
#ifndef SCOPE_ROSTER_H
#define SCOPE_ROSTER_H

#include <stdbool.h>

#include "job/job.h"

struct scope;

void roster_init(struct scope *scope);

/* The job runs, or is about to. */
void roster_join(struct scope *scope, struct job *job);

/* The job is over, or could not be started. */
void roster_leave(struct scope *scope, struct job *job);

/* The state of a job was another one before. */
void roster_moved(struct scope *scope, struct job *job, enum job_state from);

/*
 * True if no job runs that holds the scope open: what is left of such jobs is
 * output.
 */
bool roster_is_drained(const struct scope *scope);

#endif
