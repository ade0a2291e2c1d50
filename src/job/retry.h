/*
 * Trying again: which failed jobs run once more, and after how long.  Nothing
 * here changes anything.
 */
#ifndef JOB_RETRY_H
#define JOB_RETRY_H

#include <stdbool.h>
#include <stdint.h>

struct job;

/* How many attempts the job may have after the first. */
int64_t retry_limit(const struct job *job);

/* True if the job may have more than one attempt. */
bool retry_wanted(const struct job *job);

/* True if the attempt that has begun is the last that --retries allows. */
bool retry_is_last(const struct job *job);

/*
 * True if the attempt has failed and the job will run again: attempts are left,
 * or its maker says so, and the scope has not closed for it.  Once false, it
 * stays so.
 */
bool retry_may(const struct job *job);

/* The wait after so many attempts: delay_ns, doubled with each further one. */
int64_t retry_backoff_ns(int64_t delay_ns, int64_t attempts);

/*
 * What retry_backoff_ns() says and up to a quarter more, at random, so that
 * jobs which failed together do not all come back together.  Never NS_NEVER.
 */
int64_t retry_wait_ns(int64_t delay_ns, int64_t attempts);

#endif
