#include "regex.h"

#include <stdbool.h>
#include <string.h>

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
