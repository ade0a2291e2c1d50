/* Turns what happens to processes into the events of their job. */
#ifndef JOB_PROCESSES_H
#define JOB_PROCESSES_H

struct contain_events;

/* For contain_new(): the owner of each family is a job. */
extern const struct contain_events processes_events;

#endif
