/* parse_duration(): what it takes can be written and is read as the same. */
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
	char *s = xmemdup0(data, size), buf[FORMAT_DURATION_MAX];
	int64_t ns = -1, again = -1;

	if (parse_duration(s, &ns) == 0) {
		assert(ns >= 0);
		assert(*s != '\0' && s[strspn(s, "0123456789.dhmsu")] == '\0');
		assert((ns == 0) == (strpbrk(s, "123456789") == NULL));
		format_limit_duration(ns, buf, sizeof(buf));
		assert(strlen(buf) < sizeof(buf) - 1);
		assert(parse_duration(buf, &again) == 0 && again == ns);
		format_duration(ns, buf, sizeof(buf));
		assert(strlen(buf) < sizeof(buf) - 1);
	} else {
		assert(ns == -1);
	}
	free(s);
	return 0;
}
