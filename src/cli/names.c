#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "job/name.h"
#include "reading.h"
#include "scope/feed_plan.h"

/* Messages show them, and labels and files are made of them. */
static const char *
what_is_wrong(const char *name, size_t len)
{
	if (len == 0)
		return "no name (try web)";
	if (len >= NAME_SIZE)
		return "too long for a name (100 bytes at most)";
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] < ' ' || name[i] == '\177')
			return "no name: it has a control character";
	return NULL;
}

int
names_take(
    struct reading *reading, const char *value, size_t len, const char **ret)
{
	const char *why = what_is_wrong(value, len);
	char *name = xmemdup0(value, len);
	int result = 0;

	if (why != NULL)
		result = reading_bad(reading, name, why);
	else
		*ret = reading_keep(reading, name);
	free(name);
	return result;
}

int
names_set(struct reading *reading, const char *value)
{
	struct options *options = &reading->options;
	size_t n = 0;

	for (const char *end = value - 1; end != NULL;) {
		const char *name = end + 1;
		size_t len = strcspn(name, ",");

		end = strchr(name, ',');
		while (len > 0 && *name == ' ')
			name++, len--;
		while (len > 0 && name[len - 1] == ' ')
			len--;
		options->names = xreallocarray(
		    options->names, n + 1, sizeof(*options->names));
		options->names[n] = NULL;
		if (len > 0 &&
		    names_take(reading, name, len, &options->names[n]) < 0)
			return -1;
		n++;
	}
	options->scope.names = options->names;
	options->scope.n_names = n;
	return 0;
}

/* The nth name that the user gave, of commands first; NULL if it is left out.
 */
static const char *
nth(const struct scope_options *scope, size_t n)
{
	return n < scope->n_names ? scope->names[n]
				  : scope->plan[n - scope->n_names].name;
}

int
names_conclude(const struct reading *reading)
{
	const struct scope_options *scope = &reading->options.scope;
	size_t n = scope->n_names + scope->n_plan;
	size_t commands = reading->options.words.len;

	if (reading->listed && scope->n_names > commands) {
		msg_warn("--names: %zu names for %zu command%s", scope->n_names,
		    commands, commands == 1 ? "" : "s");
		return -1;
	}
	for (size_t i = 1; i < n; i++)
		for (size_t j = 0; nth(scope, i) != NULL && j < i; j++)
			if (nth(scope, j) != NULL &&
			    strcmp(nth(scope, i), nth(scope, j)) == 0) {
				msg_warn("two jobs have the name '%s' (give "
					 "each another one)",
				    nth(scope, i));
				return -1;
			}
	return 0;
}
