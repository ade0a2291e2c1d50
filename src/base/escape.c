#include "escape.h"

#include <string.h>

#define BEL '\a'
#define ESC '\033'
/* These two end any sequence at once. */
#define CAN '\030'
#define SUB '\032'

/* Larger numbers than any that a terminal takes look like this one. */
#define NUMBER_MAX 100000

static bool
is_control(char c)
{
	return (unsigned char)c < ' ';
}

static bool
is_final(char c)
{
	return c >= '@' && c <= '~';
}

/* The byte behind ESC. */
static enum escape_part
begin(struct escape *escape, char c)
{
	escape->state = ESCAPE_NONE;
	if (c == '[') {
		escape->state = ESCAPE_CONTROL;
		escape->len = 0;
	} else if (c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_') {
		escape->state = ESCAPE_STRING;
	} else if (c >= ' ' && c <= '/') {
		escape->state = ESCAPE_LONGER;
	} else {
		return ESCAPE_SHORT_END;
	}
	return ESCAPE_PART;
}

/* A byte behind ESC [.  Of what is too long nothing is known. */
static enum escape_part
take_control(struct escape *escape, char c)
{
	if (!is_final(c)) {
		if (escape->len < ESCAPE_PARAMETERS_MAX)
			escape->parameters[escape->len++] = c;
		return ESCAPE_PART;
	}
	escape->state = ESCAPE_NONE;
	if (escape->len == ESCAPE_PARAMETERS_MAX)
		return ESCAPE_PART;
	escape->parameters[escape->len] = '\0';
	return ESCAPE_CONTROL_END;
}

enum escape_part
escape_take(struct escape *escape, char c)
{
	if (escape->state == ESCAPE_CONTROL && !is_control(c))
		return take_control(escape, c); /* first: most bytes are this */
	if (c == ESC) {
		escape->state = ESCAPE_BEGUN;
		return ESCAPE_PART;
	}
	if (escape->state == ESCAPE_NONE)
		return ESCAPE_TEXT;
	if (c == CAN || c == SUB ||
	    (c == BEL && escape->state == ESCAPE_STRING)) {
		escape->state = ESCAPE_NONE;
		return ESCAPE_PART;
	}
	if (escape->state == ESCAPE_STRING)
		return ESCAPE_PART;
	if (is_control(c))
		return ESCAPE_TEXT;
	if (escape->state == ESCAPE_BEGUN)
		return begin(escape, c);
	if (c < ' ' || c > '/')
		escape->state = ESCAPE_NONE;
	return ESCAPE_PART;
}

enum escape_part
escape_take_part(struct escape *escape, const char **data, const char *end)
{
	enum escape_part part = ESCAPE_PART;

	while (part == ESCAPE_PART && *data < end)
		part = escape_take(escape, *(*data)++);
	return part;
}

size_t
escape_strip(struct escape *escape, char *to, const char *from, size_t len)
{
	const char *end = from + len;
	char *start = to;

	while (from < end) {
		if (escape->state == ESCAPE_NONE) { /* most bytes are this */
			const char *next =
			    memchr(from, ESC, (size_t)(end - from));
			size_t n = (size_t)((next != NULL ? next : end) - from);

			memmove(to, from, n);
			to += n;
			from += n;
			if (next == NULL)
				break;
		}
		if (*from == '\n')
			escape->state = ESCAPE_NONE;
		else if (escape_take(escape, *from++) == ESCAPE_TEXT)
			*to++ = from[-1];
	}
	return (size_t)(to - start);
}

bool
escape_is_plain(const struct escape *escape)
{
	for (size_t i = 0; i < escape->len; i++)
		if (escape->parameters[i] < '0' || escape->parameters[i] > ';')
			return false;
	return true;
}

int
escape_number_at(const char *p)
{
	int n = 0;

	if (*p < '0' || *p > '9')
		return -1;
	for (; *p >= '0' && *p <= '9' && n < NUMBER_MAX; p++)
		n = n * 10 + (*p - '0');
	return n;
}

int
escape_number(const struct escape *escape, int place)
{
	const char *p = escape->parameters + strspn(escape->parameters, "<=>?");

	for (; place > 0; place--) {
		p += strcspn(p, ";");
		p += *p == ';';
	}
	return escape_number_at(p);
}
