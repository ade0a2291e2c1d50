/*
 * What a controller on another machine sends as jobs, and what it is told of
 * them.  In the place of the user's commands.
 */
#ifndef SCOPE_FEED_AGENT_H
#define SCOPE_FEED_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feed.h"

struct job;
struct remote_answer;

/*
 * Returns the feed of what comes to scope->options->agent.  From now on the
 * controller is told what jobs do, and nursery's own messages go there.
 */
struct feed feed_agent_new(struct scope *scope);
void feed_agent_free(struct feed *feed);

/* What a job is called on the connection; 0: it is none of these. */
uint32_t feed_agent_number(const struct job *job);

/* Says who hears of the answers to clients of --spawn, before there are any. */
void feed_agent_listen(struct feed *feed,
    void (*answered)(
	void *arg, uint32_t client, const struct remote_answer *answer),
    void *arg);

/* One of these jobs wrote something: see output_events.took(). */
void feed_agent_took(struct job *job, int fd, const char *data, size_t len);

/*
 * All jobs are over, all is said: takes leave of the controller, and waits
 * until it has read all, if it still reads.
 */
void feed_agent_finish(struct feed *feed);

#endif
