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

/* Starts the job in a later turn: one that has waited, or a new probe. */
void admission_due(struct scope *scope, struct job *job);

#endif
