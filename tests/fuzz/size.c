/* parse_size(), parse_count() and parse_signal(): strict, no overflow. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/xalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_signal(const char *s)
{
	char name[SIGNAL_NAME_MAX];
	int signo = -1, again = -1;

	if (parse_signal(s, &signo) < 0) {
		assert(signo == -1);
		return;
	}
	signal_name(signo, name, sizeof(name));
	assert(parse_signal(name, &again) == 0 && again == signo);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = xmemdup0(data, size), *zero = xasprintf("0%s", s);
	int64_t bytes = -1, again = -1, count = -1;

	if (parse_size(s, &bytes) == 0) {
		assert(bytes >= 0);
		assert((bytes == 0) == (strpbrk(s, "123456789") == NULL));
		assert(parse_size(zero, &again) == 0 && again == bytes);
	} else {
		assert(bytes == -1);
	}
	if (parse_count(s, 0, INT64_MAX, &count) == 0) {
		assert(count == strtoll(s, NULL, 10) && count == bytes);
		assert(s[strspn(s, "0123456789")] == '\0');
	} else {
		assert(count == -1);
	}
	check_signal(s);
	free(zero);
	free(s);
	return 0;
}
