/*
 * Reaching every process of a job: its group, its orphans, and what is below
 * them in other groups and sessions.  A pid that was reaped is never signalled.
 */
#ifndef SCOPE_REACH_H
#define SCOPE_REACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

struct job;
struct nursery;

/*
 * Asks every process of the job to end by the signal, the group in one call,
 * and continues those that are stopped.  The same signal reaches nobody twice,
 * but those that became the job's since.  It spares what belongs to a nested
 * nursery: that one hears from its own front and has its own order of ending.
 */
void reach_ask(struct job *job, int signo);

/*
 * Signals every process of the job, each time: SIGKILL, and what stops and
 * continues.  What nobody can refuse reaches into nested nurseries.
 */
void reach_signal(struct job *job, int signo);

/* Names up to a handful of the job's orphans: "sleep[12], sh[13]". */
void reach_name_orphans(const struct job *job, char *buf, size_t size);

/* True if a child of ours, running or zombie, is in the job's group. */
bool reach_group_is_left(const struct job *job);

/* A number in the environment that a process was executed with; -1: none. */
int64_t reach_environ_number(
    const struct nursery *n, pid_t pid, const char *name);

#endif
