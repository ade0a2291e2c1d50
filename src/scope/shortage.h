/*
 * What happens when the machine has no process, descriptor or memory for one
 * more job: the start is tried again, soon at first, then more and more rarely,
 * and as soon as a job has ended.
 */
#ifndef SCOPE_SHORTAGE_H
#define SCOPE_SHORTAGE_H

#include <stdbool.h>

struct job;
struct scope;

void shortage_init(struct scope *scope);
void shortage_release(struct scope *scope);

/*
 * The job could not be started because of error, see launch_is_shortage().
 * Returns true if it is to wait: shortage_holds() is true then until it is
 * worth trying again.  Returns false if this has lasted too long and no job
 * runs whose end could help: the job has failed.
 */
bool shortage_wait(struct scope *scope, const struct job *job, int error);

/* True while no start is to be tried. */
bool shortage_holds(const struct scope *scope);

/* Something may have become free: the next start is tried at once. */
void shortage_wake(struct scope *scope);

/* A job was started, or the one that waited will never be: nothing is short. */
void shortage_end(struct scope *scope);

/* Says what is being waited for, if anything is. */
void shortage_tell(const struct scope *scope);

#endif
