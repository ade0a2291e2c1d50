/*
 * A queue of bytes that wait: in memory, and in the spool file if there is no
 * room in memory.
 *
 * Many queues share one store.  Each counts its bytes: what came in was
 * written, was dropped, or waits.
 */
#ifndef STORE_QUEUE_H
#define STORE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "segment.h"
#include "store.h"

struct queue {
	struct segment_list segments;
	uint64_t len;     /* bytes that wait */
	uint64_t in;      /* bytes that ever came in */
	uint64_t written; /* bytes that were taken out and written */
	uint64_t dropped; /* bytes that were taken out and not written */
	int size_class;   /* how big the next extent will be */
};

/* Prepares an empty queue in the caller's storage. */
void queue_init(struct queue *q);

/*
 * Frees what waits.  Every byte that was taken out must have been counted in
 * written or dropped.
 */
void queue_release(struct queue *q, struct store *store);

/*
 * Puts len bytes behind the others; data may be the scratch of the store.
 * Always takes all of them.  Returns false if neither memory within the limit
 * nor the file had room for them: then do not bring more for now.
 */
bool queue_append(
    struct queue *q, struct store *store, const char *data, size_t len);

/*
 * Shows the first bytes of a queue that is not empty: *ret_data is valid until
 * the next call for q or the next use of the scratch.  Returns how many bytes
 * it shows (at least 1), or 0 with errno if the file cannot be read.
 */
size_t queue_peek(struct queue *q, struct store *store, const char **ret_data);

/*
 * Takes out the first len bytes, which queue_peek() has shown.  The caller
 * counts them in q->written or q->dropped.
 */
void queue_consume(struct queue *q, struct store *store, size_t len);

/*
 * Copies the first len bytes, which must be there, to data and takes them out;
 * they count as written.  Returns 0, or -1 with errno if the file cannot be
 * read.
 */
int queue_take(struct queue *q, struct store *store, char *data, size_t len);

/* Takes out the last len bytes as if they had never been appended. */
void queue_take_back(struct queue *q, struct store *store, size_t len);

/* Takes out all that waits; the caller counts it. */
void queue_clear(struct queue *q, struct store *store);

/* Moves all that waits in src behind what waits in dst. */
void queue_concat(struct queue *dst, struct queue *src, struct store *store);

#endif
