#include "templated.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "batch.h"
#include "budget.h"
#include "source.h"
#include "template.h"

/*
 * The largest single argument and its NUL: MAX_ARG_STRLEN of linux/binfmts.h.
 * The command that sh -c gets is one argument.
 */
#define ARGUMENT_MAX (128 * 1024)

/* Left free, as POSIX asks of xargs; and the shell's name and options. */
#define HEADROOM (2048 + 1024)

/* How many commands are made, of how much input, to count what is left. */
#define LOOK_AHEAD 65536
#define LOOK_AHEAD_BUDGET                                                      \
	((struct budget){ 16 * LOOK_AHEAD, (size_t)64 * 1024 * 1024 })

struct templated {
	struct source source;
	struct templated_options options;
	struct template_syntax syntax; /* the options', with its context */
	struct budget budget;          /* what the call under way may use */
	struct arguments *arguments;
	struct batch *batch;   /* NULL until the header was read */
	struct template *tmpl; /* NULL with --argv */
	struct template *tag;  /* makes the tag; NULL: there is none */
	struct strvec names;   /* --header: of the columns */
	bool none;             /* -N 0: nothing is inserted */
	struct buf text;       /* the command made last */
	struct buf tag_text;   /* its tag */
	struct buf bytes;      /* --argv: its arguments, a NUL behind each */
	char **args;           /* --argv: pointers to them, and NULL */
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
		.max_chars = options->max_chars,
	};
	size_t limit = templated_max_chars(options->environ);

	batch.count = (t->tmpl != NULL && template_needs_total(t->tmpl)) ||
	    (t->tag != NULL && template_needs_total(t->tag));
	if (batch.max_rows == 1 && !options->fill && batch.max_chars == 0)
		return batch_new(&batch, t->arguments, t->tmpl, &t->budget);
	batch.max_room = room_for_arguments(options->environ);
	if (t->tmpl == NULL && batch.max_room > t->text.len)
		batch.max_room -= t->text.len;
	if (t->tmpl != NULL &&
	    (batch.max_chars == 0 || batch.max_chars > limit))
		batch.max_chars = limit;
	return batch_new(&batch, t->arguments, t->tmpl, &t->budget);
}

static int
make_template(struct templated *t, char **ret_error)
{
	const struct templated_options *options = &t->options;
	struct template_syntax tag = t->syntax;
	char *const words[] = { (char *)options->tag };

	tag.raw = true;
	tag.quote = false;
	tag.marks = options->marks;
	if (!options->argv) {
		t->tmpl = template_new(options->words, options->n_words,
		    &t->syntax, t->names.items, t->names.len, ret_error);
		if (t->tmpl == NULL)
			return -1;
	}
	if (options->tag != NULL) {
		t->tag = template_new(
		    words, 1, &tag, t->names.items, t->names.len, ret_error);
		if (t->tag == NULL)
			return -1;
	}
	return 0;
}

static void
drop_template(struct templated *t)
{
	template_free(t->tmpl);
	template_free(t->tag);
	t->tmpl = t->tag = NULL;
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
	if (make_template(t, ret_error) < 0)
		return -1;
	t->arguments =
	    arguments_new(&t->options.arguments, &t->budget, ret_error);
	if (t->arguments == NULL)
		return -1;
	if (options->argv) {
		char *text = join_words(options->words, options->n_words);

		buf_puts(&t->text, text);
		free(text);
	}
	if (options->arguments.header)
		drop_template(t);
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
	drop_template(t);
	strvec_release(&t->names);
	buf_release(&t->text);
	buf_release(&t->tag_text);
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
	enum source_state state = arguments_header(t->arguments, &t->names);

	if (state != SOURCE_RECORD)
		return state;
	if (make_template(t, &t->error) < 0)
		return SOURCE_ERROR;
	t->batch = make_batch(t);
	return SOURCE_RECORD;
}

/* Makes the command of these arguments, and its tag. */
static void
make_command(
    struct templated *t, const struct row *row, uint64_t seq, int64_t slot)
{
	const struct template_job job = { .args = row->args,
		.n_args = row->n,
		.none = t->none,
		.seq = seq,
		.slot = slot,
		.total = batch_total(t->batch),
		.slots = t->options.slots };

	if (t->tmpl == NULL) {
		make_args(t, row);
	} else {
		t->text.len = 0;
		template_expand(t->tmpl, &job, &t->text);
	}
	if (t->tag != NULL) {
		t->tag_text.len = 0;
		template_expand(t->tag, &job, &t->tag_text);
	}
}

static enum source_state
templated_next(struct source *src, uint64_t seq, int64_t slot,
    const char **ret_text, size_t *ret_len)
{
	struct templated *t = templated_of(src);
	enum source_state state = SOURCE_RECORD;
	struct row row;

	if (t->error != NULL)
		return SOURCE_ERROR;
	t->budget = BUDGET_OF_A_CALL;
	if (t->batch == NULL)
		state = read_header(t);
	if (state == SOURCE_RECORD)
		state = batch_next(t->batch, seq, slot, &row);
	if (state != SOURCE_RECORD)
		return state;
	make_command(t, &row, seq, slot);
	*ret_text = t->text.data != NULL ? t->text.data : "";
	*ret_len = t->text.len;
	return SOURCE_RECORD;
}

static char *const *
templated_args(const struct source *src)
{
	const struct templated *t = templated_of(src);

	return t->tmpl == NULL ? t->args : NULL;
}

static const char *
templated_tag(const struct source *src, size_t *ret_len)
{
	const struct templated *t = templated_of(src);

	if (t->tag == NULL)
		return NULL;
	*ret_len = t->tag_text.len;
	return t->tag_text.data != NULL ? t->tag_text.data : "";
}

static int
templated_fd(const struct source *src)
{
	return arguments_fd(templated_of(src)->arguments);
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
	return t->batch != NULL && batch_known(t->batch, ret_left);
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
	while (n < LOOK_AHEAD &&
	    batch_next(t->batch, n + 1, 1, &row) == SOURCE_RECORD)
		n++;
	/* what was read in the meantime may tell the rest */
	return n + (is_known(t, &more) ? more : batch_gathered(t->batch));
}

static const struct source_ops ops = {
	.next = templated_next,
	.args = templated_args,
	.tag = templated_tag,
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
	t->syntax = options->syntax;
	t->syntax.context =
	    options->fill_context || (options->replace_args && !options->fill);
	t->none = options->max_args == 0;
	if (prepare(t, ret_error) == 0)
		return &t->source;
	templated_free(&t->source);
	return NULL;
}
