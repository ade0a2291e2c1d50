/*
 * A queue of bytes that were taken from a job and wait to be written: in
 * memory, then in the spool file.
 *
 * All queues of a nursery share one store.  Each keeps its books: what came in
 * was written, dropped, or waits.
 */
#ifndef STORE_QUEUE_H
#define STORE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pool.h"
#include "segment.h"
#include "spool.h"

#define STORE_SCRATCH 262144

struct store {
	struct pool pool;
	struct spool spool;
	uint64_t waiting; /* bytes in all queues */
	char *scratch;    /* STORE_SCRATCH bytes for whoever runs; owned */
};

struct queue {
	struct segment_list segments;
	uint64_t len; /* bytes that wait */
	uint64_t in, written, dropped;
	int size_class; /* of the next extent in the file */
};

/* Prepares a store for buffer bytes in memory and files in the folder dir. */
void store_init(struct store *store, int64_t buffer, const char *dir);

/* Every queue must have been released. */
void store_release(struct store *store);

/* Prepares an empty queue. */
void queue_init(struct queue *q);

/* Frees what waits; asserts that the books are right. */
void queue_release(struct queue *q, struct store *store);

/*
 * Puts len bytes behind the others; data may be the scratch.  Always takes all
 * of them, but returns false if neither memory within the limit nor the file
 * had room for them: then do not bring more for now.
 */
bool queue_append(
    struct queue *q, struct store *store, const char *data, size_t len);

/*
 * Shows the first bytes: *ret_data is valid until the next call for q or the
 * next use of the scratch.  The queue must not be empty.  Returns how many (at
 * least 1), or 0 with errno if the file cannot be read.
 */
size_t queue_peek(struct queue *q, struct store *store, const char **ret_data);

/* Drops the first len bytes, which queue_peek() showed. */
void queue_consume(struct queue *q, struct store *store, size_t len);

/*
 * Moves the first len bytes, which must be there, to data; they count as
 * written.  Returns 0, or -1 with errno if the file cannot be read.
 */
int queue_take(struct queue *q, struct store *store, char *data, size_t len);

/* Takes back the last len bytes that were appended, as if they never were. */
void queue_take_back(struct queue *q, struct store *store, size_t len);

/* Drops all that waits. */
void queue_clear(struct queue *q, struct store *store);

/* Moves all that waits in src behind what waits in dst. */
void queue_concat(struct queue *dst, struct queue *src, struct store *store);

#endif
