/* The jobs in the scope, and whether they hold it open. */
#ifndef SCOPE_ROSTER_H
#define SCOPE_ROSTER_H

#include <stdbool.h>

#include "job/job.h"

struct scope;

void roster_init(struct scope *scope);

/* Adds a job that runs or is about to. */
void roster_join(struct scope *scope, struct job *job);

/* Removes a job that is over or could not be started. */
void roster_leave(struct scope *scope, struct job *job);

/* The state of a job has changed; from: what it was. */
void roster_moved(struct scope *scope, struct job *job, enum job_state from);

/*
 * True if no job runs that holds the scope open, though output of such jobs may
 * still have to be read.
 */
bool roster_is_drained(const struct scope *scope);

#endif
