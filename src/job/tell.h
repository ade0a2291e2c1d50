/* What listeners are told of a job. */
#ifndef JOB_TELL_H
#define JOB_TELL_H

#include "job.h"
#include "report/event.h"

/* Names of states for messages: "running", "stopping", ... */
const char *tell_state(enum job_state state);

/* Tells all listeners of an event of the job, which is filled in. */
void tell_event(const struct job *job, struct report_event event);

#endif
