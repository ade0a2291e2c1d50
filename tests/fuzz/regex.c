/*
 * regex_compile() and pattern_new(): the expression up to the first newline,
 * the text behind it.  A match lies within the text; there are no
 * back-references.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/regex.h"
#include "base/xalloc.h"
#include "input/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_compile(const char *expression)
{
	regex_t regex;
	char *why = NULL;

	if (regex_compile(&regex, expression, REG_NOSUB, &why) == 0) {
		assert(why == NULL && regex.re_nsub <= strlen(expression));
		regfree(&regex);
	} else {
		assert(why != NULL && *why != '\0');
		free(why);
	}
}

static void
check_find(const struct pattern *p, const char *text, size_t len)
{
	int byte = pattern_byte(p);

	for (size_t from = 0; from <= len; from++) {
		size_t start = len + 1, end = len + 1;
		bool found = pattern_find(p, text, len, from, &start, &end);

		assert(!found || (from <= start && start <= end && end <= len));
		if (byte < 0)
			continue;
		assert(
		    found == (memchr(text + from, byte, len - from) != NULL));
		assert(!found ||
		    (end == start + 1 && (unsigned char)text[start] == byte));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *newline = memchr(data, '\n', size);
	size_t len = newline == NULL ? size : (size_t)(newline - data);
	char *expression, *text, *why;

	/* glibc takes too much memory for such as a{999}{999} or a+++++ */
	if (len > 20 || memchr(data, '{', len) != NULL || size > 300 ||
	    memchr(data, '\0', size) != NULL)
		return 0;
	expression = xmemdup0(data, len);
	text = newline == NULL ? xmemdup0("", 0)
			       : xmemdup0(newline + 1, size - len - 1);
	check_compile(expression);
	for (int i = 0; i < 3; i++) {
		static const char *const around[][2] = { { "", "" },
			{ "^(", ")" }, { "(", ")$" } };
		struct pattern *p;

		why = NULL;
		p = pattern_new(around[i][0], expression, around[i][1], &why);
		assert((p == NULL) == (why != NULL));
		if (p != NULL)
			check_find(p, text, strlen(text));
		pattern_free(p);
		free(why);
	}
	free(expression);
	free(text);
	return 0;
}
