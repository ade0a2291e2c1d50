/*
 * Requests that were accepted and wait for their turn, the oldest first: in a
 * little memory, then in a file without a name, so that a million of them take
 * no more memory than a few.
 */
#ifndef SPAWN_BACKLOG_H
#define SPAWN_BACKLOG_H

#include <stdint.h>

#include "request.h"
#include "store/queue.h"

struct backlog {
	struct store store;  /* memory and file; made when first needed */
	struct queue queue;  /* the requests, their length before each */
	const char *tmpdir;  /* where the file is made */
	uint64_t n_commands; /* how many commands all requests have */
};

/* Prepares an empty backlog; tmpdir is not copied. */
void backlog_init(struct backlog *backlog, const char *tmpdir);

/* Drops all requests and frees what held them. */
void backlog_release(struct backlog *backlog);

/* Drops all requests and leaves the backlog usable. */
void backlog_clear(struct backlog *backlog);

/*
 * Puts a copy of the request behind the others, without the commands that were
 * taken from it.  Returns 0, or -1 if there is no room, with errno: EMFILE if
 * only a descriptor was missing, else ENOSPC.  Nothing has changed then.
 */
int backlog_put(struct backlog *backlog, const struct request *request);

/*
 * Takes the oldest request; there must be one (n_commands > 0).  Returns 0, or
 * -1 with errno if it cannot be read back: all requests are lost then.
 */
int backlog_take(struct backlog *backlog, struct request *ret);

#endif
