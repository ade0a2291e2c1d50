/* parse_delimiter(): bytes for themselves, or escapes of two to four. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/xalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct delimiter one = { .len = 0 }, two = { .len = 0 };
	char *s = xmemdup0(data, size);
	size_t len = strlen(s);
	int first = parse_delimiter(s, &one);
	int second = parse_delimiter(s, &two);

	assert(first == second);
	if (first < 0)
		assert(one.len == 0 && two.len == 0 && len != 1);
	else
		assert(one.len >= 1 && one.len <= DELIMITER_MAX &&
		    one.len <= len && len <= 4 * one.len &&
		    one.len == two.len &&
		    memcmp(one.bytes, two.bytes, one.len) == 0 &&
		    (strchr(s, '\\') != NULL ||
			(one.len == len && memcmp(one.bytes, s, len) == 0)));
	free(s);
	return 0;
}
