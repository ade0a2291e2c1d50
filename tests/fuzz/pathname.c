/* Parts of a path name: each is within the name, or shorter and in scratch. */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "input/item.h"
#include "input/pathname.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct argument part, struct argument name, const struct buf *scratch)
{
	bool within = part.text >= name.text &&
	    part.text + part.len <= name.text + name.len;

	assert(part.len <= name.len || (part.len == 1 && *part.text == '.'));
	assert(within || part.len == 0 || part.text == scratch->data ||
	    (part.len == 1 && *part.text == '.'));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = xmalloc(size + (size == 0));
	const struct argument name = { bytes, size };
	struct argument stem, ending;
	struct buf scratch = BUF_INIT;

	if (memchr(data, '\0', size) != NULL) {
		free(bytes);
		return 0;
	}
	memcpy(bytes, data, size);
	check(pathname_behind_last(name, '/', &scratch), name, &scratch);
	check(pathname_behind_last(name, '.', &scratch), name, &scratch);
	check(pathname_directory(name), name, &scratch);
	check(pathname_before_slash(name, &scratch), name, &scratch);
	for (size_t count = 1; count <= 3; count++) {
		stem = pathname_without_extensions(name, count);
		check(stem, name, &scratch);
		assert(stem.text == name.text);
		ending = pathname_extensions(name, count, &scratch);
		check(ending, name, &scratch);
	}
	free(bytes);
	buf_release(&scratch);
	return 0;
}
