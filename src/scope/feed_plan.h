/*
 * Special jobs: those that options ask for.  Services and adopted processes
 * come before the commands, shielded jobs first among them, and what --finally
 * says after everything else.
 */
#ifndef SCOPE_FEED_PLAN_H
#define SCOPE_FEED_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/types.h>

#include "kind.h"

struct job;
struct nursery;
struct ready_spec;
struct specials;

/* What an option asks for. */
struct plan_item {
	enum job_kind kind;
	const char *command; /* NULL for one that runs already, which is: */
	pid_t pid;
	int pidfd;                /* owned by the caller; -1: none */
	struct ready_spec *ready; /* NULL: ready when it runs */
	int64_t ready_timeout_ns;
};

/* Prepares what n->options ask for; joins the processes to adopt. */
void special_init(struct nursery *n);
void special_release(struct nursery *n);

/*
 * The special job whose turn it is, to be started by the caller; NULL if there
 * is none.  *ret_wait: nor may a command start now.  Room: whether a job that
 * takes a slot may start.
 */
struct job *special_next(struct nursery *n, bool room, bool *ret_wait);

/* The work is over: ends the services, last first.  True if none is left. */
bool special_end_services(struct nursery *n);

/* True if jobs are left that will run when everything else is over. */
bool special_has_cleanup(const struct nursery *n);

/* How many were not started. */
uint64_t special_left(const struct nursery *n);

/* A job is over, or never was, and about to be freed. */
void special_job_over(struct nursery *n, const struct job *job);

#endif
