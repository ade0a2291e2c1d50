#include "templated.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "batch.h"
#include "budget.h"
#include "makers.h"
#include "perl.h"
#include "source.h"
#include "template.h"

/*
 * The largest single argument and its NUL: MAX_ARG_STRLEN of linux/binfmts.h.
 * The command that sh -c gets is one argument.
 */
#define ARGUMENT_MAX (128 * 1024)

/* Left free, as POSIX asks of xargs; and the shell's name and options. */
#define HEADROOM (2048 + 1024)

struct templated {
	struct source source;
	struct templated_options options;
	struct budget budget; /* what the call under way may use */
	struct arguments *arguments;
	struct batch *batch; /* NULL until the header was read */
	struct makers makers;
	struct perl *perl;    /* what runs code in them; NULL: there is none */
	struct argument file; /* --cat, --fifo: where the input is */
	bool none;            /* -N 0: nothing is inserted */
	struct buf bytes;     /* --argv: its arguments, a NUL behind each */
	char **args;          /* --argv: pointers to them, and NULL */
	size_t cap_args;
	char *error; /* of the template after the header was read, or NULL */
};

static struct templated *
templated_of(const struct source *src)
{
	return (struct templated *)src;
}

/* What execve(2) leaves for arguments, with a pointer for each. */
static size_t
room_for_arguments(char *const *env)
{
	long limit = sysconf(_SC_ARG_MAX);
	size_t room = limit > 0 ? (size_t)limit : ARGUMENT_MAX, used = HEADROOM;

	for (; env != NULL && *env != NULL; env++)
		used += strlen(*env) + 1 + sizeof(char *);
	return room > used ? room - used : 1;
}

size_t
templated_max_chars(char *const *env)
{
	size_t room = room_for_arguments(env);

	return room < ARGUMENT_MAX ? room : ARGUMENT_MAX;
}

static char *
join_words(char *const *words, size_t n)
{
	struct buf all = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_append(&all, " ", 1);
		buf_puts(&all, words[i]);
	}
	return buf_detach(&all);
}

static struct batch *
make_batch(struct templated *t)
{
	const struct templated_options *options = &t->options;
	struct batch_options batch = {
		.max_rows = options->max_args > 0 ? options->max_args
		    : options->fill               ? 0
						  : 1,
		.spread = options->fill,
		.shuffle = options->shuffle,
		.slots = options->slots,
		.max_chars = options->length.max_chars,
	};
	size_t limit = templated_max_chars(options->length.environ);

	limit =
	    limit > options->length.before ? limit - options->length.before : 1;
	if (options->length.usable > 0 && options->length.usable < limit)
		limit = options->length.usable;
	batch.count = options->total == 0 && makers_need_total(&t->makers);
	if (batch.max_rows == 1 && !options->fill && batch.max_chars == 0)
		return batch_new(
		    &batch, t->arguments, t->makers.tmpl, &t->budget);
	batch.max_room = room_for_arguments(options->length.environ);
	if (t->makers.tmpl == NULL && batch.max_room > t->makers.text.len)
		batch.max_room -= t->makers.text.len;
	if (t->makers.tmpl != NULL &&
	    (batch.max_chars == 0 || batch.max_chars > limit))
		batch.max_chars = limit;
	return batch_new(&batch, t->arguments, t->makers.tmpl, &t->budget);
}

/*
 * Makes all that can be made before reading.  With a header the template can
 * only be tried: it is made for good when the names of the columns are known.
 */
static int
prepare(struct templated *t, char **ret_error)
{
	const struct templated_options *options = &t->options;

	if (options->argv && options->n_words == 0) {
		*ret_error = xstrdup("--argv needs a command");
		return -1;
	}
	if (makers_parse(&t->makers, options->arguments.header ? NULL : t->perl,
		ret_error) < 0)
		return -1;
	t->arguments =
	    arguments_new(&t->options.arguments, &t->budget, ret_error);
	if (t->arguments == NULL)
		return -1;
	if (options->argv) {
		char *text = join_words(options->words, options->n_words);

		buf_puts(&t->makers.text, text);
		free(text);
	}
	if (options->arguments.header)
		makers_drop(&t->makers);
	else
		t->batch = make_batch(t);
	return 0;
}

static void
templated_free(struct source *src)
{
	struct templated *t = templated_of(src);

	batch_free(t->batch);
	arguments_free(t->arguments);
	makers_release(&t->makers);
	buf_release(&t->bytes);
	free(t->args);
	free(t->error);
	free(t);
}

/* --argv: the arguments as strings. */
static void
make_args(struct templated *t, const struct row *row)
{
	size_t size = 0;
	char *p;

	if (row->n + 1 > t->cap_args) {
		t->cap_args = (row->n + 1) * 2;
		t->args = xreallocarray(t->args, t->cap_args, sizeof(*t->args));
	}
	for (size_t i = 0; i < row->n; i++)
		size += row->args[i].len + 1;
	t->bytes.len = 0;
	buf_reserve(&t->bytes, size);
	p = t->bytes.data;
	for (size_t i = 0; i < row->n; i++) {
		t->args[i] = p;
		p = mempcpy(p, row->args[i].text, row->args[i].len);
		*p++ = '\0';
	}
	t->args[t->none ? 0 : row->n] = NULL;
}

static enum source_state
read_header(struct templated *t)
{
	enum source_state state =
	    arguments_header(t->arguments, &t->makers.names);

	if (state != SOURCE_RECORD)
		return state;
	if (makers_parse(&t->makers, t->perl, &t->error) < 0)
		return SOURCE_ERROR;
	t->batch = make_batch(t);
	return SOURCE_RECORD;
}

/* Takes the arguments of the next command. */
static enum source_state
take_arguments(struct templated *t, uint64_t seq, int64_t slot)
{
	/* GNU parallel's argument of a command that gets none */
	static const struct argument nothing = { .text = "", .len = 0 };
	enum source_state state = SOURCE_RECORD;
	struct row row;

	if (t->batch == NULL)
		state = read_header(t);
	if (state == SOURCE_RECORD)
		state = batch_next(t->batch, seq, slot, &row);
	if (state == SOURCE_END && pipe_is_endless(&t->options.pipe)) {
		row = (struct row){ .args = &nothing, .n = 1 };
		state = SOURCE_RECORD;
	}
	if (state != SOURCE_RECORD)
		return state;
	if (t->options.pipe.file != NULL)
		row = (struct row){ .args = &t->file, .n = 1 };
	if (t->makers.tmpl == NULL)
		make_args(t, &row);
	makers_begin(&t->makers,
	    &(struct template_job){ .args = row.args,
		.n_args = row.n,
		.none = t->none,
		.seq = seq,
		.slot = slot,
		.total = t->options.total > 0 ? t->options.total
					      : batch_total(t->batch),
		.slots = t->options.slots },
	    batch_rows(t->batch));
	return state;
}

static enum source_state
templated_next(struct source *src, uint64_t seq, int64_t slot,
    const char **ret_text, size_t *ret_len)
{
	struct templated *t = templated_of(src);
	enum source_state state = SOURCE_RECORD;

	if (t->error != NULL)
		return SOURCE_ERROR;
	t->budget = BUDGET_OF_A_CALL;
	if (t->perl != NULL)
		perl_expect_nothing(t->perl);
	if (t->makers.making.begun)
		makers_renumber(&t->makers, seq, slot);
	else
		state = take_arguments(t, seq, slot);
	if (state == SOURCE_RECORD)
		state = makers_make(&t->makers);
	if (state != SOURCE_RECORD)
		return state;
	*ret_text = t->makers.text.data != NULL ? t->makers.text.data : "";
	*ret_len = t->makers.text.len;
	return SOURCE_RECORD;
}

static char *const *
templated_args(const struct source *src)
{
	const struct templated *t = templated_of(src);

	return t->makers.tmpl == NULL ? t->args : NULL;
}

static const char *
templated_tag(const struct source *src, size_t *ret_len)
{
	const struct templated *t = templated_of(src);

	if (t->makers.tag == NULL)
		return NULL;
	*ret_len = t->makers.tag_text.len;
	return t->makers.tag_text.data != NULL ? t->makers.tag_text.data : "";
}

static bool
templated_has_slots(const struct source *src)
{
	return templated_of(src)->makers.has_slots;
}

static const struct strvec *
templated_results(const struct source *src)
{
	return &templated_of(src)->makers.results;
}

static const struct strvec *
templated_own(const struct source *src)
{
	const struct templated *t = templated_of(src);

	return t->makers.own.words.len > 0 ? &t->makers.own.words : NULL;
}

static const char *
templated_awaits(const struct source *src)
{
	const struct templated *t = templated_of(src);

	return t->perl != NULL && perl_fd(t->perl) >= 0
	    ? "the Perl code in the template: it has not come to an end"
	    : NULL;
}

static int
templated_fd(const struct source *src, int64_t *ret_due_ns)
{
	const struct templated *t = templated_of(src);
	int fd = t->perl != NULL ? perl_fd(t->perl) : -1;

	(void)ret_due_ns;
	return fd >= 0 ? fd : arguments_fd(t->arguments);
}

static bool
templated_reads_terminal(const struct source *src)
{
	return arguments_read_terminal(templated_of(src)->arguments);
}

static const char *
templated_error(const struct source *src)
{
	const struct templated *t = templated_of(src);

	if (t->error != NULL)
		return t->error;
	if (t->perl != NULL && perl_error(t->perl) != NULL)
		return perl_error(t->perl);
	return t->batch != NULL ? batch_error(t->batch)
				: arguments_error(t->arguments);
}

/* Returns true and how many commands are left, if that is known. */
static bool
is_known(const struct templated *t, uint64_t *ret_left)
{
	*ret_left = 0;
	if (t->error != NULL)
		return true;
	if (t->batch == NULL || !batch_known(t->batch, ret_left))
		return false;
	*ret_left += t->makers.making.begun;
	return true;
}

static bool
templated_ended(const struct source *src)
{
	uint64_t left;

	return is_known(templated_of(src), &left);
}

static uint64_t
templated_known(const struct source *src)
{
	uint64_t left;

	return is_known(templated_of(src), &left) ? left : 0;
}

static uint64_t
templated_left(struct source *src)
{
	struct templated *t = templated_of(src);
	struct row row;
	uint64_t n = 0, more;

	if (t->batch == NULL || is_known(t, &n) ||
	    templated_reads_terminal(src))
		return n;
	t->budget = LOOK_AHEAD_BUDGET;
	n = t->makers.making.begun;
	t->makers.making.begun = false;
	while (n < LOOK_AHEAD &&
	    batch_next(t->batch, n + 1, 1, &row) == SOURCE_RECORD)
		n++;
	/* what was read in the meantime may tell the rest */
	return n + (is_known(t, &more) ? more : batch_gathered(t->batch));
}

static const struct source_ops ops = {
	.next = templated_next,
	.has_slots = templated_has_slots,
	.args = templated_args,
	.tag = templated_tag,
	.results = templated_results,
	.own = templated_own,
	.awaits = templated_awaits,
	.fd = templated_fd,
	.reads_terminal = templated_reads_terminal,
	.error = templated_error,
	.ended = templated_ended,
	.known = templated_known,
	.left = templated_left,
	.free = templated_free,
};

struct source *
templated_new(const struct templated_options *options, char **ret_error)
{
	struct templated *t = xcalloc(1, sizeof(*t));

	t->source.ops = &ops;
	t->options = *options;
	t->makers.options = &t->options;
	t->makers.syntax = options->syntax;
	t->perl = t->makers.syntax.expressions.runner;
	t->makers.syntax.context =
	    options->fill_context || (options->replace_args && !options->fill);
	t->makers.syntax.bare = options->pipe.file != NULL;
	t->makers.syntax.whole = options->pipe.given &&
	    options->pipe.file == NULL &&
	    options->n_words > 0; /* else each argument is a command */
	if (options->pipe.file != NULL)
		t->file = (struct argument){ .text = options->pipe.file,
			.len = strlen(options->pipe.file) };
	t->none = options->max_args == 0;
	if (prepare(t, ret_error) == 0)
		return &t->source;
	templated_free(&t->source);
	return NULL;
}
