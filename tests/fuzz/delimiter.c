/* parse_delimiter(): one byte for itself, else an escape of at most five. */
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
	char *s = xmemdup0(data, size), byte = 'x', other = 'y';
	size_t len = strlen(s);
	int first = parse_delimiter(s, &byte);
	int second = parse_delimiter(s, &other);

	assert(first == second);
	if (first < 0)
		assert(byte == 'x' && other == 'y' && len != 1);
	else
		assert(byte == other &&
		    (len == 1 ? byte == *s : *s == '\\' && len <= 4));
	free(s);
	return 0;
}
