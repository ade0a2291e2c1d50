#include "escape.h"

static bool
is_intermediate(char c)
{
	return c >= ' ' && c <= '/';
}

/* What begins with ESC and this byte. */
static enum escape
begun_with(char c)
{
	switch (c) {
	case '[':
		return ESCAPE_CONTROL;
	case ']':
	case 'P':
	case '_':
	case '^':
	case 'X':
		return ESCAPE_STRING;
	default:
		return is_intermediate(c) ? ESCAPE_SHORT : ESCAPE_NONE;
	}
}

static enum escape
next_of(enum escape escape, char c)
{
	switch (escape) {
	case ESCAPE_NONE:
		return c == '\033' ? ESCAPE_BEGUN : ESCAPE_NONE;
	case ESCAPE_BEGUN:
		return begun_with(c);
	case ESCAPE_SHORT:
		return is_intermediate(c) ? ESCAPE_SHORT : ESCAPE_NONE;
	case ESCAPE_CONTROL:
		return c >= '@' && c <= '~' ? ESCAPE_NONE : ESCAPE_CONTROL;
	case ESCAPE_STRING:
		if (c == '\033') /* a backslash follows, and is the end */
			return ESCAPE_BEGUN;
		return c == '\a' ? ESCAPE_NONE : ESCAPE_STRING;
	}
	return ESCAPE_NONE;
}

bool
escape_passes(enum escape *escape, char c)
{
	enum escape was = *escape;

	*escape = next_of(was, c);
	return was == ESCAPE_NONE && *escape == ESCAPE_NONE;
}
