#include "logline.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

struct line {
	size_t len;
	char text[LOGMATCH_LINE_MAX + 1];
};

struct logline {
	const regex_t *regex;
	struct line lines[2]; /* of 1 and 2 */
};

struct logline *
logline_new(const regex_t *regex)
{
	struct logline *match = xmalloc(sizeof(*match));

	match->regex = regex;
	match->lines[0].len = match->lines[1].len = 0;
	return match;
}

void
logline_free(struct logline *match)
{
	free(match);
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
append(struct line *line, const char *bytes, size_t len)
{
	size_t room = LOGMATCH_LINE_MAX - line->len;

	len = len < room ? len : room;
	memcpy(line->text + line->len, bytes, len);
	line->len += len;
	return len > 0;
}

static bool
matches(const struct logline *match, struct line *line, int flags)
{
	line->text[line->len] = '\0';
	return regexec(match->regex, line->text, 0, NULL, flags) == 0;
}

bool
logline_feed(struct logline *match, int fd, const char *bytes, size_t len)
{
	struct line *line = &match->lines[fd - 1];

	assert(fd == 1 || fd == 2);
	while (len > 0) {
		size_t part = line_len(bytes, len);
		bool more = append(line, bytes, part);

		if (part == len)
			return more && matches(match, line, REG_NOTEOL);
		if (line->len > 0 && line->text[line->len - 1] == '\r')
			line->len--;
		if (matches(match, line, 0))
			return true;
		line->len = 0;
		bytes += part + 1;
		len -= part + 1;
	}
	return false;
}
