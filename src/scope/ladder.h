/*
 * How running jobs are made to end: a signal, perhaps SIGTERM after it, and
 * SIGKILL when the grace is over.
 */
#ifndef SCOPE_LADDER_H
#define SCOPE_LADDER_H

#include <stdbool.h>
#include <stdint.h>

struct job;
struct scope;

void ladder_init(struct scope *scope);

/* Stops all jobs that yield to the closing of the scope; once. */
void ladder_cancel(struct scope *scope);

/* Stops probes, which only run to let other jobs start. */
void ladder_cancel_helpers(struct scope *scope);

/*
 * A fatal signal came from outside: passes it on to jobs.  again: it was not
 * the first one, so kills all jobs.
 */
void ladder_signal(struct scope *scope, int signo, bool again);

/*
 * True if the signal is no second one of the user, but the next step of the
 * nursery whose job we are; then takes that step, too.
 */
bool ladder_follow_outer(struct scope *scope, int signo);

/*
 * The controller wants all jobs to end within the grace, or is gone.  What runs
 * is never given more time than it had.
 */
void ladder_quit(struct scope *scope, int64_t grace_ns);

/* Asks one job with the signal; SIGKILL follows after the grace, or at once. */
void ladder_ask(
    struct scope *scope, struct job *job, int signo, int64_t grace_ns);

/* Takes no further step: the jobs that it was for are over. */
void ladder_rest(struct scope *scope);

#endif
