/*
 * Feeds: where jobs come from.  There are three, asked in this order: what
 * options ask for (feed_plan), what jobs spawned (feed_spawned), and the
 * commands of the user (feed_source).
 */
#ifndef SCOPE_FEED_H
#define SCOPE_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct job;
struct scope;

enum feed_answer {
	FEED_JOB,   /* a job, which is the caller's */
	FEED_NONE,  /* nothing now: ask the feed behind it */
	FEED_HOLD,  /* nothing now, and nothing of the feeds behind it */
	FEED_AGAIN, /* ask again in the next turn of the loop */
	FEED_BAD,   /* the input is bad: error() says why */
};

struct feed_ops {
	/*
	 * The next job, in *ret_job.  room: whether a job that takes a slot
	 * may start.
	 */
	enum feed_answer (*next)(void *feed, bool room, struct job **ret_job);
	/* True if it will have no more jobs. */
	bool (*is_over)(const void *feed);
	/* Jobs that are sure to come; *ret_all false: there may be more. */
	uint64_t (*known)(const void *feed, bool *ret_all);
	/*
	 * After the scope has closed: jobs that will never start.  *ret_all
	 * false: there may be more.  NULL: none.
	 */
	uint64_t (*left)(void *feed, bool *ret_all);
	/* The work is over: nothing more is taken.  NULL: nothing to do. */
	void (*end)(void *feed);
	/* Why the input is bad, as a message; borrowed.  NULL: it cannot be. */
	const char *(*error)(const void *feed);
};

/* One of them: an object of the file that made it. */
struct feed {
	const struct feed_ops *ops;
	void *arg;
};

#define FEEDS 3

struct feeds {
	struct feed items[FEEDS];
};

/* The sums and answers of all feeds. */
bool feeds_are_over(const struct feeds *feeds);
uint64_t feeds_known(const struct feeds *feeds, bool *ret_all);
uint64_t feeds_left(const struct feeds *feeds, bool *ret_all);
void feeds_end(const struct feeds *feeds);

#endif
