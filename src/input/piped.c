#include "piped.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/block.h"
#include "base/xalloc.h"
#include "blocks.h"
#include "column.h"
#include "groups.h"
#include "keys.h"
#include "parts.h"
#include "source.h"

struct piped {
	struct source source;
	struct pipe_options options;
	struct source *inner;  /* owned */
	struct cut *cut;       /* owned */
	struct column *column; /* owned; NULL: there is none */
	struct keys *keys;     /* of it; owned; NULL: nobody needs them */
	struct groups *groups; /* of these; owned; NULL: cut knows them */
	/* Where the input comes from: at most one, owned. */
	struct blocks *blocks;
	struct parts *parts;
	struct block *file; /* each command gets all of it; NULL: none does */
	struct slice input[2]; /* a header, and a block with a reference */
	bool ready;            /* there is one for the next command */
	int64_t left;          /* of PIPE_ROBIN and its kin: commands */
	struct dealing dealing;
};

static struct piped *
piped_of(const struct source *src)
{
	return (struct piped *)(uintptr_t)src;
}

/* Finds the column by its name, which no number is. */
static char *
headed(void *arg, const char *header, size_t len)
{
	struct piped *piped = arg;
	const char *name = piped->options.column;
	int64_t number;

	if (name == NULL || pipe_is_number(name))
		return NULL;
	number = column_find(piped->column, header, len, name);
	if (number == 0)
		return xasprintf(
		    "no column of the header is called '%s'", name);
	column_set(piped->column, number);
	if (piped->options.how == PIPE_JOB && piped->groups == NULL)
		cut_set_column(piped->cut, number);
	return NULL;
}

/* The number of the column, or 1 if it is to be found by its name. */
static int64_t
column_number(const char *name)
{
	int64_t number;

	return pipe_column_number(name, &number) ? number : 1;
}

/* --group-by that looks at more than a column. */
static bool
needs_groups(const struct pipe_options *options)
{
	return options->code.text != NULL ||
	    column_number(options->column) == 0;
}

static int
init_keys(struct piped *piped, char **ret_error)
{
	const struct pipe_options *options = &piped->options;
	const struct keys_options keys = { piped->column, options->cut.csv,
		options->code.text != NULL ? options->code.perl : NULL,
		options->code.text };

	if (options->how == PIPE_JOB && !needs_groups(options))
		return 0;
	piped->keys = keys_new(&keys, ret_error);
	if (piped->keys == NULL)
		return -1;
	if (options->how == PIPE_JOB)
		piped->groups = groups_new(piped->keys, options->cut.csv);
	return 0;
}

static int
init_column(struct piped *piped, char **ret_error)
{
	struct pipe_options *options = &piped->options;
	char *why;

	if (options->column == NULL)
		return 0;
	if (options->how == PIPE_JOB && !needs_groups(options))
		options->cut.column = column_number(options->column);
	piped->column = column_new(column_number(options->column),
	    options->cut.colsep, options->cut.csv, &why);
	if (piped->column != NULL)
		return init_keys(piped, ret_error);
	*ret_error =
	    xasprintf("--colsep: '%s' is %s", options->cut.colsep, why);
	free(why);
	return -1;
}

/*
 * --tee of a file that can be read at any place: each job is given the file, so
 * that none has to wait for another.
 */
static bool
is_whole_file(const struct pipe_options *options)
{
	struct stat st;

	return options->how == PIPE_TEE && !options->part &&
	    fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode);
}

static int
give_file(struct piped *piped, int fd, off_t from, char **ret_error)
{
	off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : -1;

	if (size < 0) {
		*ret_error = xasprintf("cannot read %s: %s",
		    piped->options.part ? piped->options.paths[0]
					: "standard input",
		    strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	piped->file = block_of_file(fd);
	piped->input[1] = (struct slice){ .block = block_ref(piped->file),
		.at = (uint64_t)from,
		.len = (uint64_t)(size > from ? size - from : 0) };
	return 0;
}

static int
open_file(struct piped *piped, char **ret_error)
{
	off_t from = lseek(STDIN_FILENO, 0, SEEK_CUR);

	/* another descriptor of the same description: its offset is restored */
	return give_file(piped, fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3),
	    from > 0 ? from : 0, ret_error);
}

static int
open_input(struct piped *piped, char **ret_error)
{
	const struct pipe_options *options = &piped->options;
	struct parts_options parts = { .paths = options->paths,
		.n_paths = options->n_paths,
		.blocks = { .fd = STDIN_FILENO,
		    .size = options->block,
		    .timeout_ns = options->timeout_ns,
		    .partly = options->partly,
		    .remove = options->remove,
		    .no_empty = options->no_empty,
		    .skip_first = options->skip_first,
		    .csv = options->cut.csv,
		    .header = options->header,
		    .drop_header = options->drop_header,
		    .headed = headed,
		    .arg = piped,
		    .cut = piped->cut,
		    .groups = piped->groups,
		    .n_groups = options->cut.records } };

	if (options->part && options->how == PIPE_TEE)
		return give_file(piped,
		    open(options->paths[0], O_RDONLY | O_CLOEXEC | O_NOCTTY), 0,
		    ret_error);
	if (is_whole_file(options))
		return open_file(piped, ret_error);
	if (options->part) {
		if (options->block < 0)
			parts.share = -options->block * options->jobs;
		piped->parts = parts_new(&parts, ret_error);
		return piped->parts != NULL ? 0 : -1;
	}
	piped->blocks = blocks_new(&parts.blocks, ret_error);
	return piped->blocks != NULL ? 0 : -1;
}

static bool
is_dealt(const struct piped *piped)
{
	return piped->blocks != NULL && piped->options.how != PIPE_JOB;
}

static void
drop_input(struct piped *piped)
{
	if (piped->file != NULL)
		return;
	block_unref(piped->input[1].block);
	piped->input[1].block = NULL;
}

/* Makes a block the input of the next command. */
static enum source_state
read_input(struct piped *piped)
{
	enum source_state state;

	if (piped->ready || piped->file != NULL || is_dealt(piped))
		return SOURCE_RECORD;
	drop_input(piped);
	if (piped->parts != NULL) {
		state = parts_next(piped->parts, &piped->input[1]);
		piped->input[0] = *parts_header(piped->parts);
	} else {
		state = blocks_next(piped->blocks, &piped->input[1]);
		piped->input[0] = *blocks_header(piped->blocks);
	}
	piped->ready = state == SOURCE_RECORD;
	return state;
}

static enum source_state
piped_next(struct source *src, uint64_t seq, int64_t slot,
    const char **ret_text, size_t *ret_len)
{
	struct piped *piped = piped_of(src);
	enum source_state state = read_input(piped);

	if (state == SOURCE_RECORD && piped->left == 0)
		state = SOURCE_END;
	if (state != SOURCE_RECORD)
		return state;
	state = source_next(piped->inner, seq, slot, ret_text, ret_len);
	if (state == SOURCE_RECORD) {
		piped->ready = false;
		piped->left -= piped->left > 0;
	}
	return state;
}

static enum source_state
piped_prepare(struct source *src)
{
	return source_prepare(piped_of(src)->inner);
}

static bool
piped_has_slots(const struct source *src)
{
	return source_has_slots(piped_of(src)->inner);
}

static char *const *
piped_args(const struct source *src)
{
	return source_args(piped_of(src)->inner);
}

static const char *
piped_tag(const struct source *src, size_t *ret_len)
{
	return source_tag(piped_of(src)->inner, ret_len);
}

static const struct strvec *
piped_results(const struct source *src)
{
	return source_results(piped_of(src)->inner);
}

static const struct slice *
piped_input(const struct source *src, size_t *ret_n)
{
	const struct piped *piped = piped_of(src);
	bool header = piped->input[0].len > 0;

	if (is_dealt(piped))
		return NULL;
	*ret_n = header ? 2 : 1;
	return header ? piped->input : piped->input + 1;
}

static const struct dealing *
piped_dealing(const struct source *src)
{
	const struct piped *piped = piped_of(src);

	return is_dealt(piped) ? &piped->dealing : NULL;
}

/* Whether the next command waits for its input, not for its arguments. */
static bool
waits_for_input(const struct piped *piped)
{
	return piped->blocks != NULL && !piped->ready && !is_dealt(piped);
}

static int
piped_fd(const struct source *src, int64_t *ret_due_ns)
{
	const struct piped *piped = piped_of(src);

	if (!waits_for_input(piped))
		return source_fd(piped->inner, ret_due_ns);
	*ret_due_ns = blocks_due_ns(piped->blocks);
	return blocks_fd(piped->blocks);
}

static const char *
piped_awaits(const struct source *src)
{
	const struct piped *piped = piped_of(src);

	if (!waits_for_input(piped) && !is_dealt(piped))
		return source_awaits(piped->inner);
	return piped->keys != NULL && keys_are_awaited(piped->keys)
	    ? "the Perl code for a column"
	    : "more input for jobs";
}

static bool
piped_reads_terminal(const struct source *src)
{
	const struct piped *piped = piped_of(src);

	return source_reads_terminal(piped->inner) ||
	    (piped->blocks != NULL && !blocks_ended(piped->blocks) &&
		isatty(STDIN_FILENO));
}

static const char *
piped_error(const struct source *src)
{
	const struct piped *piped = piped_of(src);
	const char *error = NULL;

	if (piped->parts != NULL)
		error = parts_error(piped->parts);
	else if (piped->blocks != NULL)
		error = blocks_error(piped->blocks);
	return error != NULL ? error : source_error(piped->inner);
}

static bool
piped_ended(const struct source *src)
{
	const struct piped *piped = piped_of(src);

	if (is_dealt(piped) && pipe_is_endless(&piped->options))
		return piped->left == 0;
	if (is_dealt(piped) || piped->file != NULL)
		return source_ended(piped->inner);
	return piped->blocks != NULL && blocks_ended(piped->blocks) &&
	    !piped->ready;
}

static uint64_t
piped_known(const struct source *src)
{
	const struct piped *piped = piped_of(src);

	if (is_dealt(piped) && pipe_is_endless(&piped->options))
		return 0;
	return is_dealt(piped) || piped->file != NULL
	    ? source_known(piped->inner)
	    : piped->ready;
}

static uint64_t
piped_left(struct source *src)
{
	const struct piped *piped = piped_of(src);

	return piped->file != NULL ? source_left(piped->inner)
				   : piped_known(src);
}

static void
piped_free(struct source *src)
{
	struct piped *piped = piped_of(src);

	source_free(piped->inner);
	block_unref(piped->input[1].block);
	block_unref(piped->file);
	blocks_free(piped->blocks);
	parts_free(piped->parts);
	groups_free(piped->groups);
	keys_free(piped->keys);
	column_free(piped->column);
	cut_free(piped->cut);
	free(piped);
}

static const struct source_ops ops = {
	.next = piped_next,
	.prepare = piped_prepare,
	.has_slots = piped_has_slots,
	.args = piped_args,
	.tag = piped_tag,
	.results = piped_results,
	.input = piped_input,
	.dealing = piped_dealing,
	.fd = piped_fd,
	.awaits = piped_awaits,
	.reads_terminal = piped_reads_terminal,
	.error = piped_error,
	.ended = piped_ended,
	.known = piped_known,
	.left = piped_left,
	.free = piped_free,
};

/* Makes what the options ask for.  -1 with a message. */
static int
init(struct piped *piped, char **ret_error)
{
	if (init_column(piped, ret_error) < 0)
		return -1;
	piped->cut = cut_new(&piped->options.cut, ret_error);
	if (piped->cut == NULL || open_input(piped, ret_error) < 0)
		return -1;
	piped->left = -1;
	if (is_dealt(piped) && pipe_is_endless(&piped->options) &&
	    piped->options.at_most > 0)
		piped->left = piped->options.at_most;
	piped->dealing = (struct dealing){ .how = piped->options.how,
		.in_turn = piped->options.in_turn,
		.fills = piped->options.how == PIPE_ROBIN ||
		    (piped->options.how != PIPE_TEE && piped->left < 0),
		.blocks = piped->blocks,
		.fd = STDIN_FILENO,
		.keys = piped->keys };
	return 0;
}

struct source *
piped_new(
    const struct pipe_options *options, struct source *inner, char **ret_error)
{
	struct piped *piped = xcalloc(1, sizeof(*piped));

	piped->source.ops = &ops;
	piped->options = *options;
	piped->inner = inner;
	if (init(piped, ret_error) == 0)
		return &piped->source;
	piped_free(&piped->source);
	return NULL;
}
