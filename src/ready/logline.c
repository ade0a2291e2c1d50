#include "logline.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/xalloc.h"

/* The line under way, as far as it has come, without its colours. */
struct logline {
	const regex_t *regex;
	struct escape escape;
	size_t len;
	char text[LOGLINE_MAX + 1];
};

struct logline *
logline_new(const regex_t *regex)
{
	struct logline *line = xmalloc(sizeof(*line));

	line->regex = regex;
	line->escape.state = ESCAPE_NONE;
	line->len = 0;
	return line;
}

void
logline_free(struct logline *line)
{
	free(line);
}

/* How many of the bytes come before the end of the line. */
static size_t
line_len(const char *bytes, size_t len)
{
	const char *newline = memchr(bytes, '\n', len);
	const char *nul;

	len = newline != NULL ? (size_t)(newline - bytes) : len;
	nul = memchr(bytes, '\0', len);
	return nul != NULL ? (size_t)(nul - bytes) : len;
}

/* True if something was appended: not to a line that is full. */
static bool
append(struct logline *line, const char *bytes, size_t len)
{
	size_t before = line->len;

	for (size_t i = 0; i < len && line->len < LOGLINE_MAX; i++)
		if (escape_take(&line->escape, bytes[i]) == ESCAPE_TEXT)
			line->text[line->len++] = bytes[i];
	return line->len > before;
}

static bool
matches(struct logline *line, int flags)
{
	line->text[line->len] = '\0';
	return regexec(line->regex, line->text, 0, NULL, flags) == 0;
}

bool
logline_feed(struct logline *line, const char *bytes, size_t len)
{
	while (len > 0) {
		size_t part = line_len(bytes, len);
		bool more = append(line, bytes, part);

		if (part == len)
			return more && matches(line, REG_NOTEOL);
		if (line->len > 0 && line->text[line->len - 1] == '\r')
			line->len--;
		if (matches(line, 0))
			return true;
		line->len = 0;
		line->escape.state = ESCAPE_NONE;
		bytes += part + 1;
		len -= part + 1;
	}
	return false;
}
