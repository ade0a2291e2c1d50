#include "backlog.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/xalloc.h"

#define IN_MEMORY (4 * POOL_CHUNK)

void
backlog_init(struct backlog *backlog, const char *tmpdir)
{
	*backlog = (struct backlog){ .tmpdir = tmpdir };
	queue_init(&backlog->queue);
}

static bool
is_used(const struct backlog *backlog)
{
	return backlog->store.scratch != NULL;
}

void
backlog_release(struct backlog *backlog)
{
	if (!is_used(backlog))
		return;
	backlog->queue.dropped += backlog->queue.len;
	queue_clear(&backlog->queue, &backlog->store);
	queue_release(&backlog->queue, &backlog->store);
	store_release(&backlog->store);
}

int
backlog_put(struct backlog *backlog, const struct request *request)
{
	struct queue *queue = &backlog->queue;
	struct store *store = &backlog->store;
	uint64_t before = queue->len;

	if (!is_used(backlog))
		store_init(store, IN_MEMORY, backlog->tmpdir);
	if (!queue_append(queue, store, (const char *)&request->len,
		sizeof(request->len)) ||
	    !queue_append(queue, store, request->bytes, request->len)) {
		queue_take_back(queue, store, queue->len - before);
		return -1;
	}
	backlog->n_commands += request->n_commands;
	return 0;
}

static int
give_up(struct backlog *backlog)
{
	int error = errno;

	backlog->queue.dropped += backlog->queue.len;
	queue_clear(&backlog->queue, &backlog->store);
	backlog->n_commands = 0;
	errno = error;
	return -1;
}

int
backlog_take(struct backlog *backlog, struct request *ret)
{
	struct queue *queue = &backlog->queue;
	struct store *store = &backlog->store;
	char *bytes;
	size_t len;

	assert(backlog->n_commands > 0);
	if (queue_take(queue, store, (char *)&len, sizeof(len)) < 0)
		return give_up(backlog);
	bytes = xmalloc(len);
	errno = EIO; /* if it comes back changed */
	if (queue_take(queue, store, bytes, len) < 0 ||
	    request_parse(bytes, len, ret) < 0) {
		free(bytes);
		return give_up(backlog);
	}
	backlog->n_commands -= ret->n_commands;
	return 0;
}
