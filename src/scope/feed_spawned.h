/*
 * Commands from inside (--spawn) as jobs: they wait here until their turn, and
 * who waits for them hears from here.
 */
#ifndef SCOPE_FEED_SPAWNED_H
#define SCOPE_FEED_SPAWNED_H

#include "feed.h"

/*
 * The feed of what jobs spawn.  Opens a socket in the private folder of the
 * front; without one jobs cannot spawn, and that is all.
 */
struct feed feed_spawned_new(struct scope *scope);
void feed_spawned_free(struct feed *feed);

/* The path of the socket, for NURSERY_SOCKET; NULL if there is none. */
const char *feed_spawned_socket(const struct feed *feed);

/*
 * Answers clients whose jobs are over, as far as there is room for the jobs of
 * the clients to go on.  When the scope has closed, drops what waits, and
 * answers the clients that wait for it.
 */
void feed_spawned_answer(struct feed *feed);

/* A job is over: clients in it give its slot back. */
void feed_spawned_job_over(struct feed *feed, const struct job *job);

#endif
