/*
 * A job on the other machine: what the agent says of it, and what it wrote on
 * its way into the pipes.  The functions that tell an event do that last: the
 * job may be freed by it, and the link be ended.
 */
#ifndef REMOTE_LINK_JOB_H
#define REMOTE_LINK_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame;
struct link;
struct link_job;
struct pour;

/*
 * See link_run().  moved is told, with the job as pour->arg, what the loop has
 * written; it is to call link_job_moved().
 */
struct link_job *link_job_new(struct link *link, void *owner, const int fds[2],
    void (*moved)(struct pour *pour, size_t n));

/* Frees it, and closes its pipes. */
void link_job_free(struct link_job *job);

/* The job with this number in frames; NULL: there is none (any more). */
struct link_job *link_job_find(struct link *link, uint32_t id);

/*
 * Takes a frame of the agent that is of this job.  Returns false if it is
 * none that makes sense now: nothing was told then.
 */
bool link_job_take(struct link_job *job, const struct frame *frame);

/* The loop has written n bytes of the job. */
void link_job_moved(struct link_job *job, size_t n);

/* True if the frame is one of those that say something of a job. */
bool link_job_is_frame(const struct frame *frame);

/* Watches what jobs read where that could not be done before. */
void link_job_watch(struct link *link);

/* Any job of the link; NULL: there is none. */
struct link_job *link_job_any(struct link *link);

/*
 * True if there is a job whose EXIT has not come; started: only if its STARTED
 * has.
 */
bool link_job_any_runs(struct link *link, bool started);

#endif
