#include "template.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "named.h"
#include "perl_expression.h"
#include "syntax.h"
#include "template_ops.h"

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
		t->has_code |= op->value.kind == REPLACEMENT_CODE;
		t->needs_total |= replacement_needs_total(&op->value);
		t->has_slot |= replacement_is_of_slot(&op->value);
	}
}

static int
parse_word(struct template *t, const char *word, char *const *names,
    size_t n_names, char **ret_error)
{
	struct pieces pieces = { .items = NULL };
	char *text =
	    named_replace(word, names, n_names, &t->syntax.expressions);
	int result = syntax_parse(text, &t->syntax, &pieces, ret_error);

	free(text);
	if (result == 0)
		add_word(t, &pieces);
	pieces_release(&pieces);
	return result;
}

/* As parse_word() for all words: code may go on in the next one. */
static int
parse_words(struct template *t, char *const *words, size_t n,
    char *const *names, size_t n_names, char **ret_error)
{
	struct strvec joined = STRVEC_INIT;
	int result = 0;

	perl_expression_join(&t->syntax.expressions, words, n, &joined);
	for (size_t i = 0; result == 0 && i < joined.len; i++)
		result =
		    parse_word(t, joined.items[i], names, n_names, ret_error);
	strvec_release(&joined);
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
	if (syntax_check(words, n, syntax, ret_error) < 0)
		return NULL;
	t = xcalloc(1, sizeof(*t));
	t->syntax = *syntax;
	if (parse_words(t, words, n, names, n_names, ret_error) < 0) {
		template_free(t);
		return NULL;
	}
	t->syntax.replace = NULL;
	if (t->n_values == 0 && !syntax->raw && !syntax->whole)
		append_whole(t);
	t->quote_values = !syntax->raw && !syntax->bare && !syntax->quote &&
	    !starts_with_value(t);
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

bool
template_has_slot(const struct template *t)
{
	return t->has_slot;
}
