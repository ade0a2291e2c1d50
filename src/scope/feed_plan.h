/*
 * What options ask for beside the commands, as jobs: services and adopted
 * processes come before the commands, services first, then shielded jobs; and
 * what --finally says after everything else.
 */
#ifndef SCOPE_FEED_PLAN_H
#define SCOPE_FEED_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/types.h>

#include "feed.h"
#include "job/kind.h"

struct ready_spec;

/* What one option asks for. */
struct plan_item {
	enum job_kind kind;
	const char *command;      /* NULL for a process that runs already */
	pid_t pid;                /* of that process; 0: there is none */
	int pidfd;                /* of that process, the caller's; -1: none */
	struct ready_spec *ready; /* NULL: ready when it runs */
	int64_t ready_timeout_ns;
};

/* The feed of what scope->options ask for. */
struct feed feed_plan_new(struct scope *scope);
void feed_plan_free(struct feed *feed);

/* Joins the processes that options adopt. */
void feed_plan_adopt(struct feed *feed);

/* The work is over: ends the services, last first.  True if none is left. */
bool feed_plan_end_services(struct feed *feed);

#endif
