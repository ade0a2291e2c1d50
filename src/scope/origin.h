/* Which job a process came from. */
#ifndef SCOPE_ORIGIN_H
#define SCOPE_ORIGIN_H

#include <stdbool.h>

#include <sys/types.h>

struct job;
struct nursery;

/*
 * The job of an orphan: by its group, by its environment, or because there is
 * only one.  NULL if that cannot be known, or the job is over.
 */
struct job *origin_of(struct nursery *n, pid_t pid);

/* True if the process says that it is of a job of ours that is over. */
bool origin_is_over(struct nursery *n, pid_t pid);

/*
 * The job of a process whose parents may live: by its group, or by the first of
 * them that is known.  NULL if it is of none.
 */
struct job *origin_above(struct nursery *n, pid_t pid);

/* True if the process can still write what the job's reader reads. */
bool origin_is_by_pipe(
    const struct nursery *n, const struct job *job, pid_t pid);

#endif
