/* What becomes of a template in a job; how it is parsed: see template.c. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/msg.h"
#include "item.h"
#include "perl.h"
#include "perl_expression.h"
#include "quote.h"
#include "template_ops.h"

/* Perl code gets this as the argument where none is to be inserted, as there.
 */
#define NO_ARGUMENT "\0noarg"

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

/*
 * The argument of that position, from 1; or NULL.  Below 1 it counts from the
 * end, and again from there, as in an array of Perl.
 */
static const struct argument *
positional(const struct template_job *job, long position)
{
	long n = (long)job->n_args;
	long at = position > 0 ? position - 1 : n + position;

	if (at < 0)
		at += n;
	return at >= 0 && at < n ? &job->args[at] : NULL;
}

bool
template_skips(const struct template *t, const struct template_job *job)
{
	bool skips = false;

	for (size_t i = 0; i < t->n_ops; i++)
		skips |= t->ops[i].kind == OP_VALUE &&
		    (!t->ops[i].value.positional ||
			positional(job, t->ops[i].value.position) != NULL) &&
		    replacement_skips(&t->ops[i].value, job);
	return skips;
}

/* Asks for the values of one replacement string. */
static size_t
ask_for(struct perl *perl, struct replacement *r,
    const struct template_job *job, size_t asked)
{
	static const struct argument none = { NO_ARGUMENT,
		sizeof(NO_ARGUMENT) - 1 };
	const struct argument *arg = positional(job, r->position);

	r->answer = asked;
	for (size_t k = 0; k < job->n_args; k++) {
		if (r->positional && (arg == NULL || k > 0))
			break;
		if (!r->positional)
			arg = &job->args[k];
		perl_add(perl, r->count, job->none ? &none : arg,
		    job->before + (size_t)(arg - job->args));
		asked++;
	}
	return asked;
}

enum source_state
template_ask(
    struct template *t, const struct template_job *job, bool *ret_skips)
{
	struct perl *perl;
	enum source_state state;
	size_t asked = 0;

	*ret_skips = false;
	if (!t->has_code)
		return SOURCE_RECORD;
	perl = t->syntax.expressions.runner;
	if (!perl_is_asked(perl, t, job) && perl_begin(perl, t, job))
		for (size_t i = 0; i < t->n_ops; i++)
			if (t->ops[i].kind == OP_VALUE &&
			    t->ops[i].value.kind == REPLACEMENT_CODE)
				asked =
				    ask_for(perl, &t->ops[i].value, job, asked);
	state = perl_answer(perl);
	*ret_skips = state == SOURCE_RECORD && perl_skips(perl);
	return state;
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

/* What becomes of the argument; *ret_later: it is not to be quoted. */
static struct argument
value_of(struct template *t, const struct replacement *r,
    const struct argument *arg, const struct template_job *job, bool *ret_later)
{
	size_t index = r->positional ? 0 : (size_t)(arg - job->args);

	if (r->kind == REPLACEMENT_CODE)
		return perl_value(
		    t->syntax.expressions.runner, r->answer + index, ret_later);
	*ret_later = replacement_is_expanded_later(r);
	return replacement_value(r, *arg, job, &t->scratch);
}

static void
put_value(struct expansion *e, const struct replacement *r,
    const struct argument *arg)
{
	struct argument value;
	bool later;

	e->pieces++;
	if (arg == NULL)
		return; /* {3} of two */
	if (e->job->none && r->kind != REPLACEMENT_CODE &&
	    (r->kind < REPLACEMENT_SEQ || r->kind > REPLACEMENT_MACHINE)) {
		e->pieces--;
		return;
	}
	value = value_of(e->t, r, arg, e->job, &later);
	if (e->job->none && value.len == sizeof(NO_ARGUMENT) - 1 &&
	    memcmp(value.text, NO_ARGUMENT, value.len) == 0) {
		e->pieces--;
		return;
	}
	if (e->t->quote_values && !later)
		quote_shell(e->out, value.text, value.len);
	else if (e->t->syntax.raw && !e->t->syntax.exact && !later)
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
	bool later;
	struct argument value = value_of(t, r, arg, job, &later);

	return t->quote_values && !later
	    ? quote_shell_length(value.text, value.len)
	    : value.len;
}

void
template_length_add(struct template *t, struct template_length *length,
    const struct template_job *job)
{
	assert(job->n_args == 0 || job->args != NULL);
	length->args += job->n_args;
	for (size_t i = 0; i < t->n_ops; i++) {
		const struct replacement *r = &t->ops[i].value;
		const struct argument *arg;

		if (t->ops[i].kind != OP_VALUE)
			continue;
		for (size_t k = 0; !r->positional && k < job->n_args; k++)
			length->values +=
			    value_length(t, r, &job->args[k], job);
		if (!r->positional)
			continue;
		arg = positional(job, r->position);
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
