/*
 * The life of a job as a table: what it does in each state for each event.
 * HACKING.md explains it.
 */
#ifndef JOB_STATES_H
#define JOB_STATES_H

#include "job.h"

/* Lets the event act on the job.  No job is freed by that but on JOB_GONE. */
void job_event(struct job *job, enum job_event event);

/* Its leader's end as waitid(2) tells it, before JOB_LEADER_EXITED. */
void job_leader_status(struct job *job, int code, int status);

/* Fails the job for a reason of ours, and stops it. */
void job_fail(struct job *job, const struct outcome *outcome);

/* It has written something: a sign of life for --idle-timeout. */
void job_heard(struct job *job);

/* One of its processes has ended: SIGKILL is given more time for the rest. */
void job_progressed(struct job *job);

/* A job of a kind that lasts begins as JOB_LINGERING, without a leader. */
void job_begin_lasting(struct job *job);

/*
 * Another attempt begins, maybe the first; nothing is left of the one before.
 */
void job_begin_attempt(struct job *job);

/* Its leader runs: arms the time limits. */
void job_began(struct job *job);

/* Its leader could not be started, or will not be; the job may be freed. */
void job_end_unstarted(struct job *job, const struct outcome *outcome);

/*
 * All that this attempt wrote was taken over: the job waits for the next, or is
 * over and freed.
 */
void job_drained(struct job *job);

/* There will be no other attempt: judges the job and frees it. */
void job_end(struct job *job);

/*
 * There was no process or pipe for the next attempt of a job that waits for it:
 * that attempt has failed with the error.  The job may be freed.
 */
void job_miss_attempt(struct job *job, int error);

/*
 * How the table answers, for the test that walks it: the name of the action, ""
 * for none, or NULL where the event cannot happen.
 */
const char *job_action_name(enum job_state state, enum job_event event);

#endif
