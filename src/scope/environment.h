/* The environment of jobs: ours, or a spawner's, with the variables that
 * nursery sets. */
#ifndef SCOPE_ENVIRONMENT_H
#define SCOPE_ENVIRONMENT_H

#include <stdint.h>

struct environment;
struct scope_options;
struct request;

/*
 * A copy of our environment in which NURSERY_PID is pid, NURSERY_GRACE_MS is
 * 80 % of options->job.grace_ns, and NURSERY_DEADLINE the Unix time that is
 * options->timeout_ns from now, or what we inherited if that is NS_NEVER.  With
 * options->parallel jobs get PARALLEL_PID, PARALLEL_SEQ and PARALLEL_JOBSLOT,
 * too.  NURSERY_SOCKET is the socket, which is not copied; without one (NULL)
 * no job has that variable.
 */
struct environment *environment_new(
    int pid, const struct scope_options *options, const char *socket);
void environment_free(struct environment *env);

/*
 * The environment of one job; borrowed, and valid until the next call: the
 * job's execve(2) must have happened by then.
 */
char *const *environment_of_job(
    struct environment *env, uint64_t seq, int64_t slot, int64_t attempt);

/*
 * A copy of envp in which name has the value: one block, the caller's to
 * free(3), that borrows the other strings of envp.
 */
char **environment_with(char *const *envp, const char *name, const char *value);

/*
 * The environment of jobs that a request asked for: its variables, but for
 * those that nursery sets.  From malloc(3), what it points to is borrowed; each
 * call of environment_of_job() changes it for that job.
 */
char **environment_of_request(
    const struct environment *env, const struct request *request);

#endif
