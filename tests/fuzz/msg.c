/* msg_shown() and msg_safe(): no control bytes, on one line. */
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

/* A message has nothing in it that could pass for another one. */
static void
check_shown(const char *bytes, size_t size)
{
	char *shown = msg_shown(bytes, size);
	mbstate_t state = { 0 };

	for (const char *at = shown; *at != '\0';) {
		wchar_t c;
		size_t n = mbrtowc(&c, at, strlen(at), &state);

		assert(n <= strlen(at) && iswprint((wint_t)c) && !is_bidi(c));
		at += n;
	}
	free(shown);
}

/* What goes among the output of jobs stays on its line and begins no sequence.
 */
static void
check_safe(const char *bytes, size_t size)
{
	size_t len;
	char *safe = msg_safe(bytes, size, &len);

	assert(safe[len] == '\0' && len <= 4 * size);
	for (size_t i = 0; i < len; i++)
		assert(safe[i] == '\t' ||
		    ((unsigned char)safe[i] >= ' ' && safe[i] != '\177'));
	free(safe);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size + 1);

	assert(bytes != NULL);
	memcpy(bytes, data, size);
	check_shown(bytes, size);
	check_safe(bytes, size);
	free(bytes);
	return 0;
}
