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
	struct store store; /* made when first needed */
	struct queue queue;
	const char *tmpdir;
	uint64_t n_commands; /* in all requests that wait */
};

/* Prepares an empty backlog; tmpdir is not copied. */
void backlog_init(struct backlog *backlog, const char *tmpdir);

/* Frees it with what waits. */
void backlog_release(struct backlog *backlog);

/* Drops what waits and leaves it usable. */
void backlog_clear(struct backlog *backlog);

/*
 * Puts a copy of what is left of the request behind the others.  Returns 0, or
 * -1 if there is no room: nothing has changed then.
 */
int backlog_put(struct backlog *backlog, const struct request *request);

/*
 * Takes the oldest request, which there must be (n_commands > 0).  Returns 0,
 * or -1 with errno if it cannot be read back: all is lost then.
 */
int backlog_take(struct backlog *backlog, struct request *ret);

#endif
