/* What listeners are told of a job. */
#ifndef JOB_TELL_H
#define JOB_TELL_H

#include "job.h"
#include "report/event.h"

/* Names of states for messages: "running", "stopping", ... */
const char *tell_state(enum job_state state);

/* The job as listeners see it; borrowed from the job. */
struct report_job tell_show(const struct job *job);

/* What the attempt has used so far. */
struct report_usage tell_usage(const struct job *job);

/*
 * Tells that the job, or its service, has written len bytes to standard output
 * (fd 1) or error (2), if a listener wants to know.
 */
void tell_output(const struct job *job, int fd, const char *data, size_t len);

/* Puts the job into the event and tells all listeners. */
void tell_event(const struct job *job, struct report_event event);

/*
 * Names the orphans that the job has left, once for each attempt.  False if all
 * of them are about to end without us, so that there is nothing to tell yet.
 */
bool tell_orphans(struct job *job);

/* Some of what the job wrote is lost. */
void tell_unread(struct job *job, const char *why);

#endif
