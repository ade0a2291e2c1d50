#include "arguments.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "columns.h"

/*
 * An input source, and copies of the values that rows are made of.  The values
 * are numbered from 0.
 */
struct input {
	struct values *values;
	bool ended;       /* values has no more */
	bool keep;        /* all values are kept; else only the last one */
	uint64_t n;       /* how many values were taken so far */
	struct buf bytes; /* the values that are kept, a NUL behind each */
	size_t *starts;   /* offset in bytes of each value that is kept */
	size_t cap;       /* room in starts */
};

/* Sources that go side by side: their values with one number make a row. */
struct group {
	size_t first; /* the first source of the group */
	size_t end;   /* the first source behind the group */
	uint64_t at;  /* the number of the values in the last row */
};

struct arguments {
	const struct arguments_options *options;
	struct input *inputs;
	size_t n_inputs;
	struct group *groups;
	size_t n_groups;
	bool started;            /* a row was made */
	bool ended;              /* no rows are left */
	size_t headers;          /* how many sources gave their header */
	size_t waiting;          /* the source that was asked last */
	const char *error;       /* the reason for SOURCE_ERROR, or NULL */
	struct columns *columns; /* cuts values; NULL: they are not cut */
	char *row_error; /* what error points to if a row is bad; owned */
	enum trim trim;
	struct buf row_bytes;  /* a copy of the value that is being cut */
	struct argument *args; /* the row that was made last */
	size_t n_args;
	size_t cap_args;
};

static const struct arguments_source standard_input = { .path = "-" };

static bool
is_standard_input(const struct arguments_source *source)
{
	return source->path != NULL && strcmp(source->path, "-") == 0;
}

/* Two readers of standard input would each get what the other left. */
static int
check_sources(const struct arguments_options *options, char **ret_error)
{
	size_t n = 0;

	for (size_t i = 0; i < options->n_sources; i++)
		n += is_standard_input(&options->sources[i]);
	if (n < 2)
		return 0;
	*ret_error = xstrdup("standard input can only be one source of "
			     "arguments (try -N 2 or --colsep)");
	return -1;
}

static int
open_inputs(struct arguments *a, struct budget *budget, char **ret_error)
{
	const struct arguments_options *options = a->options;
	const struct arguments_source *sources = options->sources;
	size_t n = options->n_sources;

	if (n == 0) {
		sources = &standard_input;
		n = 1;
	}
	a->inputs = xcalloc(n, sizeof(*a->inputs));
	for (; a->n_inputs < n; a->n_inputs++) {
		const struct arguments_source *s = &sources[a->n_inputs];
		struct input *input = &a->inputs[a->n_inputs];

		if (s->path == NULL) {
			input->values = values_from_words(
			    s->words, s->n_words, &options->values, budget);
			continue;
		}
		input->values =
		    values_from_file(s->path, &options->values, budget);
		if (input->values != NULL)
			continue;
		*ret_error = xasprintf("cannot read arguments from '%s': %s",
		    s->path, strerror(errno));
		return -1;
	}
	return 0;
}

/*
 * Multiplied, the values of the first group are needed once, those of the
 * others again and again; with --link all may be, if short sources start over.
 */
static void
form_groups(struct arguments *a)
{
	a->groups = xcalloc(a->n_inputs, sizeof(*a->groups));
	for (size_t i = 0; i < a->n_inputs; i++) {
		bool linked = i > 0 &&
		    (a->options->link || a->options->sources[i].linked);

		if (!linked)
			a->groups[a->n_groups++].first = i;
		a->groups[a->n_groups - 1].end = i + 1;
		a->inputs[i].keep =
		    a->n_groups > 1 || (a->options->link && a->n_inputs > 1);
	}
}

struct arguments *
arguments_new(const struct arguments_options *options, struct budget *budget,
    char **ret_error)
{
	struct arguments *a = xcalloc(1, sizeof(*a));
	const char *separator = options->colsep;
	char *why;

	a->options = options;
	a->trim = options->trim;
	if (a->trim == TRIM_DEFAULT)
		a->trim = separator != NULL ? TRIM_BOTH : TRIM_NONE;
	if (separator == NULL && options->csv)
		separator = ",";
	if (separator == NULL && options->header)
		separator = "\t";
	if (options->csv)
		a->columns = columns_new_csv(separator, &why);
	else if (separator != NULL)
		a->columns = columns_new(separator, &why);
	if (separator != NULL && a->columns == NULL) {
		*ret_error = xasprintf("--colsep: '%s': %s", separator, why);
		free(why);
		arguments_free(a);
		return NULL;
	}
	if (check_sources(options, ret_error) < 0 ||
	    open_inputs(a, budget, ret_error) < 0) {
		arguments_free(a);
		return NULL;
	}
	if (options->skip_first)
		values_skip(a->inputs[0].values);
	form_groups(a);
	return a;
}

void
arguments_free(struct arguments *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < a->n_inputs; i++) {
		values_free(a->inputs[i].values);
		buf_release(&a->inputs[i].bytes);
		free(a->inputs[i].starts);
	}
	free(a->inputs);
	free(a->groups);
	columns_free(a->columns);
	free(a->row_error);
	buf_release(&a->row_bytes);
	free(a->args);
	free(a);
}

/* Copies a value that was taken. */
static void
remember(struct input *input, const char *text, size_t len)
{
	size_t slot = input->keep ? (size_t)input->n : 0;

	if (slot >= input->cap) {
		input->cap = input->cap * 2 + 8;
		input->starts = xreallocarray(
		    input->starts, input->cap, sizeof(*input->starts));
	}
	if (!input->keep)
		input->bytes.len = 0;
	input->starts[slot] = input->bytes.len;
	buf_append(&input->bytes, text, len);
	buf_append(&input->bytes, "", 1);
	input->n++;
}

/* The value number at; if not all are kept, the last one. */
static struct argument
recall(const struct input *input, uint64_t at)
{
	size_t slot = input->keep ? (size_t)at : 0;
	size_t start = input->starts[slot];
	size_t end = input->keep && at + 1 < input->n ? input->starts[slot + 1]
						      : input->bytes.len;

	return (struct argument){ .text = input->bytes.data + start,
		.len = end - start - 1 };
}

/* True if asking a source has told all that it can: an item, or the end. */
static bool
is_answer(enum source_state state)
{
	return state == SOURCE_RECORD || state == SOURCE_END;
}

/*
 * Takes the values of source i up to number at, unless they were taken already.
 * SOURCE_END if there are not so many.
 */
static enum source_state
reach(struct arguments *a, size_t i, uint64_t at)
{
	struct input *input = &a->inputs[i];

	while (input->n <= at) {
		const char *text;
		size_t len;
		enum source_state state;

		if (input->ended)
			return SOURCE_END;
		state = values_next(input->values, &text, &len);
		a->waiting = i;
		if (state == SOURCE_ERROR)
			a->error = values_error(input->values);
		if (state == SOURCE_END)
			input->ended = true;
		if (state != SOURCE_RECORD)
			return state;
		remember(input, text, len);
	}
	return SOURCE_RECORD;
}

/*
 * Takes the first value of each source; a source without any gets an empty one.
 * SOURCE_END if all are without.
 */
static enum source_state
reach_first(struct arguments *a)
{
	bool any = false;

	for (size_t i = 0; i < a->n_inputs; i++) {
		enum source_state state = reach(a, i, 0);

		if (!is_answer(state))
			return state;
		any |= state == SOURCE_RECORD;
	}
	if (!any)
		return SOURCE_END;
	for (size_t i = 0; i < a->n_inputs; i++)
		if (a->inputs[i].n == 0)
			remember(&a->inputs[i], "", 0);
	return SOURCE_RECORD;
}

/* Moves the group to its next value.  SOURCE_END if it has no more. */
static enum source_state
advance(struct arguments *a, struct group *group)
{
	for (size_t i = group->first; i < group->end; i++) {
		enum source_state state = reach(a, i, group->at + 1);

		if (state != SOURCE_RECORD)
			return state;
	}
	group->at++;
	return SOURCE_RECORD;
}

/*
 * Moves the last group that has a next value to it, and those behind that group
 * back to their first: so the last varies fastest.
 */
static enum source_state
advance_groups(struct arguments *a)
{
	for (size_t g = a->n_groups; g-- > 0;) {
		enum source_state state = advance(a, &a->groups[g]);

		if (!is_answer(state))
			return state;
		if (state == SOURCE_RECORD) {
			while (++g < a->n_groups)
				a->groups[g].at = 0;
			return SOURCE_RECORD;
		}
	}
	return SOURCE_END;
}

/* A source that outlasts all others never starts over: it need not be kept. */
static void
keep_linked(struct arguments *a)
{
	struct input *last = NULL;
	size_t n = 0;

	for (size_t i = 0; i < a->n_inputs; i++)
		if (!a->inputs[i].ended) {
			last = &a->inputs[i];
			n++;
		}
	if (n == 1)
		last->keep = false;
}

/* --link: each source's next value; those that have ended start over. */
static enum source_state
advance_linked(struct arguments *a)
{
	uint64_t at = a->groups[0].at + 1;
	bool any = false;

	keep_linked(a);
	for (size_t i = 0; i < a->n_inputs; i++) {
		enum source_state state = reach(a, i, at);

		if (!is_answer(state))
			return state;
		any |= state == SOURCE_RECORD;
	}
	if (any)
		a->groups[0].at = at;
	return any ? SOURCE_RECORD : SOURCE_END;
}

/* Appends an argument to the row, trimmed. */
static void
add(struct arguments *a, struct argument arg)
{
	const char *end = arg.text + arg.len;

	if (a->trim == TRIM_LEFT || a->trim == TRIM_BOTH)
		while (
		    arg.text < end && strchr(" \t\n\r\v\f", *arg.text) != NULL)
			arg.text++;
	if (a->trim == TRIM_RIGHT || a->trim == TRIM_BOTH)
		while (end > arg.text && strchr(" \t\n\r\v\f", end[-1]) != NULL)
			end--;
	arg.len = (size_t)(end - arg.text);
	if (a->n_args == a->cap_args) {
		a->cap_args = a->cap_args * 2 + 8;
		a->args = xreallocarray(a->args, a->cap_args, sizeof(*a->args));
	}
	a->args[a->n_args++] = arg;
}

static void
begin_row(struct arguments *a)
{
	a->n_args = 0;
	if (a->columns != NULL)
		columns_begin(a->columns);
}

/*
 * Appends a value to the row: as one argument or as its columns, for which a
 * NUL must follow it.
 */
static enum source_state
add_value(struct arguments *a, struct argument value)
{
	const struct argument *columns;
	size_t n;

	if (a->columns == NULL) {
		add(a, value);
		return SOURCE_RECORD;
	}
	n = columns_split(a->columns, value.text, value.len, &columns);
	for (size_t i = 0; i < n; i++)
		add(a, columns[i]);
	if (n > 0)
		return SOURCE_RECORD;
	a->row_error = xasprintf(
	    "--csv: a quote is in the wrong place: %.*s", 200, value.text);
	a->error = a->row_error;
	return SOURCE_ERROR;
}

static enum source_state
make_row(struct arguments *a, struct row *ret)
{
	begin_row(a);
	for (size_t g = 0; g < a->n_groups; g++)
		for (size_t i = a->groups[g].first; i < a->groups[g].end; i++) {
			uint64_t at = a->groups[g].at;

			if (at >= a->inputs[i].n)
				at %= a->inputs[i].n; /* it started over */
			if (add_value(a, recall(&a->inputs[i], at)) !=
			    SOURCE_RECORD)
				return SOURCE_ERROR;
		}
	*ret = (struct row){ .args = a->args, .n = a->n_args };
	return SOURCE_RECORD;
}

/* One source alone: its values are not copied unless they are cut. */
static enum source_state
next_single(struct arguments *a, struct row *ret)
{
	struct argument value;
	enum source_state state =
	    values_next(a->inputs[0].values, &value.text, &value.len);

	if (state == SOURCE_ERROR)
		a->error = values_error(a->inputs[0].values);
	if (state != SOURCE_RECORD)
		return state;
	if (a->columns != NULL) {
		a->row_bytes.len = 0;
		buf_append(&a->row_bytes, value.text, value.len);
		buf_append(&a->row_bytes, "", 1);
		value.text = a->row_bytes.data;
	}
	begin_row(a);
	state = add_value(a, value);
	*ret = (struct row){ .args = a->args, .n = a->n_args };
	return state;
}

enum source_state
arguments_next(struct arguments *a, struct row *ret)
{
	enum source_state state;

	if (a->error != NULL)
		return SOURCE_ERROR;
	if (a->ended)
		return SOURCE_END;
	if (a->n_inputs == 1)
		state = next_single(a, ret);
	else if (!a->started)
		state = reach_first(a);
	else if (a->options->link)
		state = advance_linked(a);
	else
		state = advance_groups(a);
	if (state == SOURCE_END)
		a->ended = true;
	if (state == SOURCE_RECORD && a->n_inputs > 1) {
		a->started = true;
		return make_row(a, ret);
	}
	return state;
}

/* The names of one source's columns; as perl, without empty ones at the end. */
static void
add_names(
    struct arguments *a, const char *text, size_t len, struct strvec *names)
{
	const struct argument *columns;
	char *line;
	size_t n;

	if (len > 0 && text[len - 1] == '\r')
		len--;
	line = xmemdup0(text, len);
	n = columns_split(a->columns, line, len, &columns);
	while (n > 0 && columns[n - 1].len == 0)
		n--;
	for (size_t i = 0; i < n; i++)
		strvec_take(names, xmemdup0(columns[i].text, columns[i].len));
	free(line);
}

enum source_state
arguments_header(struct arguments *a, struct strvec *names)
{
	for (; a->headers < a->n_inputs; a->headers++) {
		struct values *values = a->inputs[a->headers].values;
		const char *text;
		size_t len;
		enum source_state state = values_next_raw(values, &text, &len);

		a->waiting = a->headers;
		if (state == SOURCE_ERROR)
			a->error = values_error(values);
		if (!is_answer(state))
			return state;
		if (state == SOURCE_RECORD)
			add_names(a, text, len, names);
	}
	return SOURCE_RECORD;
}

int
arguments_fd(const struct arguments *a)
{
	return values_fd(a->inputs[a->waiting].values);
}

bool
arguments_read_terminal(const struct arguments *a)
{
	for (size_t i = 0; i < a->n_inputs; i++)
		if (isatty(values_fd(a->inputs[i].values)))
			return true;
	return false;
}

const char *
arguments_error(const struct arguments *a)
{
	return a->error;
}

/*
 * Returns true and how many values the source has in all, if that is known: at
 * least one, since an empty source counts as one empty value.
 */
static bool
known_values(const struct input *input, uint64_t *ret)
{
	size_t left;

	if (!input->ended && !values_known(input->values, &left))
		return false;
	*ret = input->n + (input->ended ? 0 : left);
	if (*ret == 0)
		*ret = 1;
	return true;
}

/*
 * Returns true, how many rows there are in all and the number of the last one
 * that was made, if that is known.
 */
static bool
known_rows(const struct arguments *a, uint64_t *ret_total, uint64_t *ret_at)
{
	*ret_total = 1;
	*ret_at = 0;
	for (size_t g = 0; g < a->n_groups; g++) {
		uint64_t rows = 0;

		for (size_t i = a->groups[g].first; i < a->groups[g].end; i++) {
			bool first = i == a->groups[g].first;
			uint64_t n;

			if (!known_values(&a->inputs[i], &n))
				return false;
			if (first || (a->options->link ? n > rows : n < rows))
				rows = n;
		}
		if (__builtin_mul_overflow(*ret_total, rows, ret_total))
			return false;
		*ret_at = *ret_at * rows + a->groups[g].at;
	}
	return true;
}

bool
arguments_known(const struct arguments *a, uint64_t *ret_left)
{
	uint64_t total, at;
	size_t left;

	*ret_left = 0;
	if (a->ended)
		return true;
	if (a->n_inputs == 1) {
		if (!values_known(a->inputs[0].values, &left))
			return false;
		*ret_left = left;
		return true;
	}
	if (!known_rows(a, &total, &at))
		return false;
	*ret_left = a->started ? total - at - 1 : total;
	return true;
}
