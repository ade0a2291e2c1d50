/*
 * --round-robin, --tee, --shard and --bin: standard input is dealt out among
 * the jobs that run.  Nothing is read while it cannot be passed on, so that
 * never more than a block waits, and those that are on their way to jobs.
 */
#ifndef SCOPE_DEAL_H
#define SCOPE_DEAL_H

#include <stdbool.h>

struct deal;
struct dealing;
struct job;
struct job_context;

/* Returns a deal by these rules; both stay the caller's and must live on. */
struct deal *deal_new(struct job_context *context, const struct dealing *rules);

/* Frees the deal; its jobs must be over.  NULL is allowed. */
void deal_free(struct deal *deal);

/*
 * True if another job is to be started now.  They start one after the other
 * with --round-robin, when there is a block for one; all at first else.
 */
bool deal_wants_job(const struct deal *deal);

/*
 * The job, which has not started, takes part; but not if it has hooks already:
 * then it is one that will not run.
 */
void deal_add(struct deal *deal, struct job *job);

/*
 * No other job may start for now: those that there are go on alone, unless
 * their number was known from the start.
 */
void deal_settle(struct deal *deal);

/* No other job will take part. */
void deal_close(struct deal *deal);

/*
 * Nothing is dealt any more: who reads gets the end of his input.  If the jobs
 * have just ended, it is said that there was more.
 */
void deal_end(struct deal *deal, bool jobs_ended);

/* True if all was dealt, or nobody is left who would take it. */
bool deal_is_over(const struct deal *deal);

/* True while it waits until something can be read. */
bool deal_waits(const struct deal *deal);

/* Why the input cannot be read, a message; NULL: it can. */
const char *deal_error(const struct deal *deal);

#endif
