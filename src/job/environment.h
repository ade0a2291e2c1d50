/*
 * The environment of jobs: ours, or that of a client of --spawn, with the
 * variables that nursery sets.
 */
#ifndef JOB_ENVIRONMENT_H
#define JOB_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct environment;
struct host_told;
struct request;

/* What jobs are told of the scope that they run in. */
struct environment_facts {
	int pid;          /* NURSERY_PID */
	int64_t grace_ns; /* NURSERY_GRACE_MS is 80 % of this */
	int64_t limit_ns; /* time until NURSERY_DEADLINE, or NS_NEVER */
	const char
	    *socket; /* NURSERY_SOCKET, not copied; NULL: there is none */
	/* NURSERY_HOST, not copied; NULL: what this machine is called */
	const char *host;
	/* variables of GNU parallel; not copied; NULL: none of them */
	const struct host_told *parallel;
	/* one of these: the slot, from 0; not copied; NULL: PARALLEL_JOBSLOT0
	 */
	const char *slot_variable;
	/*
	 * Jobs have terminals: they get a TERM if we have none, and no pager,
	 * which would wait for keys.
	 */
	bool terminals;
	/*
	 * MAKEFLAGS, not copied, instead of those that we inherited; NULL:
	 * jobs get these.
	 */
	const char *makeflags;
};

/* What one job is told of itself. */
struct environment_job {
	uint64_t id;          /* NURSERY_ID: each job has its own */
	uint64_t seq;         /* NURSERY_SEQ: its number; 0: a special job */
	int64_t slot;         /* NURSERY_SLOT */
	int64_t attempt;      /* NURSERY_ATTEMPT */
	const char *name;     /* NURSERY_NAME, not copied; NULL: it has none */
	const char *variable; /* one more, not copied; NULL: there is none */
	const char *value;
};

/*
 * A copy of our environment with the variables of nursery.  NURSERY_DEADLINE is
 * the Unix time that is limit_ns from now, or an earlier one that we inherited;
 * without a limit jobs get what we inherited.
 */
struct environment *environment_new(const struct environment_facts *facts);
void environment_free(struct environment *env);

/*
 * The environment of one job; borrowed, and valid until the next call: the
 * job's execve(2) must have happened by then.
 */
char *const *environment_of_job(
    struct environment *env, const struct environment_job *job);

/*
 * A copy of envp with n more variables, each NAME=value, that replace those of
 * the same names: from malloc(3), what it points to is borrowed.
 */
char **environment_with(
    char *const *envp, const char *const *variables, size_t n);

/*
 * The environment of jobs that a request asked for: its variables, but for
 * those that nursery sets.  From malloc(3), what it points to is borrowed; each
 * call of environment_of_job() changes it for that job.
 */
char **environment_of_request(
    const struct environment *env, const struct request *request);

#endif
