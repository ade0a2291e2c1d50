#include "replacement.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "item.h"
#include "pathname.h"
#include "pattern.h"
#include "template.h"

/* How many decimal digits the number has; 0 has one. */
static int
width_of(uint64_t n)
{
	int width = 1;

	for (; n >= 10; n /= 10)
		width++;
	return width;
}

static struct argument
number(uint64_t n, int width, struct buf *scratch)
{
	char digits[32], *p = digits + sizeof(digits);

	scratch->len = 0;
	for (; n > 0 || width > 0; width--, n /= 10)
		*--p = (char)('0' + n % 10);
	buf_append(scratch, p, (size_t)(digits + sizeof(digits) - p));
	return (struct argument){ .text = scratch->data, .len = scratch->len };
}

static struct argument
slice(struct argument value, size_t from, size_t count)
{
	if (from > value.len)
		from = value.len;
	value.text += from;
	value.len -= from;
	if (value.len > count)
		value.len = count;
	return value;
}

/* The value without the shortest prefix that matches. */
static struct argument
without_short_prefix(const struct pattern *p, struct argument value)
{
	char *text = xmemdup0(value.text, value.len);
	size_t start, end, len;

	for (len = 0; len <= value.len; len++) {
		char c = text[len];

		text[len] = '\0';
		if (pattern_find(p, text, len, 0, &start, &end))
			break;
		text[len] = c;
	}
	free(text);
	return len <= value.len ? slice(value, len, value.len) : value;
}

/* The value without the shortest suffix that matches. */
static struct argument
without_short_suffix(
    const struct pattern *p, struct argument value, struct buf *scratch)
{
	char *text = xmemdup0(value.text, value.len);
	size_t start, end, from = value.len + 1;

	while (from-- > 0)
		if (pattern_find(
			p, text + from, value.len - from, 0, &start, &end)) {
			scratch->len = 0;
			buf_append(scratch, text, from);
			buf_puts(scratch, text + from + end);
			value = (struct argument){ .text = scratch->data,
				.len = scratch->len };
			break;
		}
	free(text);
	return value;
}

static char
changed_case(char c, enum replacement_kind kind)
{
	bool upper = kind == REPLACEMENT_UPPER || kind == REPLACEMENT_UPPER_ALL;

	if (upper && c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	if (!upper && c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c;
}

/*
 * Appends what a match becomes: the replacement if there is one, itself in the
 * other case, or nothing.
 */
static void
substitute(
    const struct replacement *r, const char *match, size_t len, struct buf *out)
{
	if (r->second != NULL) {
		buf_puts(out, r->second);
		return;
	}
	if (r->kind < REPLACEMENT_UPPER)
		return;
	buf_reserve(out, len);
	for (size_t i = 0; i < len; i++)
		out->data[out->len++] = changed_case(match[i], r->kind);
}

/* The value with the first match replaced, or all. */
static struct argument
substituted(const struct replacement *r, struct argument value, bool all,
    struct buf *scratch)
{
	char *text = xmemdup0(value.text, value.len);
	size_t from = 0, copied = 0, start, end;

	scratch->len = 0;
	while (pattern_find(r->pattern, text, value.len, from, &start, &end)) {
		buf_append(scratch, text + copied, start - copied);
		substitute(r, text + start, end - start, scratch);
		copied = end;
		if (!all)
			break;
		from = end > start ? end : end + 1;
	}
	buf_append(scratch, text + copied, value.len - copied);
	free(text);
	return (struct argument){ .text = scratch->data, .len = scratch->len };
}

/* The functions of the table below.  Not every one needs all it is given. */
#define VALUE_FUNCTION(name)                                                   \
	static struct argument name(const struct replacement *r                \
	    __attribute__((__unused__)),                                       \
	    struct argument value __attribute__((__unused__)),                 \
	    const struct template_job *job __attribute__((__unused__)),        \
	    struct buf *scratch __attribute__((__unused__)))

VALUE_FUNCTION(whole)
{
	return value;
}

VALUE_FUNCTION(no_extension)
{
	return pathname_without_extensions(value, r->count);
}

VALUE_FUNCTION(base)
{
	value = pathname_behind_last(value, '/', scratch);
	return r->count > 0 ? pathname_without_extensions(value, r->count)
			    : value;
}

VALUE_FUNCTION(directory)
{
	return pathname_directory(value);
}

VALUE_FUNCTION(seq)
{
	return number(job->seq, 1, scratch);
}

VALUE_FUNCTION(slot)
{
	return number((uint64_t)job->slot, 1, scratch);
}

VALUE_FUNCTION(total)
{
	return number(job->total, 1, scratch);
}

VALUE_FUNCTION(padded_seq)
{
	return number(job->seq, width_of(job->total), scratch);
}

VALUE_FUNCTION(padded_slot)
{
	return number(
	    (uint64_t)job->slot, width_of((uint64_t)job->slots), scratch);
}

VALUE_FUNCTION(name)
{
	return (
	    struct argument){ .text = TEMPLATE_NAME, .len = TEMPLATE_MARK_LEN };
}

VALUE_FUNCTION(time)
{
	return (
	    struct argument){ .text = TEMPLATE_TIME, .len = TEMPLATE_MARK_LEN };
}

VALUE_FUNCTION(variable)
{
	return (struct argument){ .text = r->first, .len = strlen(r->first) };
}

VALUE_FUNCTION(host)
{
	return (struct argument){ .text = TEMPLATE_HOST,
		.len = strlen(TEMPLATE_HOST) };
}

VALUE_FUNCTION(machine)
{
	return (struct argument){ .text = TEMPLATE_MACHINE,
		.len = TEMPLATE_MARK_LEN };
}

VALUE_FUNCTION(before_slash)
{
	return pathname_before_slash(value, scratch);
}

VALUE_FUNCTION(extension)
{
	return pathname_extensions(value, r->count, scratch);
}

/* As Perl's ||=, to which "0" is as good as nothing. */
VALUE_FUNCTION(or_default)
{
	if (value.len == 0 || (value.len == 1 && *value.text == '0'))
		return (struct argument){ .text = r->first,
			.len = strlen(r->first) };
	return value;
}

VALUE_FUNCTION(sliced)
{
	return slice(value, r->from, r->count);
}

VALUE_FUNCTION(no_short_prefix)
{
	return without_short_prefix(r->pattern, value);
}

VALUE_FUNCTION(no_short_suffix)
{
	return without_short_suffix(r->pattern, value, scratch);
}

VALUE_FUNCTION(substituted_once)
{
	return substituted(r, value, false, scratch);
}

VALUE_FUNCTION(substituted_everywhere)
{
	return substituted(r, value, true, scratch);
}

/* What a kind of replacement string does. */
struct behaviour {
	struct argument (*value)(const struct replacement *r,
	    struct argument value, const struct template_job *job,
	    struct buf *scratch);
	const char *before; /* goes before the pattern; NULL: it has none */
	const char *after;  /* goes behind the pattern */
};

static const struct behaviour behaviours[] = {
	[REPLACEMENT_WHOLE] = { whole, NULL, NULL },
	[REPLACEMENT_UNIQUE] = { whole, NULL, NULL },
	[REPLACEMENT_CHOSEN] = { whole, NULL, NULL },
	[REPLACEMENT_NO_EXTENSION] = { no_extension, NULL, NULL },
	[REPLACEMENT_BASE] = { base, NULL, NULL },
	[REPLACEMENT_DIRECTORY] = { directory, NULL, NULL },
	[REPLACEMENT_SEQ] = { seq, NULL, NULL },
	[REPLACEMENT_SLOT] = { slot, NULL, NULL },
	[REPLACEMENT_TOTAL] = { total, NULL, NULL },
	[REPLACEMENT_PADDED_SEQ] = { padded_seq, NULL, NULL },
	[REPLACEMENT_PADDED_SLOT] = { padded_slot, NULL, NULL },
	[REPLACEMENT_NAME] = { name, NULL, NULL },
	[REPLACEMENT_TIME] = { time, NULL, NULL },
	[REPLACEMENT_VARIABLE] = { variable, NULL, NULL },
	[REPLACEMENT_HOST] = { host, NULL, NULL },
	[REPLACEMENT_MACHINE] = { machine, NULL, NULL },
	[REPLACEMENT_BEFORE_SLASH] = { before_slash, NULL, NULL },
	[REPLACEMENT_EXTENSION] = { extension, NULL, NULL },
	[REPLACEMENT_DEFAULT] = { or_default, NULL, NULL },
	[REPLACEMENT_FROM] = { sliced, NULL, NULL },
	[REPLACEMENT_SLICE] = { sliced, NULL, NULL },
	[REPLACEMENT_SHORT_PREFIX] = { no_short_prefix, "^(", ")$" },
	[REPLACEMENT_LONG_PREFIX] = { substituted_once, "^", "" },
	[REPLACEMENT_SHORT_SUFFIX] = { no_short_suffix, "^(", ")$" },
	[REPLACEMENT_LONG_SUFFIX] = { substituted_once, "", "$" },
	[REPLACEMENT_FIRST] = { substituted_once, "", "" },
	[REPLACEMENT_ALL] = { substituted_everywhere, "", "" },
	[REPLACEMENT_PREFIX] = { substituted_everywhere, "^", "" },
	[REPLACEMENT_SUFFIX] = { substituted_everywhere, "", "$" },
	[REPLACEMENT_UPPER] = { substituted_once, "^(", ")" },
	[REPLACEMENT_UPPER_ALL] = { substituted_everywhere, "(", ")" },
	[REPLACEMENT_LOWER] = { substituted_once, "^(", ")" },
	[REPLACEMENT_LOWER_ALL] = { substituted_everywhere, "(", ")" },
	[REPLACEMENT_CODE] = { whole, NULL, NULL }, /* see template_ask() */
};

bool
replacement_needs_total(const struct replacement *r)
{
	if (r->kind == REPLACEMENT_CODE)
		return strstr(r->first, "total_jobs") != NULL;
	return r->kind == REPLACEMENT_TOTAL ||
	    r->kind == REPLACEMENT_PADDED_SEQ;
}

bool
replacement_is_of_slot(const struct replacement *r)
{
	if (r->kind == REPLACEMENT_CODE)
		return strstr(r->first, "slot") != NULL;
	return r->kind == REPLACEMENT_SLOT ||
	    r->kind == REPLACEMENT_PADDED_SLOT;
}

bool
replacement_is_expanded_later(const struct replacement *r)
{
	return r->kind == REPLACEMENT_NAME || r->kind == REPLACEMENT_TIME ||
	    r->kind == REPLACEMENT_VARIABLE || r->kind == REPLACEMENT_HOST ||
	    r->kind == REPLACEMENT_MACHINE;
}

/* As strcmp(3). */
static int
compare(const struct argument *a, const struct argument *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int order = len > 0 ? memcmp(a->text, b->text, len) : 0;

	if (order != 0)
		return order;
	return (a->len > b->len) - (a->len < b->len);
}

bool
replacement_skips(const struct replacement *r, const struct template_job *job)
{
	if (r->kind != REPLACEMENT_UNIQUE && r->kind != REPLACEMENT_CHOSEN)
		return false;
	for (size_t i = 1; i < job->n_args; i++) {
		if (r->kind == REPLACEMENT_CHOSEN) {
			if (compare(&job->args[i - 1], &job->args[i]) >= 0)
				return true;
			continue;
		}
		for (size_t k = 0; k < i; k++)
			if (compare(&job->args[k], &job->args[i]) == 0)
				return true;
	}
	return false;
}

int
replacement_init(struct replacement *r, char **ret_why)
{
	const struct behaviour *b = &behaviours[r->kind];

	if (b->before == NULL)
		return 0;
	r->pattern = pattern_new(b->before, r->first, b->after, ret_why);
	return r->pattern != NULL ? 0 : -1;
}

void
replacement_release(struct replacement *r)
{
	free(r->first);
	free(r->second);
	pattern_free(r->pattern);
	*r = (struct replacement){ .first = NULL };
}

struct argument
replacement_value(const struct replacement *r, struct argument value,
    const struct template_job *job, struct buf *scratch)
{
	return behaviours[r->kind].value(r, value, job, scratch);
}
