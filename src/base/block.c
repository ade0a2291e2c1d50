#include "block.h"

#include <stdlib.h>
#include <unistd.h>

#include "xalloc.h"

static struct block *
make(char *data, size_t size, int fd)
{
	struct block *block = xmalloc(sizeof(*block));

	*block =
	    (struct block){ .refs = 1, .data = data, .size = size, .fd = fd };
	return block;
}

struct block *
block_new(size_t size)
{
	char *data = xmalloc(size + 1);

	data[size] = '\0';
	return make(data, size, -1);
}

struct block *
block_of_memory(char *data, size_t size)
{
	return make(data, size, -1);
}

struct block *
block_of_file(int fd)
{
	return make(NULL, 0, fd);
}

struct block *
block_ref(struct block *block)
{
	block->refs++;
	return block;
}

void
block_unref(struct block *block)
{
	if (block == NULL || --block->refs > 0)
		return;
	free(block->data);
	if (block->fd >= 0)
		close(block->fd);
	free(block);
}
