#include "batch.h"

#include <inttypes.h>
#include <stdlib.h>

#include "arguments.h"
#include "base/random.h"
#include "base/xalloc.h"
#include "budget.h"
#include "rows.h"
#include "template.h"

struct batch {
	struct batch_options options;
	struct arguments *arguments;
	struct template *tmpl;
	struct budget *budget; /* what the call under way may use */
	int64_t max_rows;      /* rows to a command; fewer once it is spread */
	bool is_spread;        /* the last rows are being shared by the slots */
	bool ended;            /* there are no rows but those in rows */
	struct rows rows;      /* taken, but not dropped yet */
	size_t given;    /* how many first ones of rows the last command had */
	size_t gathered; /* how many first ones the next command has so far */
	struct template_length length; /* of what is gathered */

	bool reads_all;   /* all rows are read before the first command */
	bool all_read;    /* that has been done */
	struct rows all;  /* all rows, as they came */
	size_t *order;    /* --shuf: numbers of rows in all, shuffled */
	size_t order_cap; /* room in order */
	size_t next;      /* how many rows of all were taken */
	uint64_t total;   /* how many commands there are, once that is known */

	uint64_t taken; /* how many rows were taken, for messages */
	char *error;    /* the reason for SOURCE_ERROR, or NULL */
};

struct batch *
batch_new(const struct batch_options *options, struct arguments *arguments,
    struct template *tmpl, struct budget *budget)
{
	struct batch *b = xcalloc(1, sizeof(*b));

	b->options = *options;
	b->arguments = arguments;
	b->tmpl = tmpl;
	b->budget = budget;
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

/*
 * Gives the row that was added last a random place among all so far, so that
 * when the last one has come nothing is left to do: Durstenfeld's shuffle,
 * inside out.
 */
static void
shuffle_in(struct batch *b)
{
	size_t last = rows_count(&b->all) - 1;
	size_t place = random_below((uint32_t)last + 1);

	if (last == b->order_cap) {
		b->order_cap = b->order_cap * 2 + 64;
		b->order =
		    xreallocarray(b->order, b->order_cap, sizeof(*b->order));
	}
	b->order[last] = last;
	b->order[last] = b->order[place];
	b->order[place] = last;
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

	for (;;) {
		/* a row may be made of values that were read long ago */
		if (budget_is_spent(b->budget))
			return SOURCE_AGAIN;
		state = arguments_next(b->arguments, &row);
		if (state != SOURCE_RECORD)
			break;
		budget_spend(b->budget, 1, 0);
		rows_add(&b->all, &row);
		if (b->options.shuffle)
			shuffle_in(b);
	}
	if (state != SOURCE_END)
		return state;
	b->total = ceiling(rows_count(&b->all), b->options.max_rows);
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
	} else if (budget_is_spent(b->budget)) {
		state = SOURCE_AGAIN;
	} else {
		size_t at = b->order != NULL ? b->order[b->next] : b->next;

		b->next++;
		*ret = rows_get(&b->all, at, 1);
		budget_spend(b->budget, 1, 0);
	}
	if (state == SOURCE_RECORD)
		b->taken++;
	if (state == SOURCE_END)
		b->ended = true;
	return state;
}

/* How long a command of what was gathered would be. */
static size_t
gathered_length(const struct batch *b)
{
	return b->tmpl != NULL ? template_length(b->tmpl, &b->length)
			       : b->length.values;
}

/* Whether what was gathered is too long for one command. */
static bool
is_too_long(const struct batch *b)
{
	size_t length = gathered_length(b);

	if (b->options.max_chars > 0 && length >= b->options.max_chars)
		return true;
	return b->options.max_room > 0 &&
	    length + b->length.args * sizeof(char *) >= b->options.max_room;
}

/* Adds a row to the length of what was gathered, which may have to wait. */
static enum source_state
measure(struct batch *b, const struct row *row, const struct template_job *job)
{
	struct template_job part = *job;
	enum source_state state;
	bool skips; /* that is asked again for the whole command */

	if (b->tmpl != NULL) {
		part.args = row->args;
		part.n_args = row->n;
		part.before = b->length.args;
		state = template_ask(b->tmpl, &part, &skips);
		if (state == SOURCE_RECORD)
			template_length_add(b->tmpl, &b->length, &part);
		return state;
	}
	b->length.args += row->n;
	for (size_t i = 0; i < row->n; i++)
		b->length.values += row->args[i].len + 1;
	return SOURCE_RECORD;
}

static enum source_state
fail_too_long(struct batch *b)
{
	uint64_t number = b->taken - rows_count(&b->rows) + 1;
	size_t limit = b->options.max_chars;

	if (limit == 0 ||
	    (b->options.max_room > 0 && b->options.max_room < limit))
		limit = b->options.max_room;
	b->error = xasprintf("argument %" PRIu64
			     " makes the command too long: %zu bytes, "
			     "it must be less than %zu",
	    number, gathered_length(b), limit);
	return SOURCE_ERROR;
}

/* Gathers rows until the command has enough.  SOURCE_END: there are none. */
static enum source_state
gather(struct batch *b, const struct template_job *job)
{
	while (b->max_rows == 0 || (int64_t)b->gathered < b->max_rows) {
		struct row row;
		enum source_state state;

		if (b->gathered == rows_count(&b->rows)) {
			state = next_row(b, &row);
			if (state == SOURCE_END)
				break;
			if (state != SOURCE_RECORD)
				return state;
			rows_add(&b->rows, &row);
		} else {
			row = rows_get(&b->rows, b->gathered, 1);
		}
		state = measure(b, &row, job);
		if (state != SOURCE_RECORD)
			return state;
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

/*
 * Asks for one row more: SOURCE_END says that nothing follows what was
 * gathered, SOURCE_RECORD that something does.
 */
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

/* Has the last rows shared by all slots: the command gets fewer than fit. */
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

/* Drops the rows of the last command, and begins with the next. */
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
	struct template_job job = {
		.seq = seq, .slot = slot, .slots = b->options.slots
	};
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
	job.total = b->total;
	state = gather(b, &job);
	if (state == SOURCE_RECORD)
		state = spread(b);
	if (state != SOURCE_RECORD)
		return state;
	*ret = rows_get(&b->rows, 0, b->gathered);
	b->given = b->gathered;
	return SOURCE_RECORD;
}

size_t
batch_rows(const struct batch *b)
{
	return b->given > 0 ? b->given : 1;
}

const char *
batch_error(const struct batch *b)
{
	if (b->error != NULL)
		return b->error;
	return arguments_error(b->arguments);
}

uint64_t
batch_total(const struct batch *b)
{
	return b->total;
}

uint64_t
batch_gathered(const struct batch *b)
{
	return ceiling(rows_count(&b->all) - b->next, b->max_rows);
}

bool
batch_known(const struct batch *b, uint64_t *ret_left)
{
	uint64_t left = 0, more;
	bool is_exact = b->max_rows == 1 ||
	    (b->options.max_chars == 0 && b->options.max_room == 0);

	if (b->error != NULL) {
		*ret_left = 0;
		return true;
	}
	if (b->reads_all)
		left = rows_count(&b->all) - b->next;
	if (!b->all_read && !b->ended) {
		if (!arguments_known(b->arguments, &more))
			return false;
		left += more;
	}
	left += rows_count(&b->rows) - b->given;
	if (left > 0 && (!is_exact || (b->options.spread && !b->is_spread)))
		return false;
	*ret_left = ceiling(left, b->max_rows);
	return true;
}
