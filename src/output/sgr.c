#include "sgr.h"

#include <stdio.h>
#include <string.h>

#define ESCAPE '\033'
#define BIT(code) ((uint64_t)1 << (code))

/* A code that turns attributes off, and a bit for each of these. */
static const struct {
	int code;
	uint64_t off;
} ends[] = {
	{ 22, BIT(1) | BIT(2) },
	{ 23, BIT(3) | BIT(20) },
	{ 24, BIT(4) | BIT(21) },
	{ 25, BIT(5) | BIT(6) },
	{ 27, BIT(7) },
	{ 28, BIT(8) },
	{ 29, BIT(9) },
	{ 54, BIT(51) | BIT(52) },
	{ 55, BIT(53) },
};

/* All that can be turned on and is no colour. */
#define ATTRIBUTES                                                             \
	(BIT(1) | BIT(2) | BIT(3) | BIT(4) | BIT(5) | BIT(6) | BIT(7) |        \
	    BIT(8) | BIT(9) | BIT(20) | BIT(21) | BIT(51) | BIT(52) | BIT(53))

/* The number that is at p; nothing is 0. */
static int
number(const char *p)
{
	int n = escape_number_at(p);

	return n > 0 ? n : 0;
}

static void
clear(struct sgr *sgr)
{
	sgr->on = 0;
	for (int i = 0; i < SGR_COLOURS; i++)
		sgr->colours[i][0] = '\0';
}

/* How many more parameters belong to 38, 48 or 58, which begins at p. */
static int
count_more(const char *p)
{
	const char *next = strchr(p, ';');
	int kind;

	if (next == NULL || memchr(p, ':', (size_t)(next - p)) != NULL)
		return 0;
	kind = number(next + 1);
	return kind == 2 ? 4 : kind == 5 ? 2 : 0;
}

/* Stores the parameters from p to end as a colour. */
static void
set_colour(
    struct sgr *sgr, enum sgr_colour which, const char *p, const char *end)
{
	size_t len = (size_t)(end - p);

	if (len >= SGR_COLOUR_MAX)
		return;
	memcpy(sgr->colours[which], p, len);
	sgr->colours[which][len] = '\0';
}

/* Which colour the code is about; SGR_COLOURS: none. */
static enum sgr_colour
colour_of(int code)
{
	if ((code >= 30 && code <= 39) || (code >= 90 && code <= 97))
		return SGR_FOREGROUND;
	if ((code >= 40 && code <= 49) || (code >= 100 && code <= 107))
		return SGR_BACKGROUND;
	if (code == 58 || code == 59)
		return SGR_UNDERLINE;
	return SGR_COLOURS;
}

/* Does what the parameter at p says, and returns the end of it. */
static const char *
apply_one(struct sgr *sgr, const char *p)
{
	int code = number(p);
	enum sgr_colour colour = colour_of(code);
	int more = code == 38 || code == 48 || code == 58 ? count_more(p) : 0;
	const char *end = p + strcspn(p, ";");
	bool off = code == 4 && strncmp(p, "4:0", strlen("4:0")) == 0;

	for (; more > 0 && *end == ';'; more--)
		end += 1 + strcspn(end + 1, ";");
	if (code == 0)
		clear(sgr);
	else if (code == 39 || code == 49 || code == 59)
		sgr->colours[colour][0] = '\0';
	else if (colour != SGR_COLOURS)
		set_colour(sgr, colour, p, end);
	else if (code > 0 && code < 64 && (ATTRIBUTES & BIT(code)) != 0)
		sgr->on = off ? sgr->on & ~BIT(code) : sgr->on | BIT(code);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (ends[i].code == code)
			sgr->on &= ~ends[i].off;
	return end;
}

/* The sequence is complete. */
static void
apply(struct sgr *sgr)
{
	const char *p = sgr->escape.parameters;

	for (p = apply_one(sgr, p); *p == ';'; p = apply_one(sgr, p + 1))
		;
	sgr->open = sgr->on != 0;
	for (int i = 0; i < SGR_COLOURS; i++)
		sgr->open |= sgr->colours[i][0] != '\0';
}

void
sgr_follow(struct sgr *sgr, const char *data, size_t len)
{
	const char *end = data + len;

	while (data < end) {
		enum escape_part part;

		if (sgr->escape.state == ESCAPE_NONE)
			data = memchr(data, ESCAPE, (size_t)(end - data));
		if (data == NULL)
			return;
		part = escape_take_part(&sgr->escape, &data, end);
		if (part == ESCAPE_CONTROL_END && data[-1] == 'm' &&
		    escape_is_plain(&sgr->escape)) {
			apply(sgr);
		} else if (part == ESCAPE_SHORT_END && data[-1] == 'c') {
			clear(sgr); /* it resets the terminal */
			sgr->open = false;
		}
	}
}

size_t
sgr_restore(const struct sgr *sgr, char buf[SGR_RESTORE_MAX])
{
	size_t len = 0;

	for (int code = 1; code < 64; code++)
		if ((sgr->on & BIT(code)) != 0)
			len +=
			    (size_t)snprintf(buf + len, SGR_RESTORE_MAX - len,
				"%s%d", len == 0 ? "\033[" : ";", code);
	for (int i = 0; i < SGR_COLOURS; i++)
		if (sgr->colours[i][0] != '\0')
			len += (size_t)snprintf(buf + len,
			    SGR_RESTORE_MAX - len, "%s%s",
			    len == 0 ? "\033[" : ";", sgr->colours[i]);
	buf[len++] = 'm';
	return len;
}
