#include "store.h"

#include <assert.h>
#include <stdlib.h>

#include "base/xalloc.h"

#define DEFAULT_SIZE (INT64_C(64) * 1024 * 1024)

void
store_init(struct store *store, int64_t buffer, const char *dir)
{
	if (buffer == STORE_DEFAULT)
		pool_init(&store->pool, DEFAULT_SIZE, HEADROOM_QUARTER);
	else
		pool_init(&store->pool, buffer, HEADROOM_MOST);
	spool_init(&store->spool, dir);
	store->waiting = 0;
	store->full = false;
	store->scratch = xmalloc(STORE_SCRATCH);
}

void
store_release(struct store *store)
{
	assert(store->waiting == 0);
	pool_release(&store->pool);
	spool_release(&store->spool);
	free(store->scratch);
}
