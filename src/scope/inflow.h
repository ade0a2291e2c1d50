/*
 * What the controller sends a job of ours to read, on its way into the pipe
 * that the job reads.
 */
#ifndef SCOPE_INFLOW_H
#define SCOPE_INFLOW_H

#include <stdbool.h>
#include <stddef.h>

struct inflow;
struct loop;

/*
 * Returns one.  The loop tells taken, with arg, that so many bytes have been
 * written; gone: nobody reads any more, and what comes is dropped.
 */
struct inflow *inflow_new(struct loop *loop,
    void (*taken)(void *arg, size_t n, bool gone), void *arg);

/* Ends it; NULL is allowed. */
void inflow_free(struct inflow *inflow);

/*
 * The job is to read these bytes; last: and no more.  They may come before it
 * has started.  False if more wait than may.
 */
bool inflow_put(struct inflow *inflow, const char *data, size_t len, bool last);

/*
 * The job is to start: the descriptor that it reads, borrowed until
 * inflow_started(); or -1 with errno.  May come again if the start has failed.
 */
int inflow_open(struct inflow *inflow);
void inflow_started(struct inflow *inflow);

#endif
