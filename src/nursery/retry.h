/* Trying again: which failed jobs run once more, and after how long. */
#ifndef NURSERY_RETRY_H
#define NURSERY_RETRY_H

#include <stdbool.h>
#include <stdint.h>

struct job;

/* True if a failure of the job may not be the end of it. */
bool retry_wanted(const struct job *job);

/* True if the attempt that has begun is the last that may be. */
bool retry_is_last(const struct job *job);

/*
 * True if the job would run again, should its attempt fail: there are attempts
 * left, and the scope is not closed for it.  Once false, it stays so.
 */
bool retry_may(const struct job *job);

/* What to wait after so many attempts, without the jitter: delay_ns doubles. */
int64_t retry_backoff_ns(int64_t delay_ns, int64_t attempts);

/* The same with up to a quarter more, at random: never NS_NEVER. */
int64_t retry_wait_ns(int64_t delay_ns, int64_t attempts);

/* Says under --verbose that the attempt has failed and another will come. */
void retry_tell(const struct job *job, int64_t wait_ns);

#endif
