#include "pool.h"

#include <assert.h>
#include <stdlib.h>

#include "base/xalloc.h"

/* Chunks that are kept to be used again: 16 MiB; 512 KiB after a shortage. */
#define FREE_MAX 256
#define FREE_MAX_SHORT 8

void
pool_init(struct pool *pool, int64_t limit, enum headroom_share share)
{
	pool->limit = limit;
	pool->used = 0;
	pool->free_len = 0;
	pool->free_max = FREE_MAX;
	headroom_init(&pool->headroom, share);
	TAILQ_INIT(&pool->free);
}

/* Frees kept chunks until there are only so many. */
static void
keep_at_most(struct pool *pool, int most)
{
	struct segment *seg;

	while (pool->free_len > most) {
		seg = TAILQ_FIRST(&pool->free);
		TAILQ_REMOVE(&pool->free, seg, link);
		pool->free_len--;
		free(seg);
	}
}

void
pool_release(struct pool *pool)
{
	assert(pool->used == 0);
	keep_at_most(pool, 0);
}

/* Memory is short: what is only kept could be needed by others. */
static void
note_shortage(struct pool *pool)
{
	pool->free_max = FREE_MAX_SHORT;
	keep_at_most(pool, pool->free_max);
}

/* A new chunk; NULL if memory is short. */
static struct segment *
new_chunk(struct pool *pool, size_t cap)
{
	struct segment *seg = NULL;

	if (headroom_has(&pool->headroom, pool->used, (int64_t)cap)) {
		seg = malloc(sizeof(*seg) + cap);
		if (seg == NULL)
			headroom_end(&pool->headroom, pool->used);
	}
	if (seg == NULL)
		note_shortage(pool);
	return seg;
}

/* A chunk that must be had, whatever it takes. */
static struct segment *
force_chunk(struct pool *pool, size_t cap)
{
	struct segment *seg = malloc(sizeof(*seg) + cap);

	if (seg != NULL)
		return seg;
	keep_at_most(pool, 0);
	return xmalloc(sizeof(*seg) + cap);
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
		seg = force_chunk(pool, cap);
	} else if ((seg = new_chunk(pool, cap)) == NULL) {
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
	headroom_give(&pool->headroom, pool->used);
	if (seg->cap != POOL_CHUNK || pool->free_len >= pool->free_max) {
		free(seg);
		return;
	}
	TAILQ_INSERT_HEAD(&pool->free, seg, link); /* still in the cache */
	pool->free_len++;
}

int64_t
pool_room(struct pool *pool)
{
	struct headroom *headroom = &pool->headroom;
	int64_t most = pool->limit;

	if (pool->free_len == 0 &&
	    !headroom_has(headroom, pool->used, POOL_CHUNK))
		return 0;
	if (most > headroom->allowed + pool->free_len * POOL_CHUNK)
		most = headroom->allowed + pool->free_len * POOL_CHUNK;
	return pool->used >= most ? 0 : (most - pool->used) / POOL_CHUNK;
}
