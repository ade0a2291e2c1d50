/*
 * --restart: whether a service that has ended starts again, and after how long.
 * Nothing here changes anything.
 */
#ifndef SCOPE_RESTART_H
#define SCOPE_RESTART_H

#include <stdbool.h>
#include <stdint.h>

#define RESTART_WHY                                                            \
	"not when to restart (try never, on-failure, always, on-failure=5 or " \
	"always=5)"

enum restart_when {
	RESTART_NEVER,      /* its end is a failure */
	RESTART_ON_FAILURE, /* to end with status 0 is no failure */
	RESTART_ALWAYS,
};

struct restart_policy {
	bool given; /* --restart was given: the rest counts */
	enum restart_when when;
	int64_t most; /* so many restarts in a row */
};

/*
 * Parses never, on-failure[=N] or always[=N], N from 1.  Returns 0, or -1 with
 * *ret untouched.
 */
int restart_parse(const char *text, struct restart_policy *ret);

/*
 * How many restarts in a row there were, if it was restarted so often, and then
 * was healthy for so long: after a minute they are forgotten.
 */
int64_t restart_count(int64_t restarts, int64_t healthy_ns);

/* True if after so many in a row there may be another. */
bool restart_may(const struct restart_policy *policy, int64_t restarts);

/* The wait for the next after so many: 100 ms, doubled, 10 s at most. */
int64_t restart_wait_ns(int64_t restarts);

#endif
