/*
 * Trying again: which failed jobs run once more, and after how long.  Nothing
 * here changes anything.
 */
#ifndef JOB_RETRY_H
#define JOB_RETRY_H

#include <stdbool.h>
#include <stdint.h>

struct job;

/* True if a failure of the job may not be the end of it. */
bool retry_wanted(const struct job *job);

/* True if the attempt that has begun is the last that may be. */
bool retry_is_last(const struct job *job);

/*
 * True if the job will run again, for its attempt has failed: there are
 * attempts left, and the scope is not closed for it.  Once false, it stays so.
 */
bool retry_may(const struct job *job);

/* What to wait after so many attempts, without the jitter: delay_ns doubles. */
int64_t retry_backoff_ns(int64_t delay_ns, int64_t attempts);

/*
 * What to wait after so many attempts: up to a quarter more, at random, so that
 * jobs which failed together do not all come back together.  Never NS_NEVER.
 */
int64_t retry_wait_ns(int64_t delay_ns, int64_t attempts);

#endif
