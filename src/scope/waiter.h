/*
 * Commands that jobs spawned, request by request, and the clients that wait for
 * them (--spawn --wait).  feed_spawned.c makes jobs of the commands.
 */
#ifndef SCOPE_WAITER_H
#define SCOPE_WAITER_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/queue.h>
#include <sys/types.h>

#include "base/buf.h"
#include "spawn/backlog.h"
#include "spawn/request.h"
#include "sys/rundir.h"

struct forward;
struct inbox;
struct inbox_client;
struct job;
struct machine;
struct scope;

/* The socket, in the private folder. */
#define SOCKET_NAME "/socket"

/*
 * A client that waits for the commands that it asked for.  Meanwhile the slot
 * of the job that it belongs to is free for others.
 */
struct waiter {
	unsigned refs; /* of errands, and of the list of waiters */
	struct inbox_client *client; /* NULL: answered, gone, or parked */
	/* of a client on another machine, where it has that number; or NULL */
	struct machine *machine;
	uint32_t number;
	uint64_t ticket; /* with which it comes again, or 0: never parked */
	pid_t pid;       /* the client, once it was parked */
	struct job *job; /* whose slot is lent meanwhile, or NULL */
	struct errand *errand; /* its commands that are no jobs yet; or NULL */
	uint64_t running;      /* jobs asked for that are not over */
	int status;            /* of the first of the jobs to fail, or 0 */
	bool dropped;          /* one of the jobs was cancelled, or never ran */
	bool ended;            /* the client will ask no more */
	TAILQ_ENTRY(waiter) link;
};

TAILQ_HEAD(waiter_list, waiter);

/* A request, for as long as a job of it lives or is to come. */
struct errand {
	struct spawned *spawned;
	unsigned refs; /* of jobs, and of who has to take commands from it */
	struct request request;
	char **envp;           /* of the jobs; made when needed, owned */
	const char *path;      /* PATH in envp, or NULL */
	bool plain;            /* command_environment_plain(envp) */
	struct waiter *waiter; /* the client that waits for it, or NULL */
};

struct spawned {
	struct scope *scope;
	char path[RUNDIR_MAX + sizeof(SOCKET_NAME)];
	struct inbox *inbox;
	struct backlog backlog;
	struct errand *oldest; /* taken from the backlog; or NULL */
	/*
	 * The newest is the first, and is served first: so few wait at a time,
	 * even where each job spawns another one and waits for it.
	 */
	struct waiter_list waiters;
	uint64_t tickets;        /* how many were given to waiters */
	uint64_t waiters_left;   /* commands left in errands of waiters */
	uint64_t dropped;        /* commands that will never start */
	bool closed;             /* what the backlog has is among these */
	int64_t limit;           /* how many jobs may run; 0: any number */
	struct buf label;        /* of the job made last */
	char *error;             /* why commands could not be kept, or NULL */
	struct forward *forward; /* instead of inbox: we are an agent */
};

/*
 * An errand of the request, which it owns from now on, for the waiter or NULL.
 * The caller has a reference, which it gives back with errand_unref().
 */
struct errand *errand_new(struct spawned *spawned,
    const struct request *request, struct waiter *waiter);
void errand_unref(struct errand *errand);

/* A new waiter for the client, which has it in inbox_client_data(). */
struct waiter *waiter_new(struct spawned *spawned, struct inbox_client *client);

/* The same for a client on another machine. */
struct waiter *waiter_new_there(
    struct spawned *spawned, struct machine *machine, uint32_t number);

/* The waiter of a client on another machine, or NULL. */
struct waiter *waiter_find_there(const struct spawned *spawned,
    const struct machine *machine, uint32_t number);

/* The commands of the waiter have become jobs: its client may ask again. */
void waiter_go_on(struct waiter *waiter);

/* The client was answered, or is gone: frees what is left of the waiter. */
void waiter_forget(struct spawned *spawned, struct waiter *waiter);

/* The job that a client here is in; NULL: none, or it is not known. */
struct job *waiter_job(
    const struct spawned *spawned, const struct waiter *waiter);

/* Frees the slot of the job that the client is in, while it waits; or NULL. */
void waiter_lend_slot(
    struct spawned *spawned, struct waiter *waiter, struct job *job);

/* Ends the loan of a slot: the job goes on, or has ended. */
void waiter_give_slot_back(struct spawned *spawned, struct waiter *waiter);

/*
 * Answers a client that waits, and forgets the waiter.  One that is parked will
 * come for its answer.
 */
void waiter_finish(struct spawned *spawned, struct waiter *waiter);

/*
 * Closes the connection of a client that waits, and tells it to come again
 * later.  So clients that wait, however many, take no descriptors that jobs
 * need.
 */
void waiter_park(struct spawned *spawned, struct waiter *waiter);

/* Parks the client that has waited longest.  False if there is none. */
bool waiter_park_one(struct spawned *spawned);

/* A client that was parked is here again.  False if there is no such ticket. */
bool waiter_rejoin(
    struct spawned *spawned, struct inbox_client *client, uint64_t ticket);

#endif
