/* What listeners are told of a job. */
#ifndef JOB_TELL_H
#define JOB_TELL_H

#include "job.h"
#include "report/event.h"

/* Describes the job; the pointers are borrowed from it. */
struct report_job tell_job(const struct job *job);

/* The name of a state for messages: "running", "stopping", ... */
const char *tell_state(enum job_state state);

/* Puts the job into the event and tells all listeners. */
void tell_event(const struct job *job, struct report_event event);

#endif
