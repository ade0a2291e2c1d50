#include "store.h"

#include <assert.h>
#include <stdlib.h>

#include "base/xalloc.h"

#define DEFAULT_SIZE (INT64_C(64) * 1024 * 1024)

static void
init(struct store *store, int64_t buffer, enum headroom_share share,
    const char *dir)
{
	pool_init(&store->pool, buffer, share);
	spool_init(&store->spool, dir);
	store->waiting = 0;
	store->full = false;
	store->scratch = xmalloc(STORE_SCRATCH);
}

void
store_init(struct store *store, int64_t buffer, const char *dir)
{
	if (buffer == STORE_DEFAULT)
		init(store, DEFAULT_SIZE, HEADROOM_QUARTER, dir);
	else
		init(store, buffer, HEADROOM_MOST, dir);
}

void
store_init_modest(struct store *store, int64_t buffer, const char *dir)
{
	init(store, buffer, HEADROOM_QUARTER, dir);
}

void
store_release(struct store *store)
{
	assert(store->waiting == 0);
	pool_release(&store->pool);
	spool_release(&store->spool);
	free(store->scratch);
}
