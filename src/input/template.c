#include "template.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "item.h"
#include "quote.h"
#include "syntax.h"

/* What expanding a template does, step by step. */
enum op_kind {
	OP_TEXT,  /* put a text, maybe an empty one */
	OP_VALUE, /* put what a replacement string becomes */
	OP_BLANK, /* put a blank in a word: what is repeated ends before it */
	OP_SPACE, /* put a blank between words */
};

struct op {
	enum op_kind kind;
	bool is_tab; /* text begins with a tab: what is repeated ends before it
		      */
	char *text;  /* of OP_TEXT, owned */
	size_t len;  /* of text */
	struct replacement value; /* of OP_VALUE */
};

struct template
{
	struct template_syntax syntax;
	bool quote_values; /* values are quoted for the shell */
	bool needs_total;  /* a replacement string needs the number of jobs */
	struct op *ops;
	size_t n_ops;
	size_t cap_ops;
	size_t n_values; /* how many ops are OP_VALUE */

	/*
	 * For the length.  White space within a word of the command line
	 * divides it, too: into spans.
	 */
	size_t n_words;       /* words of the command line */
	size_t context_words; /* spans with a replacement string */
	size_t context_len;   /* bytes of text in these */
	size_t other_len;     /* bytes in other spans, and white space */

	struct buf scratch; /* for replacement_value() */
	struct buf group;   /* the word that -q is quoting */
};

/* Replacement strings of GNU parallel's that are refused, not left as text. */
static const char *const foreign[] = { "uniq}", "choose_k}", "slot}", "host}",
	"sshlogin}", "hgrp}", "agrp}" };

/*
 * Returns the first of them in the text as it stands there, perhaps with a
 * position as in {-1uniq}; or NULL.  The caller frees it.
 */
static char *
find_foreign(const char *text)
{
	for (const char *s = text; (s = strchr(s, '{')) != NULL; s++) {
		const char *name = s + 1;

		name += *name == '-';
		name += strspn(name, "0123456789");
		for (size_t i = 0; i < sizeof(foreign) / sizeof(*foreign);
		     i++) {
			size_t len = strlen(foreign[i]);

			if (strncmp(name, foreign[i], len) == 0)
				return xmemdup0(s, (size_t)(name - s) + len);
		}
	}
	return NULL;
}

/* Returns -1 and says why in *ret_error if the words are not for us. */
static int
check_words(char *const *words, size_t n, const struct template_syntax *syntax,
    char **ret_error)
{
	struct buf all = BUF_INIT;
	char *joined, *other;
	const char *perl;

	for (size_t i = 0; i < n; i++)
		buf_printf(&all, "%s ", words[i]);
	joined = buf_detach(&all);
	perl = strstr(joined, "{=");
	if (perl != NULL && strstr(perl + 2, "=}") != NULL)
		*ret_error =
		    xstrdup("{= =} is Perl, which nursery does not run: "
			    "--plus has replacement strings for most uses, "
			    "and sh -c '...' sh {} can do the rest");
	other = syntax->plus ? find_foreign(joined) : NULL;
	if (*ret_error == NULL && other != NULL)
		*ret_error = xasprintf(
		    "%s is GNU parallel's; nursery does not have it", other);
	free(other);
	if (*ret_error == NULL && syntax->replace != NULL &&
	    *syntax->replace == '\0')
		*ret_error = xstrdup("-I: the replacement string is empty");
	free(joined);
	return *ret_error == NULL ? 0 : -1;
}

/*
 * Puts the number of a column for its name in {NAME} {NAME/} {NAME//} {NAME.}
 * {NAME/.}, as GNU parallel does.  Returns a new string.
 */
static char *
replace_names(const char *word, char *const *names, size_t n_names)
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

static struct op *
add_op(struct template *t, enum op_kind kind)
{
	if (t->n_ops == t->cap_ops) {
		t->cap_ops = t->cap_ops * 2 + 8;
		t->ops = xreallocarray(t->ops, t->cap_ops, sizeof(*t->ops));
	}
	t->ops[t->n_ops] = (struct op){ .kind = kind };
	return &t->ops[t->n_ops++];
}

static void
add_text(struct template *t, const char *text, size_t len)
{
	struct op *op = add_op(t, OP_TEXT);

	op->text = xmemdup0(text, len);
	op->len = len;
	op->is_tab = len > 0 && *text == '\t';
}

/* Adds text; if words are repeated, blanks and tabs in it limit what is. */
static void
add_literal(struct template *t, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		size_t n = t->syntax.context ? strcspn(text + 1, " \t") + 1
					     : (size_t)(end - text);

		if (n > (size_t)(end - text))
			n = (size_t)(end - text);
		if (t->syntax.context && *text == ' ') {
			add_op(t, OP_BLANK);
			n = 1;
		} else {
			add_text(t, text, n);
		}
		text += n;
	}
}

static bool
is_space(char c)
{
	return c != '\0' && strchr(" \t\n\r\v\f", c) != NULL;
}

/* A part of a word between white space. */
struct span {
	size_t len;    /* of its text */
	bool replaced; /* it has a replacement string */
};

static void
end_span(struct template *t, struct span *span)
{
	if (span->replaced) {
		t->context_words++;
		t->context_len += span->len;
	} else {
		t->other_len += span->len;
	}
	*span = (struct span){ .len = 0 };
}

static void
measure_word(struct template *t, const struct pieces *pieces)
{
	struct span span = { .len = 0 };

	t->n_words++;
	for (size_t i = 0; i < pieces->n; i++) {
		const struct piece *piece = &pieces->items[i];

		span.replaced |= piece->replaced;
		for (size_t k = 0; k < piece->len; k++)
			if (is_space(piece->text[k])) {
				end_span(t, &span);
				t->other_len++;
			} else {
				span.len++;
			}
	}
	end_span(t, &span);
}

/* The pieces of a word become ops; the replacement strings are moved. */
static void
add_word(struct template *t, struct pieces *pieces)
{
	measure_word(t, pieces);
	if (t->n_words > 1)
		add_op(t, OP_SPACE);
	if (pieces->n == 0)
		add_text(t, "", 0);
	for (size_t i = 0; i < pieces->n; i++) {
		struct piece *piece = &pieces->items[i];
		struct op *op;

		if (!piece->replaced) {
			add_literal(t, piece->text, piece->len);
			continue;
		}
		op = add_op(t, OP_VALUE);
		op->value = piece->replacement;
		piece->replacement = (struct replacement){ .first = NULL };
		t->n_values++;
		t->needs_total |= op->value.kind == REPLACEMENT_TOTAL ||
		    op->value.kind == REPLACEMENT_PADDED_SEQ;
	}
}

static int
parse_word(struct template *t, const char *word, char *const *names,
    size_t n_names, char **ret_error)
{
	struct pieces pieces = { .items = NULL };
	char *text = replace_names(word, names, n_names);
	int result = syntax_parse(text, &t->syntax, &pieces, ret_error);

	free(text);
	if (result == 0)
		add_word(t, &pieces);
	pieces_release(&pieces);
	return result;
}

/* Adds {} as the last word of a command without replacement strings. */
static void
append_whole(struct template *t)
{
	struct piece whole = { .replaced = true,
		.replacement = { .kind = REPLACEMENT_WHOLE } };
	struct pieces pieces = { .items = &whole, .n = 1 };

	add_word(t, &pieces);
}

/*
 * Whether a value is the command, or a part of its name: then it is for the
 * shell to read, and not quoted.  That of an assignment is quoted.
 */
static bool
starts_with_value(const struct template *t)
{
	for (size_t i = 0; i < t->n_ops; i++) {
		const struct op *op = &t->ops[i];

		if (op->kind == OP_VALUE)
			return true;
		if (op->kind != OP_TEXT || strpbrk(op->text, " \t\n=") != NULL)
			return false;
	}
	return false;
}

struct template *
template_new(char *const *words, size_t n, const struct template_syntax *syntax,
    char *const *names, size_t n_names, char **ret_error)
{
	struct template *t;

	*ret_error = NULL;
	if (check_words(words, n, syntax, ret_error) < 0)
		return NULL;
	t = xcalloc(1, sizeof(*t));
	t->syntax = *syntax;
	for (size_t i = 0; i < n; i++)
		if (parse_word(t, words[i], names, n_names, ret_error) < 0) {
			template_free(t);
			return NULL;
		}
	t->syntax.replace = NULL;
	if (t->n_values == 0 && !syntax->raw)
		append_whole(t);
	t->quote_values =
	    !syntax->raw && !syntax->quote && !starts_with_value(t);
	return t;
}

void
template_free(struct template *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->n_ops; i++) {
		free(t->ops[i].text);
		replacement_release(&t->ops[i].value);
	}
	free(t->ops);
	buf_release(&t->scratch);
	buf_release(&t->group);
	free(t);
}

bool
template_needs_total(const struct template *t)
{
	return t->needs_total;
}

/* An expansion under way. */
struct expansion {
	struct template *t;
	const struct template_job *job;
	struct buf *out;
	size_t start;  /* -q: where the word that is to be quoted starts */
	size_t pieces; /* how many pieces, maybe empty, that word has; a word
			  of none is left out */
	bool any;      /* -q: a word was quoted already */
};

/* -q: quotes the word that was put last. */
static void
quote_group(struct expansion *e)
{
	struct buf *group = &e->t->group;

	if (e->pieces == 0)
		return;
	group->len = 0;
	if (e->out->len > e->start)
		buf_append(
		    group, e->out->data + e->start, e->out->len - e->start);
	e->out->len = e->start;
	if (e->any)
		buf_append(e->out, " ", 1);
	quote_shell(e->out, group->data, group->len);
	e->any = true;
	e->pieces = 0;
	e->start = e->out->len;
}

/* Ends a word. */
static void
put_space(struct expansion *e)
{
	if (e->t->syntax.quote)
		quote_group(e);
	else
		buf_append(e->out, " ", 1);
}

/* The argument of that index, or NULL; below 0 it counts from the end. */
static const struct argument *
element(const struct argument *args, size_t n, long at)
{
	if (at < 0)
		at += (long)n;
	return at >= 0 && at < (long)n ? &args[at] : NULL;
}

static const struct argument *
positional(const struct template_job *job, long position)
{
	return element(job->args, job->n_args,
	    position > 0 ? position - 1 : (long)job->n_args + position);
}

/* A label is one line, and no terminal obeys what is in an argument. */
static void
put_safe(struct expansion *e, const struct argument *value)
{
	size_t len;
	char *safe = msg_safe(value->text, value->len, &len);

	buf_append(e->out, safe, len);
	free(safe);
}

static void
put_value(struct expansion *e, const struct replacement *r,
    const struct argument *arg)
{
	struct argument value;

	e->pieces++;
	if (arg == NULL)
		return; /* {3} of two */
	if (e->job->none &&
	    (r->kind < REPLACEMENT_SEQ || r->kind > REPLACEMENT_TIME)) {
		e->pieces--;
		return;
	}
	value = replacement_value(r, *arg, e->job, &e->t->scratch);
	if (e->t->quote_values)
		quote_shell(e->out, value.text, value.len);
	else if (e->t->syntax.raw && r->kind != REPLACEMENT_NAME &&
	    r->kind != REPLACEMENT_TIME)
		put_safe(e, &value);
	else
		buf_append(e->out, value.text, value.len);
}

static void
put_text(struct expansion *e, const char *text, size_t len)
{
	buf_append(e->out, text, len);
	e->pieces++;
}

/* Expands a template where only the replacement strings are repeated. */
static void
expand_plain(struct expansion *e)
{
	for (size_t i = 0; i < e->t->n_ops; i++) {
		const struct op *op = &e->t->ops[i];

		if (op->kind == OP_TEXT) {
			put_text(e, op->text, op->len);
		} else if (op->kind != OP_VALUE) {
			put_space(e);
		} else if (op->value.positional) {
			put_value(e, &op->value,
			    positional(e->job, op->value.position));
		} else {
			for (size_t k = 0; k < e->job->n_args; k++) {
				if (k > 0)
					put_space(e);
				put_value(e, &op->value, &e->job->args[k]);
			}
		}
	}
}

/*
 * Puts the ops from there up to end, which are repeated for each argument, for
 * this one.  Returns whether the argument was put at all.
 */
static bool
put_context(
    struct expansion *e, size_t from, size_t end, const struct argument *arg)
{
	bool has_arg = false;

	for (; from < end; from++) {
		const struct op *op = &e->t->ops[from];

		if (op->kind == OP_TEXT) {
			put_text(e, op->text, op->len);
		} else if (op->value.positional) {
			put_value(e, &op->value,
			    positional(e->job, op->value.position));
		} else {
			put_value(e, &op->value, arg);
			has_arg = true;
		}
	}
	return has_arg;
}

/* Expands a template whose words are repeated. */
static void
expand_context(struct expansion *e)
{
	const struct template *t = e->t;

	for (size_t i = 0, end; i < t->n_ops; i = end) {
		bool has_value = false;

		end = i + 1;
		if (t->ops[i].kind == OP_SPACE) {
			put_space(e);
			continue;
		}
		if (t->ops[i].kind == OP_BLANK) {
			put_text(e, " ", 1);
			continue;
		}
		for (end = i; end < t->n_ops && t->ops[end].kind < OP_BLANK &&
		     (end == i || !t->ops[end].is_tab);
		     end++)
			has_value |= t->ops[end].kind == OP_VALUE;
		for (size_t k = 0; k < (has_value ? e->job->n_args : 1); k++) {
			if (k > 0)
				put_space(e);
			if (!put_context(e, i, end, &e->job->args[k]))
				break;
		}
	}
}

void
template_expand(
    struct template *t, const struct template_job *job, struct buf *out)
{
	struct expansion e = {
		.t = t, .job = job, .out = out, .start = out->len
	};

	if (t->syntax.context)
		expand_context(&e);
	else
		expand_plain(&e);
	if (t->syntax.quote)
		quote_group(&e);
}

static size_t
value_length(struct template *t, const struct replacement *r,
    const struct argument *arg, const struct template_job *job)
{
	struct argument value = replacement_value(r, *arg, job, &t->scratch);

	return t->quote_values ? quote_shell_length(value.text, value.len)
			       : value.len;
}

void
template_length_add(struct template *t, struct template_length *length,
    const struct argument *args, size_t n, const struct template_job *job)
{
	assert(n == 0 || args != NULL);
	length->args += n;
	for (size_t i = 0; i < t->n_ops; i++) {
		const struct replacement *r = &t->ops[i].value;
		const struct argument *arg;

		if (t->ops[i].kind != OP_VALUE)
			continue;
		if (!r->positional) {
			for (size_t k = 0; k < n; k++)
				length->values +=
				    value_length(t, r, &args[k], job);
			continue;
		}
		arg = element(
		    args, n, r->position < 0 ? r->position : r->position - 1);
		if (arg != NULL)
			length->values += value_length(t, r, arg, job);
	}
}

size_t
template_length(const struct template *t, const struct template_length *length)
{
	size_t len = t->other_len + t->n_words - 1 + length->values;
	size_t more = length->args > 0 ? length->args - 1 : 0;

	if (t->syntax.context)
		len += length->args * t->context_len + more * t->context_words;
	else
		len += t->context_len + more * t->n_values;
	return t->syntax.quote ? len * 3 : len;
}
