#include "store.h"

#include <assert.h>
#include <stdlib.h>

#include "base/xalloc.h"

void
store_init(struct store *store, int64_t buffer, const char *dir)
{
	pool_init(&store->pool, buffer);
	spool_init(&store->spool, dir);
	store->waiting = 0;
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
