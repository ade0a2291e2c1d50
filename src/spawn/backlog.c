#include "backlog.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include <sys/uio.h>

#include "base/xalloc.h"

/* Requests of more bytes wait in the file. */
#define IN_MEMORY (4 * POOL_CHUNK)

void
backlog_init(struct backlog *backlog, const char *tmpdir)
{
	*backlog = (struct backlog){ .tmpdir = tmpdir };
	queue_init(&backlog->queue);
}

/* The store is made when the first request comes. */
static bool
is_used(const struct backlog *backlog)
{
	return backlog->store.scratch != NULL;
}

void
backlog_clear(struct backlog *backlog)
{
	backlog->queue.dropped += backlog->queue.len;
	queue_clear(&backlog->queue, &backlog->store);
	backlog->n_commands = 0;
}

void
backlog_release(struct backlog *backlog)
{
	if (!is_used(backlog))
		return;
	backlog_clear(backlog);
	queue_release(&backlog->queue, &backlog->store);
	store_release(&backlog->store);
}

static bool
append(struct backlog *backlog, const void *data, size_t len)
{
	return queue_append(&backlog->queue, &backlog->store, data, len);
}

int
backlog_put(struct backlog *backlog, const struct request *request)
{
	const struct request_head head = { request->n_variables,
		request->n_commands };
	const char *first = request->bytes + sizeof(head);
	const struct iovec parts[] = {
		{ (void *)&head, sizeof(head) },
		{ (void *)first, (size_t)(request->commands - first) },
		{ (void *)request->next,
		    (size_t)(request->bytes + request->len - request->next) },
	};
	size_t len = 0, n = sizeof(parts) / sizeof(parts[0]);
	struct store *store = &backlog->store;
	uint64_t before = backlog->queue.len;
	bool room;

	if (!is_used(backlog))
		store_init(store, IN_MEMORY, backlog->tmpdir);
	for (size_t i = 0; i < n; i++)
		len += parts[i].iov_len;
	room = append(backlog, &len, sizeof(len));
	for (size_t i = 0; i < n && room; i++)
		room = append(backlog, parts[i].iov_base, parts[i].iov_len);
	if (!room) {
		queue_take_back(
		    &backlog->queue, store, backlog->queue.len - before);
		errno = spool_lacks_descriptor(&store->spool) ? EMFILE : ENOSPC;
		return -1;
	}
	backlog->n_commands += request->n_commands;
	return 0;
}

/* Drops all requests, since one cannot be read back; errno stays. */
static int
give_up(struct backlog *backlog)
{
	int error = errno;

	backlog_clear(backlog);
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
