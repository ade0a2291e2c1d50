/* What listeners are told of a job. */
#ifndef JOB_TELL_H
#define JOB_TELL_H

#include "job.h"
#include "report/event.h"

/* Names of states for messages: "running", "stopping", ... */
const char *tell_state(enum job_state state);

/* The job as listeners are told of it; borrowed from the job. */
struct report_job tell_show(const struct job *job);

/* Puts the job into the event and tells all listeners. */
void tell_event(const struct job *job, struct report_event event);

#endif
