/* Why and when the scope closes. */
#ifndef SCOPE_CLOSING_H
#define SCOPE_CLOSING_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/* Arms the time limits of the scope. */
void closing_init(struct scope *scope);

/*
 * The time in ns until the first of the limits that jobs are told of; NS_NEVER:
 * there is none.
 */
int64_t closing_time_left(const struct scope *scope);

/* Closes the scope to new jobs; enum close_cause says which cause counts. */
void closing_close(struct scope *scope, enum close_cause cause);

/* Closes the scope and stops all jobs that run. */
void closing_cancel(struct scope *scope, enum close_cause cause);

/* Closes the scope if a service has failed or --halt is reached. */
void closing_check_halt(struct scope *scope);

/*
 * SIGHUP, for GNU parallel: no more jobs start, and those that run may end.
 * Says so.
 */
void closing_hang_up(struct scope *scope);

/*
 * The controller has asked us to end, or is gone: closes the scope, and gives
 * jobs that run the grace.
 */
void closing_quit(struct scope *scope, int64_t grace_ns);

/* A fatal signal came from outside. */
void closing_signal(struct scope *scope, int signo);

/* Sets job->release.no_retry, which is true once the scope has closed for the
 * job. */
void closing_admit(const struct scope *scope, struct job *job);

/* The work is over: services are no longer needed, time limits do not count. */
void closing_end_work(struct scope *scope);

/* The services are gone: the commands of --finally may run. */
void closing_begin_cleanup(struct scope *scope);

/* True if no command starts any more but those of --finally. */
bool closing_has_begun(const struct scope *scope);

/* True if no job will start, and none runs that holds the scope open. */
bool closing_is_drained(const struct scope *scope);

#endif
