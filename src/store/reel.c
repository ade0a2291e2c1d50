#include "reel.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/block.h"
#include "base/xalloc.h"
#include "sys/fd.h"

/* How much the file in memory takes, and each of the others. */
#define MEMORY_SIZE ((uint64_t)16 << 20)
#define FILE_SIZE ((uint64_t)64 << 20)

struct reel_part {
	struct block *block; /* of a file; owned reference */
	uint64_t len;        /* bytes in it */
	uint64_t size;       /* that it takes */
};

void
reel_init(struct reel *reel, const char *dir)
{
	*reel = (struct reel){ .dir = dir };
}

void
reel_release(struct reel *reel)
{
	for (size_t i = 0; i < reel->n; i++)
		block_unref(reel->parts[i].block);
	free(reel->parts);
	reel->parts = NULL;
	reel->n = reel->cap = 0;
}

/* Returns an empty part, which is the last one now; NULL with errno. */
static struct reel_part *
add_part(struct reel *reel)
{
	bool in_memory = reel->n == 0;
	int fd = in_memory ? fd_memory_file() : fd_unnamed_file(reel->dir);

	if (fd < 0)
		return NULL;
	if (reel->n == reel->cap) {
		reel->cap = reel->cap > 0 ? reel->cap * 2 : 4;
		reel->parts =
		    xreallocarray(reel->parts, reel->cap, sizeof(*reel->parts));
	}
	reel->parts[reel->n] = (struct reel_part){ .block = block_of_file(fd),
		.size = in_memory ? MEMORY_SIZE : FILE_SIZE };
	return &reel->parts[reel->n++];
}

static struct reel_part *
last_part(struct reel *reel)
{
	struct reel_part *last = reel->n > 0 ? &reel->parts[reel->n - 1] : NULL;

	return last != NULL && last->len < last->size ? last : NULL;
}

int
reel_append(struct reel *reel, const char *data, size_t len)
{
	while (len > 0) {
		struct reel_part *part = last_part(reel);
		uint64_t room;
		ssize_t n;

		if (part == NULL && (part = add_part(reel)) == NULL)
			return -1;
		room = part->size - part->len;
		n = pwrite(part->block->fd, data, len < room ? len : room,
		    (off_t)part->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		part->len += (uint64_t)n;
		reel->end += (uint64_t)n;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

bool
reel_look(
    const struct reel *reel, uint64_t at, uint64_t most, struct slice *ret)
{
	uint64_t start = reel->start;

	assert(at >= start);
	for (size_t i = 0; i < reel->n; i++) {
		const struct reel_part *part = &reel->parts[i];
		uint64_t left;

		if (at < start + part->len) {
			left = start + part->len - at;
			*ret = (struct slice){ .block = part->block,
				.at = at - start,
				.len = left < most ? left : most };
			return true;
		}
		start += part->len;
	}
	return false;
}

void
reel_drop(struct reel *reel, uint64_t before)
{
	size_t gone = 0;

	while (gone < reel->n) {
		const struct reel_part *part = &reel->parts[gone];

		if (part->len < part->size || reel->start + part->len > before)
			break; /* more is appended to it, or it is needed */
		reel->start += part->len;
		block_unref(part->block);
		gone++;
	}
	if (gone == 0)
		return;
	reel->n -= gone;
	memmove(
	    reel->parts, reel->parts + gone, reel->n * sizeof(*reel->parts));
}
