/*
 * The pool: memory for bytes that wait, in chunks that count against one limit
 * and are recycled.
 */
#ifndef STORE_POOL_H
#define STORE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "headroom.h"
#include "segment.h"

#define POOL_CHUNK 65536 /* bytes of a chunk */
#define POOL_SMALL 4000  /* bytes of a chunk for a job that writes little */

struct pool {
	int64_t limit;            /* bytes that all chunks in use may have */
	int64_t used;             /* bytes that all chunks in use have */
	struct headroom headroom; /* whether there is memory for more */
	struct segment_list free; /* chunks of POOL_CHUNK bytes, not in use */
	int free_len;             /* number of free chunks */
	int free_max;             /* more are not kept */
};

/*
 * Prepares a pool in the caller's storage, of at most limit bytes; fewer if the
 * share of the memory that it may use is less.
 */
void pool_init(struct pool *pool, int64_t limit, enum headroom_share share);

/* Frees the chunks; all must have been given back. */
void pool_release(struct pool *pool);

/*
 * Returns an empty chunk; cap is POOL_SMALL or POOL_CHUNK.  Returns NULL if it
 * would exceed the limit or memory is short.  Force: there is no limit and it
 * never fails.
 */
struct segment *pool_take(struct pool *pool, size_t cap, bool force);

/* Takes back a chunk that came from pool_take(). */
void pool_give(struct pool *pool, struct segment *seg);

/* How many chunks of POOL_CHUNK bytes there is still room for. */
int64_t pool_room(struct pool *pool);

#endif
