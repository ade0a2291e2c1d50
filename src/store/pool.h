/* Memory for waiting output: chunks counted against one limit, and recycled. */
#ifndef STORE_POOL_H
#define STORE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "segment.h"

#define POOL_CHUNK 65536 /* capacity of a chunk */
#define POOL_SMALL 4000  /* ... of one for what a small job writes */

struct pool {
	int64_t limit;            /* bytes that may be taken */
	int64_t used;             /* bytes that are taken */
	struct segment_list free; /* chunks of POOL_CHUNK to take again */
	int free_len;
};

/* Prepares a pool in the caller's storage. */
void pool_init(struct pool *pool, int64_t limit);

/* Frees the recycled chunks; all others must have been given back. */
void pool_release(struct pool *pool);

/*
 * Returns an empty segment of POOL_SMALL or POOL_CHUNK bytes, or NULL if that
 * would exceed the limit.  With force there is no limit and it never fails.
 */
struct segment *pool_take(struct pool *pool, size_t cap, bool force);

/* Takes back a segment that came from pool_take(). */
void pool_give(struct pool *pool, struct segment *seg);

/* How many chunks can still be taken. */
int64_t pool_room(const struct pool *pool);

#endif
