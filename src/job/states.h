/*
 * The life of a job as a table: what it does in each state for each event.
 * HACKING.md explains it.
 */
#ifndef JOB_STATES_H
#define JOB_STATES_H

#include "job.h"

/* Lets the event act on the job.  Only JOB_GONE may free it,
 * and JOB_TIMER a job that is given up on another machine. */
void job_event(struct job *job, enum job_event event);

/* Before JOB_LEADER_EXITED: how the leader ended, as waitid(2) tells it. */
void job_leader_status(struct job *job, int code, int status);

/*
 * Before JOB_LEADER_EXITED, in place of job_leader_status(): what is known of
 * the end of a job elsewhere.  The first outcome of an attempt counts.
 */
void job_set_outcome(struct job *job, const struct outcome *outcome);

/* Asks the job to end and makes it a failure, with that outcome. */
void job_fail(struct job *job, const struct outcome *outcome);

/* The job has written something: a sign of life for --idle-timeout. */
void job_heard(struct job *job);

/* A process of the job has ended: SIGKILL gets more time for the rest. */
void job_progressed(struct job *job);

/* Begins a job of a kind that lasts: in JOB_LINGERING, without a leader. */
void job_begin_lasting(struct job *job);

/* Begins an attempt; no process is left of the one before, if any. */
void job_begin_attempt(struct job *job);

/* The leader runs: arms the time limits of the job. */
void job_began(struct job *job);

/* Ends an attempt that has no leader, with that outcome; may free the job. */
void job_end_unstarted(struct job *job, const struct outcome *outcome);

/*
 * All output was read: the job waits for its next attempt, or is freed.  error
 * and wrote as output_events.drained() has them.
 */
void job_drained(struct job *job, int error, const int64_t wrote[2]);

/* Ends a job that will have no other attempt, and frees it. */
void job_end(struct job *job);

/*
 * Counts an attempt as failed with the error, because something was missing for
 * it.  The job waits for the next attempt, or is freed.
 */
void job_miss_attempt(struct job *job, int error);

/*
 * How the table answers, for the test that walks it: the name of the action, ""
 * for none, or NULL where the event cannot happen.
 */
const char *job_action_name(enum job_state state, enum job_event event);

#endif
