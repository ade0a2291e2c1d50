/* codes_parse(): the set is what the text lists, number by number. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/codes.h"
#include "base/xalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* True if one of the items N or N-M of the list has the code. */
static bool
lists(const char *s, long code)
{
	for (;;) {
		char *end;
		long first = strtol(s, &end, 10), last = first;

		if (*end == '-')
			last = strtol(end + 1, &end, 10);
		if (code >= first && code <= last)
			return true;
		if (*end == '\0')
			return false;
		s = end + 1;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct codes untouched = { { 1, 2, 3, 4 } };
	struct codes codes = untouched;
	char *s = xmemdup0(data, size);

	if (codes_parse(s, &codes) == 0) {
		assert(*s != '\0' && s[strspn(s, "0123456789,-")] == '\0');
		for (int code = 0; code < 256; code++)
			assert(codes_have(&codes, code) == lists(s, code));
	} else {
		assert(memcmp(&codes, &untouched, sizeof(codes)) == 0);
	}
	free(s);
	return 0;
}
