/* What the end of its processes means for a job: its outcome. */
#ifndef JOB_ENDING_H
#define JOB_ENDING_H

#include "report/outcome.h"

struct job;

/*
 * The outcome if the leader ended so, as waitid(2) tells it: a failure, or what
 * only counts once the other processes have ended.
 */
struct outcome ending_of_leader(struct job *job, int code, int status);

/* The outcome of a job that has none when no process of it is left. */
struct outcome ending_of_processes(struct job *job);

/*
 * A command was not found: if it is there, but its interpreter is not, lets the
 * outcome say so.  The text, its name, belongs to the job.
 */
void ending_name_interpreter(struct job *job, struct outcome *outcome);

#endif
