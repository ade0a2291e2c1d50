#include "regex.h"

#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "xalloc.h"

/*
 * Where the bracket expression ends that begins at s: at its "]", or at the end
 * of the string if it has none.  In it neither a backslash is special, nor "]"
 * where it comes first or is part of [:NAME:], [.NAME.] or [=NAME=].
 */
static const char *
bracket_end(const char *s)
{
	s++;
	if (*s == '^')
		s++;
	if (*s == ']')
		s++;
	while (*s != ']' && *s != '\0') {
		if (*s == '[' && s[1] != '\0' && strchr(":.=", s[1]) != NULL) {
			const char close[] = { s[1], ']', '\0' };
			const char *end = strstr(s + 2, close);

			if (end == NULL)
				return s + strlen(s);
			s = end + 1;
		}
		s++;
	}
	return s;
}

/* Whether a backslash and a digit other than 0 stand for an earlier group. */
static bool
has_back_reference(const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '[')
			s = bracket_end(s);
		else if (*s == '\\' && *++s >= '1' && *s <= '9')
			return true;
		if (*s == '\0')
			break;
	}
	return false;
}

int
regex_compile(regex_t *ret, const char *text, int flags, char **ret_why)
{
	char why[128] = "those have no back-references";

	if (!has_back_reference(text)) {
		int error = regcomp(ret, text, REG_EXTENDED | flags);

		if (error == 0)
			return 0;
		regerror(error, ret, why, sizeof(why));
	}
	*ret_why = xasprintf("not an extended regular expression: %s", why);
	return -1;
}

const char *
regex_class(char c)
{
	switch (c) {
	case 'd':
	case 'D':
		return "0-9";
	case 's':
	case 'S':
		return "[:space:]";
	case 'w':
	case 'W':
		return "[:alnum:]_";
	default:
		return NULL;
	}
}

/* Appends the bracket expression at s; returns where it ends. */
static const char *
spell_out_bracket(const char *s, struct buf *out)
{
	const char *end = bracket_end(s);

	for (; s < end; s++) {
		bool is_class =
		    *s == '\\' && s[1] >= 'a' && regex_class(s[1]) != NULL;

		if (is_class)
			buf_puts(out, regex_class(*++s));
		else
			buf_append(out, s, 1);
	}
	return end;
}

char *
regex_spell_out(const char *text)
{
	struct buf out = BUF_INIT;
	const char *class;

	for (const char *s = text; *s != '\0'; s++) {
		if (*s == '[')
			s = spell_out_bracket(s, &out);
		if (*s == '\0')
			break;
		if (*s != '\\' || s[1] == '\0') {
			buf_append(&out, s, 1);
			continue;
		}
		class = regex_class(*++s);
		if (class != NULL)
			buf_printf(&out, *s >= 'a' ? "[%s]" : "[^%s]", class);
		else
			buf_append(&out, s - 1, 2);
	}
	return buf_detach(&out);
}
