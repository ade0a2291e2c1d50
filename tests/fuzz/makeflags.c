/* makeflags_find(): an address is whole; what we compose is found again. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "jobserver/makeflags.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
compose(const char *flags, const struct jobserver_address *address)
{
	struct jobserver_address found = JOBSERVER_ADDRESS_NONE;
	char *composed = makeflags_compose(flags, address, 7);

	/* -n stays */
	if (makeflags_find(composed, &found) == 1) {
		assert(found.kind == address->kind);
		if (address->kind == JOBSERVER_FIFO)
			assert(strcmp(found.path, address->path) == 0);
		else
			assert(found.read_fd == address->read_fd &&
			    found.write_fd == address->write_fd);
	}
	makeflags_release(&found);
	free(composed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jobserver_address pipe = { JOBSERVER_PIPE, NULL, 3, 4 };
	struct jobserver_address fifo = { JOBSERVER_FIFO, (char *)"/f", -1,
		-1 };
	struct jobserver_address address = JOBSERVER_ADDRESS_NONE;
	char *flags = xmemdup0(data, size);
	int found = makeflags_find(flags, &address);

	assert(found >= -1 && found <= 1);
	assert((found == 1) == (address.kind != JOBSERVER_NONE));
	if (address.kind == JOBSERVER_FIFO)
		assert(address.path != NULL && address.path[0] != '\0');
	if (address.kind == JOBSERVER_PIPE)
		assert(address.read_fd >= 0 && address.write_fd >= 0);
	makeflags_release(&address);
	compose(flags, &pipe);
	compose(flags, &fifo);
	free(flags);
	return 0;
}
