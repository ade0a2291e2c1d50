#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "job/name.h"
#include "reading.h"
#include "scope/feed_plan.h"

/* Why this cannot be the name of a job, for reading_bad(); NULL: it can. */
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
	options->scope.names.chosen = options->names;
	options->scope.names.n_chosen = n;
	return 0;
}

/* The nth name that the user gave, of commands first; NULL if it is left out.
 */
static const char *
nth(const struct scope_options *scope, size_t n)
{
	return n < scope->names.n_chosen
	    ? scope->names.chosen[n]
	    : scope->plan.items[n - scope->names.n_chosen].name;
}

/* A listed command, and what it is called. */
struct listed {
	size_t number; /* from 1 */
	bool chosen;   /* the user chose the name */
	char name[NAME_SIZE];
};

static int
by_name(const void *a, const void *b)
{
	const struct listed *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	return order != 0 ? order : left->number < right->number ? -1 : 1;
}

/*
 * The names that labels of listed commands have: chosen by the user, or that of
 * the program, with the number of the job if another has it, too.
 */
static void
name_listed(struct reading *reading)
{
	struct options *options = &reading->options;
	const struct strvec *words = &options->words;
	struct listed *all = xcalloc(words->len, sizeof(*all));

	for (size_t i = 0; i < words->len; i++) {
		const char *chosen = i < options->scope.names.n_chosen
		    ? options->scope.names.chosen[i]
		    : NULL;

		all[i].number = i + 1;
		all[i].chosen = chosen != NULL;
		if (chosen != NULL)
			strlcpy(all[i].name, chosen, NAME_SIZE);
		else
			name_of_command(words->items[i],
			    strlen(words->items[i]), all[i].name);
	}
	qsort(all, words->len, sizeof(*all), by_name);
	options->label_names =
	    xcalloc(words->len, sizeof(*options->label_names));
	for (size_t i = 0; i < words->len; i++) {
		bool same =
		    (i > 0 && strcmp(all[i].name, all[i - 1].name) == 0) ||
		    (i + 1 < words->len &&
			strcmp(all[i].name, all[i + 1].name) == 0);

		if (same && !all[i].chosen)
			strvec_pushf(&options->kept, "%s %zu", all[i].name,
			    all[i].number);
		else
			strvec_push(&options->kept, all[i].name);
		options->label_names[all[i].number - 1] =
		    options->kept.items[options->kept.len - 1];
	}
	free(all);
	options->scope.names.in_labels = options->label_names;
}

/* True if each listed command becomes a job, the first one job 1. */
static bool
is_in_order(const struct options *options)
{
	for (size_t i = 0; i < options->words.len; i++) {
		const char *word = options->words.items[i];

		if (word[strspn(word, " \t\n")] == '\0')
			return false; /* it is skipped */
	}
	return !options->template.shuffle;
}

int
names_conclude(struct reading *reading)
{
	const struct scope_options *scope = &reading->options.scope;
	size_t n = scope->names.n_chosen + scope->plan.n;
	size_t commands = reading->options.words.len;

	if (reading->options.template.shuffle && scope->names.n_chosen > 0) {
		msg_warn("--names and --shuf do not go together: names are "
			 "given to commands in their order");
		return -1;
	}
	if (reading->listed && scope->names.n_chosen > commands) {
		msg_warn("--names: %zu names for %zu command%s",
		    scope->names.n_chosen, commands, commands == 1 ? "" : "s");
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
	if (is_in_order(&reading->options) && reading->listed &&
	    reading->options.template.tag != NULL)
		name_listed(reading);
	return 0;
}
