#include "pattern.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/regex.h"
#include "base/xalloc.h"

struct pattern {
	bool simple;   /* bytes and dots alone: matched without regexec(3) */
	bool at_start; /* it matches only at the start of a text */
	bool at_end;   /* it matches only at the end of a text */
	size_t len;    /* if simple: how many bytes and dots it is */
	char *bytes;   /* if simple: what they are */
	bool *any;     /* if simple: which of them are dots */
	regex_t regex; /* if not simple */
};

/*
 * The byte that \xH or \xHH stands for.  *s is at the x, and is moved to the
 * last digit.
 */
static int
hex_byte(const char **s)
{
	static const char digits[] = "0123456789abcdef";
	int byte = 0;

	for (int i = 0; i < 2; i++) {
		char c = (*s)[1];
		const char *digit;

		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		digit = c != '\0' ? strchr(digits, c) : NULL;
		if (digit == NULL)
			break;
		byte = byte * 16 + (int)(digit - digits);
		++*s;
	}
	return byte;
}

/*
 * The byte that a backslash and what is at *s stand for, or -1 if that is no
 * byte.  *s is moved to the last character of it.
 */
static int
escaped_byte(const char **s)
{
	static const char names[] = "tnrfae", bytes[] = "\t\n\r\f\a\033";
	const char *name;
	char c = **s;

	if (c == '\0')
		return -1;
	if (c == 'x')
		return hex_byte(s);
	name = strchr(names, c);
	if (name != NULL)
		return bytes[name - names];
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		(c >= 'A' && c <= 'Z')
	    ? -1
	    : (unsigned char)c;
}

/* Tries to make p of bytes and dots.  False if text has more than that. */
static bool
init_simple(struct pattern *p, const char *text)
{
	size_t room = strlen(text);

	p->bytes = xcalloc(room + 1, 1);
	p->any = xcalloc(room + 1, sizeof(*p->any));
	for (; *text != '\0'; text++) {
		int byte = (unsigned char)*text;

		if (strchr("[](){}*+?^$|", *text) != NULL)
			return false;
		if (*text == '\\') {
			text++;
			byte = escaped_byte(&text);
			if (byte <= 0)
				return false;
		} else {
			p->any[p->len] = *text == '.';
		}
		p->bytes[p->len++] = (char)byte;
	}
	p->simple = true;
	return true;
}

/*
 * Which members of a bracket expression there are that POSIX takes for members
 * only in a certain place: "]" first, "^" not first, "-" last.
 */
struct bracket {
	bool closing;
	bool caret;
	bool dash;
};

/*
 * Translates what follows a backslash between brackets, which means nothing
 * special to POSIX there.  False if it is nothing that can be translated.
 */
static bool
translate_bracket_escape(
    const char **s, struct buf *body, struct bracket *special)
{
	const char *class = regex_class(**s);
	int byte;
	char c;

	if (class != NULL && **s >= 'a') {
		buf_puts(body, class);
		return true;
	}
	byte = escaped_byte(s);
	if (byte <= 0)
		return false;
	c = (char)byte;
	if (c == ']')
		special->closing = true;
	else if (c == '^')
		special->caret = true;
	else if (c == '-')
		special->dash = true;
	else
		buf_append(body, &c, 1);
	return true;
}

/*
 * Translates the bracket expression that begins at *s, and leaves *s at its
 * end.  False if it has no end, or something that cannot be translated.
 */
static bool
translate_bracket(const char **s, struct buf *out)
{
	struct buf body = BUF_INIT;
	struct bracket special = { .closing = false };
	bool good = true;

	buf_puts(out, "[");
	++*s;
	if (**s == '^') {
		buf_puts(out, "^");
		++*s;
	}
	for (size_t i = 0; good && **s != '\0' && (**s != ']' || i == 0);
	     i++, ++*s) {
		const char *end;

		if (**s == '[' && (*s)[1] == ':' &&
		    (end = strstr(*s, ":]")) != NULL) {
			buf_append(&body, *s, (size_t)(end + 2 - *s));
			*s = end + 1;
		} else if (**s == '\\') {
			++*s;
			good = translate_bracket_escape(s, &body, &special);
		} else if (**s == ']') {
			special.closing = true;
		} else {
			buf_append(&body, *s, 1);
		}
	}
	if (special.closing)
		buf_puts(out, "]");
	buf_append(out, body.data, body.len);
	if (special.caret)
		buf_puts(out, "^");
	if (special.dash)
		buf_puts(out, "-");
	buf_puts(out, "]");
	good = good && **s == ']';
	buf_release(&body);
	return good;
}

/* Translates what follows a backslash.  False if that is not possible. */
static bool
translate_escape(const char **s, struct buf *out)
{
	const char *class = regex_class(**s);
	int byte;
	char c;

	if (class != NULL) {
		buf_printf(out, **s >= 'a' ? "[%s]" : "[^%s]", class);
		return true;
	}
	if (**s >= '1' && **s <= '9') { /* regex_compile() says why not */
		buf_printf(out, "\\%c", **s);
		return true;
	}
	byte = escaped_byte(s);
	if (byte <= 0)
		return false;
	c = (char)byte;
	if (strchr(".[](){}*+?^$|\\", c) != NULL)
		buf_puts(out, "\\");
	buf_append(out, &c, 1);
	return true;
}

/*
 * Translates Perl's spelling to that of POSIX.  False if s has something that
 * POSIX has not.
 */
static bool
translate(const char *s, struct buf *out)
{
	char before, last = '\0'; /* NUL also for what is escaped */

	for (; *s != '\0'; s++) {
		bool again = last != '\0' && strchr("*+?}", last) != NULL;

		before = last;
		last = *s == '\\' ? '\0' : *s;
		if (*s == '\\') {
			if (*++s == '\0' || !translate_escape(&s, out))
				return false;
		} else if (*s == '[') {
			if (!translate_bracket(&s, out))
				return false;
		} else if (*s == '?' && before == '(') {
			if (*++s != ':') /* (?: is a group like any other */
				return false;
		} else if ((*s == '?' || *s == '+') && again) {
			return false; /* lazy, possessive */
		} else if (*s == '.') {
			buf_puts(out, "[^\n]");
		} else {
			buf_append(out, s, 1);
		}
	}
	return true;
}

static int
compile(struct pattern *p, const char *before, const char *text,
    const char *after, char **ret_why)
{
	struct buf out = BUF_INIT;
	char *regex;
	int result;

	buf_puts(&out, before);
	if (!translate(text, &out)) {
		buf_release(&out);
		*ret_why = xstrdup("not a POSIX extended regular expression");
		return -1;
	}
	buf_puts(&out, after);
	regex = buf_detach(&out);
	result = regex_compile(&p->regex, regex, 0, ret_why);
	free(regex);
	return result;
}

struct pattern *
pattern_new(
    const char *before, const char *text, const char *after, char **ret_why)
{
	struct pattern *p = xcalloc(1, sizeof(*p));

	p->at_start = strchr(before, '^') != NULL;
	p->at_end = strchr(after, '$') != NULL;
	if (!init_simple(p, text) &&
	    compile(p, before, text, after, ret_why) < 0) {
		p->simple = true; /* nothing for regfree(3) */
		pattern_free(p);
		return NULL;
	}
	return p;
}

void
pattern_free(struct pattern *p)
{
	if (p == NULL)
		return;
	if (!p->simple)
		regfree(&p->regex);
	free(p->bytes);
	free(p->any);
	free(p);
}

static bool
matches_at(const struct pattern *p, const char *text)
{
	for (size_t i = 0; i < p->len; i++)
		if (p->any[i] ? text[i] == '\n' : text[i] != p->bytes[i])
			return false;
	return true;
}

static bool
find_simple(const struct pattern *p, const char *text, size_t len, size_t from,
    size_t *ret_start, size_t *ret_end)
{
	size_t last;

	if (p->len > len)
		return false;
	last = len - p->len;
	if (p->at_end && from < last)
		from = last;
	if (p->at_start && last > 0)
		last = 0;
	for (size_t i = from; i <= last; i++)
		if (matches_at(p, text + i)) {
			*ret_start = i;
			*ret_end = i + p->len;
			return true;
		}
	return false;
}

/*
 * With REG_STARTEND regexec(3) need not look for the end of the text each time:
 * a record of megabytes has very many columns.
 */
static bool
find_regex(const struct pattern *p, const char *text, size_t len, size_t from,
    size_t *ret_start, size_t *ret_end)
{
	regmatch_t match = { .rm_so = (regoff_t)from, .rm_eo = (regoff_t)len };
	int flags = REG_STARTEND | (from > 0 ? REG_NOTBOL : 0);

	if (len > INT_MAX || regexec(&p->regex, text, 1, &match, flags) != 0)
		return false;
	*ret_start = (size_t)match.rm_so;
	*ret_end = (size_t)match.rm_eo;
	return true;
}

static bool
find(const struct pattern *p, const char *text, size_t len, size_t from,
    size_t *ret_start, size_t *ret_end)
{
	if (from > len || (p->at_start && from > 0))
		return false;
	return p->simple ? find_simple(p, text, len, from, ret_start, ret_end)
			 : find_regex(p, text, len, from, ret_start, ret_end);
}

bool
pattern_find(const struct pattern *p, const char *text, size_t len, size_t from,
    size_t *ret_start, size_t *ret_end)
{
	bool found = find(p, text, len, from, ret_start, ret_end);
	size_t start, end;
	char *shorter;

	if (!p->at_end || len == 0 || text[len - 1] != '\n')
		return found;
	/* perl's $ also matches before a newline at the end */
	shorter = xmemdup0(text, len - 1);
	if (find(p, shorter, len - 1, from, &start, &end) &&
	    (!found || start < *ret_start)) {
		found = true;
		*ret_start = start;
		*ret_end = end;
	}
	free(shorter);
	return found;
}

int
pattern_byte(const struct pattern *p)
{
	if (!p->simple || p->len != 1 || p->any[0] || p->at_start || p->at_end)
		return -1;
	return (unsigned char)p->bytes[0];
}
