/*
 * Commands from inside (--spawn): they wait here until admission takes them,
 * and who waits for them hears from here.
 */
#ifndef SCOPE_FEED_SPAWNED_H
#define SCOPE_FEED_SPAWNED_H

#include <stdbool.h>
#include <stdint.h>

#include "spawn/request.h"

struct job;
struct nursery;
struct waiter;

/* What a request says, for as long as a job of it lives. */
struct errand {
	unsigned refs; /* its jobs, and who has commands of it left */
	struct request request;
	char **envp;      /* see environment_of_request(); made when needed */
	const char *path; /* PATH of that, or NULL */
	bool plain;       /* no shell would do more than the kernel */
	struct waiter *waiter; /* or NULL */
};

/*
 * Opens the socket in the folder of the front.  Without one, jobs cannot spawn,
 * and that is all.
 */
void spawned_init(struct nursery *n);
void spawned_release(struct nursery *n);

/* Its path, for NURSERY_SOCKET; NULL if there is none. */
const char *spawned_socket(const struct nursery *n);

/* How many commands wait to be taken. */
uint64_t spawned_waiting(const struct nursery *n);

/* The next job, with the next seq and a slot; NULL if none may start now. */
struct job *spawned_next(struct nursery *n);

/*
 * Answers those who waited for what is over, as far as there is room for their
 * jobs to go on.  When the scope has closed, drops what waits, and answers
 * those who wait for that.
 */
void spawned_answer(struct nursery *n);

/*
 * The work is over, or the scope has closed for good: who still waits hears so.
 */
void spawned_end(struct nursery *n);

/* A job's outcome is known. */
void spawned_judge(const struct job *job);

/* A job is over and about to be freed. */
void spawned_job_over(struct nursery *n, const struct job *job);

/* The job needs what was said about it no more; NULL is fine. */
void errand_unref(struct errand *errand);

#endif
