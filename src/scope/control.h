/* Signals that nursery gets, and the watch over the front. */
#ifndef SCOPE_CONTROL_H
#define SCOPE_CONTROL_H

struct job;
struct scope;

/* Watches the signalfd and the front. */
void control_init(struct scope *scope);
void control_release(struct scope *scope);

/*
 * The leader of a job was stopped by the signal: by us for Ctrl-Z, or because
 * it wants to use the terminal, which makes the job fail.
 */
void control_job_stopped(struct scope *scope, struct job *job, int signo);

/*
 * The leader of a job was killed by a signal.  Ends the scope if the front was
 * killed, too: another nursery may have ended the cgroups of our jobs before
 * we have noticed, see janitor.h, and that is no failure of the job.
 */
void control_job_killed(struct scope *scope);

#endif
