#include "lastline.h"

#include <string.h>

static bool
is_end(char c)
{
	return c == '\n' || c == '\r' || c == '\0';
}

static void
add(struct lastline *line, char c)
{
	bool blank = c == ' ' || c == '\t';

	if (escape_take(&line->escape, c) != ESCAPE_TEXT)
		return;
	if (line->ended && blank)
		return; /* the line before stays until there is more to show */
	if (line->ended)
		line->len = 0;
	line->ended = false;
	if (line->len < LASTLINE_MAX && (line->len > 0 || !blank))
		line->text[line->len++] = c;
	line->text[line->len] = '\0';
}

void
lastline_feed(struct lastline *line, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (is_end(bytes[i])) {
			line->ended = true;
			line->escape.state = ESCAPE_NONE;
		} else {
			add(line, bytes[i]);
		}
	}
}

const char *
lastline_text(const struct lastline *line)
{
	return line->text;
}
