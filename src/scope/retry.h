/* Trying again: which failed jobs run once more, and after how long. */
#ifndef SCOPE_RETRY_H
#define SCOPE_RETRY_H

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

/*
 * An attempt has drained that retry_may() follows by another: the job is in
 * JOB_WAITING until its timer fires.
 */
void retry_wait(struct job *job);

/* The waiting ends with the next turn of the loop. */
void retry_soon(struct job *job);

/* The waiting is over: the next attempt begins, or the job ends and is freed.
 */
void retry_now(struct job *job);

#endif
