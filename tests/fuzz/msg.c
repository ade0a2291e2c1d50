/* msg_safe(): one line, no control bytes, no longer than four bytes for one. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "base/msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What changes the direction of text, as Unicode has it. */
static int
is_bidi(wchar_t c)
{
	return c == 0x61c || c == 0x200e || c == 0x200f ||
	    (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size + 1), *safe;
	mbstate_t state = { 0 };
	size_t len, most;

	assert(bytes != NULL);
	memcpy(bytes, data, size);
	safe = msg_safe(bytes, size);
	len = strlen(safe);
	most = size < MSG_SAFE_MAX ? size : MSG_SAFE_MAX;
	assert(len <= 4 * most + (size > MSG_SAFE_MAX ? 3 : 0));
	for (const char *at = safe; *at != '\0';) {
		wchar_t c;
		size_t n = mbrtowc(&c, at, strlen(at), &state);

		assert(n <= strlen(at) && iswprint((wint_t)c) && !is_bidi(c));
		at += n;
	}
	free(safe);
	free(bytes);
	return 0;
}
