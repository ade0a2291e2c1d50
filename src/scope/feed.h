/*
 * Feeds: where jobs come from.  There are three, asked in this order: what
 * options ask for (feed_plan), what jobs spawned (feed_spawned), and the
 * commands of the user (feed_source) or of a controller (feed_agent).
 */
#ifndef SCOPE_FEED_H
#define SCOPE_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct job;
struct scope;

enum feed_answer {
	FEED_JOB,   /* a job, the caller's from now on */
	FEED_NONE,  /* nothing now: ask the feed behind it */
	FEED_HOLD,  /* nothing now, and nothing of the feeds behind it */
	FEED_AGAIN, /* ask again in the next turn of the loop */
	FEED_BAD,   /* the input is bad: error() says why */
};

struct feed_ops {
	/*
	 * Does what must be done before any job starts; FEED_NONE: it is done.
	 * NULL: there is nothing to do.
	 */
	enum feed_answer (*prepare)(void *feed);
	/*
	 * The next job, in *ret_job.  room: whether a job that takes a slot
	 * may start.
	 */
	enum feed_answer (*next)(void *feed, bool room, struct job **ret_job);
	/* True if the feed will have no more jobs. */
	bool (*is_over)(const void *feed);
	/* How many jobs are sure to come; *ret_all false: maybe more. */
	uint64_t (*known)(const void *feed, bool *ret_all);
	/*
	 * After the scope has closed, once: how many jobs will never start;
	 * *ret_all false: maybe more.  NULL: none.
	 */
	uint64_t (*left)(void *feed, bool *ret_all);
	/*
	 * Before left(): tells the report of some of them, not so many that it
	 * takes long.  False if no more are known.  NULL: none.
	 */
	bool (*tell_left)(void *feed);
	/* The work is over: the feed takes nothing more.  NULL: no need. */
	void (*end)(void *feed);
	/* Tells the report what the feed waits for.  NULL: nothing ever. */
	void (*tell_waits)(const void *feed);
	/* A message, borrowed, after FEED_BAD.  NULL: there is no FEED_BAD. */
	const char *(*error)(const void *feed);
	/*
	 * Closes a descriptor that the feed can do without for now.  False if
	 * there is none.  NULL: there never is one.
	 */
	bool (*spare)(void *feed);
};

/* A feed; arg is the object that the functions of ops get. */
struct feed {
	const struct feed_ops *ops;
	void *arg;
};

/* The feeds, in the order in which they are asked. */
enum { FEED_PLAN, FEED_SPAWNED, FEED_SOURCE, FEEDS };

struct feeds {
	struct feed items[FEEDS];
};

/* Ask all feeds: whether all are over, the sums of known and left. */
bool feeds_are_over(const struct feeds *feeds);
uint64_t feeds_known(const struct feeds *feeds, bool *ret_all);
uint64_t feeds_left(const struct feeds *feeds, bool *ret_all);

/* As tell_left, for all feeds, one after the other. */
bool feeds_tell_left(const struct feeds *feeds);

/* The work is over: the feeds take nothing more. */
void feeds_end(const struct feeds *feeds);

/* Each tells the report what it waits for. */
void feeds_tell_waits(const struct feeds *feeds);

/*
 * Has one feed close a descriptor that it can do without.  False if none can.
 */
bool feeds_spare(const struct feeds *feeds);

#endif
