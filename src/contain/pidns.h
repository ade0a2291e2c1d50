/*
 * A PID namespace for the jobs: see pid_namespaces(7).
 *
 * The worker stays outside.  What it starts after pidns_new() is its own child,
 * but lives in the namespace.  An orphan becomes the child of the namespace's
 * init, a process of ours that only reaps.  When init ends, the kernel kills
 * all in the namespace; and init ends when the worker does, for whatever
 * reason.
 */
#ifndef CONTAIN_PIDNS_H
#define CONTAIN_PIDNS_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/types.h>

struct pidns;

/* How a namespace was made, or would be. */
struct pidns_facts {
	bool user;     /* only together with a user namespace */
	bool autokill; /* by CLONE_PIDFD_AUTOKILL: see fork_init() */
};

/*
 * Makes the namespace for all children that the calling process has from now
 * on, and a user namespace if there is no other way.  The caller's signals must
 * be blocked, and it must be single-threaded.  Returns NULL, with the reason in
 * why, if that fails: the process should end then, since it may be in a user
 * namespace where its user is unknown.
 */
struct pidns *pidns_new(char *why, size_t size);

/* How the namespace was made. */
const struct pidns_facts *pidns_facts(const struct pidns *pidns);

/* The process id of its init. */
pid_t pidns_init(const struct pidns *pidns);

/*
 * A descriptor to be watched for reading: it is ready when init has reaped or
 * has ended.
 */
int pidns_fd(const struct pidns *pidns);

/* Empties what pidns_fd() has to read.  False if init has ended. */
bool pidns_hear(const struct pidns *pidns);

/* True if init has ended: nothing runs in the namespace. */
bool pidns_has_ended(const struct pidns *pidns);

/*
 * Changes whenever init has reaped, and is odd while it does.  If it was even
 * and has not changed, no child of init was reaped meanwhile.
 */
unsigned pidns_reaps(const struct pidns *pidns);

/*
 * Has init kill everything else in the namespace in one call, so that no
 * process can fork and be missed.
 */
void pidns_kill(const struct pidns *pidns);

/*
 * Kills everything in the namespace, reaping all children of the caller, and
 * frees it.  Returns 0 if init has ended, which proves that nothing is left; or
 * -1 if it has not within 10 s.  NULL is harmless.
 */
int pidns_end(struct pidns *pidns);

/*
 * Finds out by trying, in a process that ends again, whether the caller could
 * have such a namespace.  Returns 0; or -1, with the reason in why.
 */
int pidns_probe(struct pidns_facts *ret, char *why, size_t size);

#endif
