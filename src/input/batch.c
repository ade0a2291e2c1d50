#include "batch.h"

#include <inttypes.h>
#include <stdlib.h>

#include "arguments.h"
#include "base/xalloc.h"
#include "rows.h"
#include "template.h"

struct batch {
	struct batch_options options;
	struct arguments *arguments;
	struct template *tmpl;
	int64_t max_rows; /* the options', or what spreading made of it */
	bool is_spread;
	bool ended;       /* arguments are */
	struct rows rows; /* taken from arguments, not given out */
	size_t given;     /* first ones that the last command had */
	size_t gathered;  /* of rows, for the next command */
	struct template_length length; /* of those */

	bool reads_all;
	bool all_read;
	struct rows all; /* with reads_all */
	size_t *order;   /* of all; NULL: as they came */
	size_t next;     /* of all */
	uint64_t total;

	uint64_t taken; /* rows, for messages */
	char *error;
};

struct batch *
batch_new(const struct batch_options *options, struct arguments *arguments,
    struct template *tmpl)
{
	struct batch *b = xcalloc(1, sizeof(*b));

	b->options = *options;
	b->arguments = arguments;
	b->tmpl = tmpl;
	b->max_rows = options->max_rows;
	b->reads_all = options->shuffle || options->count;
	return b;
}

void
batch_free(struct batch *b)
{
	if (b == NULL)
		return;
	rows_release(&b->rows);
	rows_release(&b->all);
	free(b->order);
	free(b->error);
	free(b);
}

static void
shuffle(struct batch *b)
{
	size_t n = rows_count(&b->all);

	b->order = xcalloc(n > 0 ? n : 1, sizeof(*b->order));
	for (size_t i = 0; i < n; i++) {
		size_t k = arc4random_uniform((uint32_t)i + 1);

		b->order[i] = b->order[k];
		b->order[k] = i;
	}
}

static uint64_t
ceiling(uint64_t n, int64_t by)
{
	return by > 1 ? (n + (uint64_t)by - 1) / (uint64_t)by : n;
}

static enum source_state
read_all(struct batch *b)
{
	struct row row;
	enum source_state state;

	while ((state = arguments_next(b->arguments, &row)) == SOURCE_RECORD)
		rows_add(&b->all, &row);
	if (state != SOURCE_END)
		return state;
	b->total = ceiling(rows_count(&b->all), b->options.max_rows);
	if (b->options.shuffle)
		shuffle(b);
	b->all_read = true;
	return SOURCE_RECORD;
}

static enum source_state
next_row(struct batch *b, struct row *ret)
{
	enum source_state state = SOURCE_RECORD;

	if (!b->reads_all) {
		state = arguments_next(b->arguments, ret);
	} else if (b->next == rows_count(&b->all)) {
		state = SOURCE_END;
	} else {
		size_t at = b->order != NULL ? b->order[b->next] : b->next;

		b->next++;
		*ret = rows_get(&b->all, at, 1);
	}
	if (state == SOURCE_RECORD)
		b->taken++;
	if (state == SOURCE_END)
		b->ended = true;
	return state;
}

/* Whether what was gathered is too long for one command. */
static bool
is_too_long(const struct batch *b)
{
	size_t length = b->tmpl != NULL ? template_length(b->tmpl, &b->length)
					: b->length.values;

	if (b->options.max_chars > 0 && length >= b->options.max_chars)
		return true;
	return b->options.max_room > 0 &&
	    length + b->length.args * sizeof(char *) >= b->options.max_room;
}

static void
measure(struct batch *b, const struct row *row, const struct template_job *job)
{
	if (b->tmpl != NULL) {
		template_length_add(
		    b->tmpl, &b->length, row->args, row->n, job);
		return;
	}
	b->length.args += row->n;
	for (size_t i = 0; i < row->n; i++)
		b->length.values += row->args[i].len + 1;
}

static enum source_state
fail_too_long(struct batch *b)
{
	uint64_t number = b->taken - rows_count(&b->rows) + 1;
	size_t length = b->tmpl != NULL ? template_length(b->tmpl, &b->length)
					: b->length.values;
	size_t limit = b->options.max_chars;

	if (limit == 0 ||
	    (b->options.max_room > 0 && b->options.max_room < limit))
		limit = b->options.max_room;
	b->error = xasprintf("argument %" PRIu64
			     " makes the command too long: %zu bytes, "
			     "it must be less than %zu",
	    number, length, limit);
	return SOURCE_ERROR;
}

/* Row by row until the command has enough.  SOURCE_END: nothing came. */
static enum source_state
gather(struct batch *b, const struct template_job *job)
{
	while (b->max_rows == 0 || (int64_t)b->gathered < b->max_rows) {
		struct row row;

		if (b->gathered == rows_count(&b->rows)) {
			enum source_state state = next_row(b, &row);

			if (state == SOURCE_END)
				break;
			if (state != SOURCE_RECORD)
				return state;
			rows_add(&b->rows, &row);
		} else {
			row = rows_get(&b->rows, b->gathered, 1);
		}
		measure(b, &row, job);
		b->gathered++;
		if (!is_too_long(b))
			continue;
		if (b->gathered == 1)
			return fail_too_long(b);
		b->gathered--;
		return SOURCE_RECORD;
	}
	return b->gathered > 0 ? SOURCE_RECORD : SOURCE_END;
}

/* Whether nothing follows what was gathered: one row more is asked for. */
static enum source_state
look_ahead(struct batch *b)
{
	struct row row;
	enum source_state state = SOURCE_RECORD;

	if (b->gathered < rows_count(&b->rows))
		return SOURCE_RECORD;
	if (b->ended)
		return SOURCE_END;
	state = next_row(b, &row);
	if (state == SOURCE_RECORD)
		rows_add(&b->rows, &row);
	return state;
}

/* The last ones are shared by all slots, once. */
static enum source_state
spread(struct batch *b)
{
	enum source_state state;

	if (!b->options.spread || b->is_spread)
		return SOURCE_RECORD;
	state = look_ahead(b);
	if (state != SOURCE_END)
		return state;
	b->is_spread = true;
	if (b->gathered > 1) {
		b->max_rows = b->options.slots > 0
		    ? (int64_t)ceiling(b->gathered, b->options.slots)
		    : 1;
		b->gathered = (size_t)b->max_rows;
	}
	return SOURCE_RECORD;
}

static void
drop_given(struct batch *b)
{
	if (b->given == 0)
		return;
	rows_drop(&b->rows, b->given);
	b->given = 0;
	b->gathered = 0;
	b->length = (struct template_length){ .args = 0 };
}

enum source_state
batch_next(struct batch *b, uint64_t seq, int64_t slot, struct row *ret)
{
	const struct template_job job = { .seq = seq,
		.slot = slot,
		.total = b->total,
		.slots = b->options.slots };
	enum source_state state = SOURCE_RECORD;

	if (b->error != NULL)
		return SOURCE_ERROR;
	if (b->reads_all && !b->all_read)
		state = read_all(b);
	if (state != SOURCE_RECORD)
		return state;
	if (b->max_rows == 1 && b->options.max_chars == 0 &&
	    b->options.max_room == 0 && !b->options.spread)
		return next_row(b, ret);
	drop_given(b);
	state = gather(b, &job);
	if (state == SOURCE_RECORD)
		state = spread(b);
	if (state != SOURCE_RECORD)
		return state;
	*ret = rows_get(&b->rows, 0, b->gathered);
	b->given = b->gathered;
	return SOURCE_RECORD;
}

const char *
batch_error(const struct batch *b)
{
	return b->error != NULL ? b->error : arguments_error(b->arguments);
}

uint64_t
batch_total(const struct batch *b)
{
	return b->total;
}

bool
batch_known(const struct batch *b, uint64_t *ret_left)
{
	uint64_t left = 0;
	bool is_exact = b->max_rows == 1 ||
	    (b->options.max_chars == 0 && b->options.max_room == 0);

	if (b->error != NULL) {
		*ret_left = 0;
		return true;
	}
	if (b->all_read)
		left = rows_count(&b->all) - b->next;
	else if (!b->ended && !arguments_known(b->arguments, &left))
		return false;
	left += rows_count(&b->rows) - b->given;
	if (left > 0 && (!is_exact || (b->options.spread && !b->is_spread)))
		return false;
	*ret_left = ceiling(left, b->max_rows);
	return true;
}
