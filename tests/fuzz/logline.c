/*
 * logline_feed(): the first byte chooses the expression, the second the length
 * of the pieces.  Lines that match are found in whatever pieces they come, if
 * they have no escape sequences, which are not looked at.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/regex.h"
#include "base/xalloc.h"
#include "ready/logline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* 1 if regexec(3) matches a line that has an end. */
static int
has_match(const regex_t *regex, const char *text, size_t len)
{
	size_t start = 0;

	for (size_t i = 0; i < len; i++) {
		size_t n = i - start;
		char *line;
		int found;

		if (text[i] != '\n' && text[i] != '\0')
			continue;
		line =
		    xmemdup0(text + start, n < LOGLINE_MAX ? n : LOGLINE_MAX);
		n = strlen(line);
		if (n > 0 && line[n - 1] == '\r')
			line[n - 1] = '\0';
		found = regexec(regex, line, 0, NULL, 0) == 0;
		free(line);
		if (found)
			return 1;
		start = i + 1;
	}
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const expressions[] = { "ready", "^ready$", "$",
		"^[0-9]+ ok", "x*y", "\t" };
	struct logline *line;
	regex_t regex;
	char *why;
	size_t piece;
	int found = 0;

	if (size < 2 || size > 4096)
		return 0;
	assert(regex_compile(
		   &regex, expressions[data[0] % 6], REG_NOSUB, &why) == 0);
	piece = 1 + data[1];
	data += 2;
	size -= 2;
	line = logline_new(&regex);
	for (size_t at = 0; at < size && !found; at += piece)
		found = logline_feed(line, (const char *)data + at,
		    size - at < piece ? size - at : piece);
	assert(found || memchr(data, '\033', size) != NULL ||
	    !has_match(&regex, (const char *)data, size));
	logline_free(line);
	regfree(&regex);
	return 0;
}
