#include "keys.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "column.h"
#include "line.h"
#include "perl.h"

struct line {
	size_t end;
	struct argument value; /* of the column */
};

struct keys {
	struct keys_options options;
	size_t number; /* of the code */
	struct line *lines;
	size_t n, cap;
	uint64_t question; /* what is asked for these lines */
	bool split;        /* lines are those that are asked for */
};

struct keys *
keys_new(const struct keys_options *options, char **ret_error)
{
	struct keys *keys = xcalloc(1, sizeof(*keys));

	keys->options = *options;
	if (options->perl == NULL ||
	    perl_define(
		options->perl, options->code, &keys->number, ret_error) == 0)
		return keys;
	free(keys);
	return NULL;
}

void
keys_free(struct keys *keys)
{
	if (keys == NULL)
		return;
	free(keys->lines);
	free(keys);
}

static void
add(struct keys *keys, size_t end, const struct argument *value)
{
	if (keys->n == keys->cap) {
		keys->cap = keys->cap * 2 + 64;
		keys->lines =
		    xreallocarray(keys->lines, keys->cap, sizeof(*keys->lines));
	}
	keys->lines[keys->n++] = (struct line){ end, *value };
}

static void
split(struct keys *keys, const char *data, size_t len)
{
	const struct keys_options *options = &keys->options;
	size_t at = 0;

	column_forget(options->column);
	keys->n = 0;
	while (at < len) {
		size_t end = line_end(options->csv, data, len, at);
		struct argument value;

		end = end > 0 ? end : len;
		value = column_value(options->column, data + at, end - at);
		add(keys, end, &value);
		at = end;
	}
	keys->split = true;
	keys->question++;
}

enum source_state
keys_find(struct keys *keys, const char *data, size_t len)
{
	struct perl *perl = keys->options.perl;
	enum source_state state;

	if (!keys->split)
		split(keys, data, len);
	if (perl == NULL) {
		keys->split = false;
		return SOURCE_RECORD;
	}
	if (!perl_is_asked_values(perl, keys, keys->question) &&
	    perl_begin_values(perl, keys, keys->question, keys->number))
		for (size_t i = 0; i < keys->n; i++)
			perl_add_value(perl, &keys->lines[i].value);
	state = perl_answer(perl);
	if (state != SOURCE_RECORD)
		return state;
	for (size_t i = 0; i < keys->n; i++)
		keys->lines[i].value = perl_changed(perl, i);
	keys->split = false;
	return SOURCE_RECORD;
}

size_t
keys_lines(const struct keys *keys)
{
	return keys->n;
}

size_t
keys_line_end(const struct keys *keys, size_t line)
{
	return keys->lines[line].end;
}

struct argument
keys_of(const struct keys *keys, size_t line)
{
	return keys->lines[line].value;
}

bool
keys_are_awaited(const struct keys *keys)
{
	return keys->split;
}

int
keys_fd(const struct keys *keys)
{
	return keys->options.perl != NULL ? perl_fd(keys->options.perl) : -1;
}

const char *
keys_error(const struct keys *keys)
{
	return keys->options.perl != NULL ? perl_error(keys->options.perl)
					  : NULL;
}
