/*
 * What options ask for beside the commands, as jobs: first adopted processes,
 * then services, then shielded jobs, all before the commands; and what
 * --finally says after everything else.
 */
#ifndef SCOPE_FEED_PLAN_H
#define SCOPE_FEED_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/types.h>

#include "feed.h"
#include "job/kind.h"
#include "restart.h"

struct job;
struct ready_spec;

/* What one option asks for. */
struct plan_item {
	enum job_kind kind;
	const char *command; /* NULL: adopts a process instead */
	const char *name;    /* NULL: that of its program, or the pid */
	/* The Procfile that has this service; NULL: none. */
	const char *procfile;
	const char *directory; /* where a service starts; NULL: as all jobs */
	struct restart_policy restart;
	int port;  /* PORT in the environment of the service; 0: inherited */
	pid_t pid; /* the process to adopt, or 0 */
	int pidfd; /* of pid; owned by its job once there is one; -1: none */
	struct ready_spec *ready; /* NULL: a service is ready once it runs */
	int64_t ready_timeout_ns;
};

/* Returns the feed of what scope->options ask for. */
struct feed feed_plan_new(struct scope *scope);
void feed_plan_free(struct feed *feed);

/* Makes jobs of the processes that options adopt. */
void feed_plan_adopt(struct feed *feed);

/* All is over: how many commands of --finally have not run. */
uint64_t feed_plan_final_left(const struct feed *feed);

/* The service that must be ready before anything else starts, or NULL. */
const struct job *feed_plan_awaited(const struct feed *feed);

/* True if every service has started and is ready, or has ended well. */
bool feed_plan_is_ready(const struct feed *feed);

/* True if the job is a service that is not ready yet. */
bool feed_plan_is_awaited(const struct job *job);

/* Of such a service: why, as far as is known, or NULL; see service_status(). */
const char *feed_plan_why_awaited(const struct job *job);

/* The work is over: ends the services, last first.  True if none is left. */
bool feed_plan_end_services(struct feed *feed);

#endif
