#include "pool.h"

#include <assert.h>
#include <stdlib.h>

#include "base/xalloc.h"

/* Chunks that are kept to be used again: 16 MiB. */
#define FREE_MAX 256

void
pool_init(struct pool *pool, int64_t limit)
{
	pool->limit = limit;
	pool->used = 0;
	pool->free_len = 0;
	TAILQ_INIT(&pool->free);
}

void
pool_release(struct pool *pool)
{
	struct segment *seg;

	assert(pool->used == 0);
	while ((seg = TAILQ_FIRST(&pool->free)) != NULL) {
		TAILQ_REMOVE(&pool->free, seg, link);
		free(seg);
	}
}

struct segment *
pool_take(struct pool *pool, size_t cap, bool force)
{
	struct segment *seg;

	assert(cap == POOL_SMALL || cap == POOL_CHUNK);
	if (!force && pool->used + (int64_t)cap > pool->limit)
		return NULL;
	if (cap == POOL_CHUNK && (seg = TAILQ_FIRST(&pool->free)) != NULL) {
		TAILQ_REMOVE(&pool->free, seg, link);
		pool->free_len--;
	} else if (force) {
		seg = xmalloc(sizeof(*seg) + cap);
	} else if ((seg = malloc(sizeof(*seg) + cap)) == NULL) {
		return NULL;
	}
	seg->start = seg->end = 0;
	seg->cap = cap;
	seg->offset = -1;
	pool->used += (int64_t)cap;
	return seg;
}

void
pool_give(struct pool *pool, struct segment *seg)
{
	assert(seg->offset < 0);
	pool->used -= (int64_t)seg->cap;
	assert(pool->used >= 0);
	if (seg->cap != POOL_CHUNK || pool->free_len >= FREE_MAX) {
		free(seg);
		return;
	}
	TAILQ_INSERT_HEAD(&pool->free, seg, link); /* still in the cache */
	pool->free_len++;
}

int64_t
pool_room(const struct pool *pool)
{
	return pool->used >= pool->limit
	    ? 0
	    : (pool->limit - pool->used) / POOL_CHUNK;
}
