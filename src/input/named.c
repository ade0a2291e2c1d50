#include "named.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "perl_expression.h"

/*
 * Puts the number of a column for its name in {NAME} {NAME/} {NAME//} {NAME.}
 * {NAME/.}, as GNU parallel does.  Returns a new string.
 */
static char *
replace_plain(const char *word, char *const *names, size_t n_names)
{
	static const char *const ends[] = { "}", "/}", "//}", ".}", "/.}" };
	char *text = xstrdup(word);

	for (size_t id = 0; id < n_names; id++) {
		size_t len = strlen(names[id]);
		struct buf out = BUF_INIT;

		for (const char *s = text; *s != '\0';) {
			const char *end = NULL;

			if (len > 0 && *s == '{' &&
			    strncmp(s + 1, names[id], len) == 0)
				for (size_t i = 0; i < 5 && end == NULL; i++)
					if (strncmp(s + 1 + len, ends[i],
						strlen(ends[i])) == 0)
						end = s + 1 + len;
			if (end != NULL) {
				buf_printf(&out, "{%zu", id + 1);
				s = end;
			} else {
				buf_append(&out, s++, 1);
			}
		}
		free(text);
		text = buf_detach(&out);
	}
	return text;
}

/* The same in front of code between parentheses: {=NAME s/a/b/ =}. */
static char *
replace_in_code(const char *word, char *const *names, size_t n_names,
    const struct perl_expression_syntax *perl)
{
	size_t left = strlen(perl->left);
	struct buf out = BUF_INIT;

	for (const char *s = word; *s != '\0';) {
		size_t id = n_names;

		if (strncmp(s, perl->left, left) == 0)
			for (id = 0; id < n_names; id++)
				if (*names[id] != '\0' &&
				    strncmp(s + left, names[id],
					strlen(names[id])) == 0)
					break;
		if (id == n_names) {
			buf_append(&out, s++, 1);
			continue;
		}
		buf_printf(&out, "%s%zu", perl->left, id + 1);
		s += left + strlen(names[id]);
	}
	return buf_detach(&out);
}

char *
named_replace(const char *word, char *const *names, size_t n_names,
    const struct perl_expression_syntax *perl)
{
	char *plain = replace_plain(word, names, n_names), *both;

	if (perl->left == NULL)
		return plain;
	both = replace_in_code(plain, names, n_names, perl);
	free(plain);
	return both;
}
