/* Starting jobs: those that are due first, then those of the feeds. */
#ifndef SCOPE_ADMISSION_H
#define SCOPE_ADMISSION_H

#include <stdbool.h>

struct job;
struct scope;

void admission_init(struct scope *scope);

/* Frees jobs that were never started. */
void admission_release(struct scope *scope);

/*
 * Starts what may start now, but not too many at once: scope->admission.again
 * says whether there is more to do in another turn of the loop.
 */
void admission_run(struct scope *scope);

/* The job is to be started soon: for its next attempt, or a new one. */
void admission_due(struct scope *scope, struct job *job);

/* A job has ended, or lends its slot: there may be room for others. */
void admission_wake(struct scope *scope);

/* True if there are more descriptors to be had than when that error came. */
bool admission_raise_files(struct scope *scope, int error);

#endif
