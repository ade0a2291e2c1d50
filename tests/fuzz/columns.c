/*
 * columns_split(): the first byte says how long the separator is; the columns
 * are in order, inside the text, and with what is between them all of it.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "input/columns.h"
#include "input/item.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t cut = size > 0 ? data[0] % 16 : 0, n;
	const struct argument *found;
	struct columns *columns;
	char *separator, *text, *why = NULL;
	const char *at;

	if (size < cut + 1 || memchr(data, '\0', size) != NULL)
		return 0;
	separator = xmemdup0(data + 1, cut);
	text = xmemdup0(data + 1 + cut, size - 1 - cut);
	columns = columns_new(separator, &why);
	assert((columns == NULL) == (why != NULL));
	if (columns != NULL) {
		size_t len = strlen(text);

		n = columns_split(columns, text, len, &found);
		assert(n >= 1 && n <= len + 1 && found[0].text == text);
		at = text;
		for (size_t i = 0; i < n; i++) {
			assert(found[i].text >= at);
			at = found[i].text + found[i].len;
		}
		assert(at == text + len);
	}
	columns_free(columns);
	free(separator);
	free(text);
	free(why);
	return 0;
}
