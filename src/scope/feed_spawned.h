/*
 * Commands that jobs add (--spawn), as jobs: they wait here for their turn, and
 * clients that wait for them (--wait) get their answer from here.
 */
#ifndef SCOPE_FEED_SPAWNED_H
#define SCOPE_FEED_SPAWNED_H

#include <stdint.h>

#include "feed.h"

struct remote_answer;

/*
 * Returns the feed of what jobs spawn.  Opens a socket in the private folder of
 * the front; if there can be none, jobs cannot spawn, but nothing else fails.
 * An agent passes on what its jobs ask for to its controller, see forward.h.
 */
struct feed feed_spawned_new(struct scope *scope);
void feed_spawned_free(struct feed *feed);

/*
 * At the end, before feed_spawned_free(): closes the socket and removes the
 * private folder, or says that it cannot.
 */
void feed_spawned_close(struct feed *feed);

/* The path of the socket, for NURSERY_SOCKET; NULL if there is none. */
const char *feed_spawned_socket(const struct feed *feed);

/*
 * Answers clients if all that they asked for is over.  When the scope has
 * closed, drops commands that wait, and answers the clients that wait for them.
 */
void feed_spawned_answer(struct feed *feed);

/* A job is over: its slot is no longer lent because of clients in it. */
void feed_spawned_job_over(struct feed *feed, const struct job *job);

/*
 * For feed_agent_listen(), with the feed as arg: the controller answers a
 * client of ours.
 */
void feed_spawned_answered(
    void *feed, uint32_t client, const struct remote_answer *answer);

#endif
