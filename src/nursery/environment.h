/* The environment of jobs: ours, with the variables that nursery sets. */
#ifndef NURSERY_ENVIRONMENT_H
#define NURSERY_ENVIRONMENT_H

#include <stdint.h>

struct environment;

/*
 * A copy of our environment in which NURSERY_PID is pid, NURSERY_GRACE_MS is
 * 80 % of grace_ns, and NURSERY_DEADLINE the Unix time that is timeout_ns from
 * now, or what we inherited if that is NS_NEVER.
 */
struct environment *environment_new(
    int pid, int64_t grace_ns, int64_t timeout_ns);
void environment_free(struct environment *env);

/*
 * The environment of one job; borrowed, and valid until the next call: the
 * job's execve(2) must have happened by then.
 */
char *const *environment_of_job(
    struct environment *env, uint64_t seq, int64_t slot, int attempt);

#endif
