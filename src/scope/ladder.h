/*
 * How running jobs are made to end: a signal, perhaps SIGTERM after it, and
 * SIGKILL when the grace is over.
 */
#ifndef SCOPE_LADDER_H
#define SCOPE_LADDER_H

#include <stdbool.h>

struct scope;

void ladder_init(struct scope *scope);

/* Stops all jobs that yield to the closing of the scope, unless it has begun.
 */
void ladder_cancel(struct scope *scope);

/* Stops the jobs that are only there to let others start. */
void ladder_cancel_helpers(struct scope *scope);

/*
 * A fatal signal came from outside: passes it on; again: kills all.  Call it
 * before the signal becomes the scope's.
 */
void ladder_signal(struct scope *scope, int signo, bool again);

/*
 * True if the signal is the next step of the ladder of the nursery around us,
 * and no second wish of the user's; then takes that step.
 */
bool ladder_follow_outer(struct scope *scope, int signo);

/* No further step: the jobs that it was for are over. */
void ladder_rest(struct scope *scope);

#endif
