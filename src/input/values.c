#include "values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "budget.h"
#include "csv.h"
#include "records.h"

/* Longer than what any command can take, so it is surely a mistake. */
#define VALUE_MAX ((size_t)16 * 1024 * 1024)

struct values {
	const struct values_options *options;
	struct budget *budget; /* what the call under way may use */
	char *const *words;    /* words not taken yet; NULL if it is a file */
	size_t n_words;
	bool cut;               /* some word has the delimiter in it */
	const char *rest;       /* what is left of a word being cut, or NULL */
	const char *path;       /* the file's name in messages */
	struct records records; /* the file's */
	struct buf carry;       /* -L: the start of a value that goes on */
	bool carries;           /* whether carry holds such a start */
	bool quoted;            /* --csv: a quote is open at its end */
	bool ended;             /* there are no more values */
	bool skip;              /* the file's first record is to be dropped */
	char *error;            /* the reason for SOURCE_ERROR, or NULL */
};

static const char *
find_delimiter(const struct values *v, const char *text, size_t len)
{
	const struct delimiter *delimiter = &v->options->delimiter;

	return memmem(text, len, delimiter->bytes, delimiter->len);
}

static bool
must_cut(const struct values *v)
{
	for (size_t i = 0; v->options->cut_words && i < v->n_words; i++)
		if (find_delimiter(v, v->words[i], strlen(v->words[i])) != NULL)
			return true;
	return false;
}

struct values *
values_from_words(char *const *words, size_t n,
    const struct values_options *options, struct budget *budget)
{
	struct values *v = xcalloc(1, sizeof(*v));

	v->options = options;
	v->budget = budget;
	v->words = words;
	v->n_words = n;
	v->cut = must_cut(v);
	v->ended = n == 0;
	v->records.fd = -1;
	return v;
}

struct values *
values_from_file(const char *path, const struct values_options *options,
    struct budget *budget)
{
	struct values *v = xcalloc(1, sizeof(*v));

	v->options = options;
	v->path = path;
	if (strcmp(path, "-") == 0) {
		v->path = "standard input";
		records_init(
		    &v->records, STDIN_FILENO, &options->delimiter, budget);
	} else if (records_open(
		       &v->records, path, &options->delimiter, budget) < 0) {
		free(v);
		return NULL;
	}
	v->records.max = VALUE_MAX;
	return v;
}

void
values_free(struct values *v)
{
	if (v == NULL)
		return;
	records_release(&v->records);
	buf_release(&v->carry);
	free(v->error);
	free(v);
}

static enum source_state
fail(struct values *v, const char *what, const char *why)
{
	v->error = xasprintf("%s, record %llu: %s%s", v->path,
	    (unsigned long long)v->records.count, what, why);
	v->ended = true;
	return SOURCE_ERROR;
}

/* Takes a word, or the next piece of one up to the delimiter. */
static void
take_word(struct values *v, const char **ret_text, size_t *ret_len)
{
	const char *text = v->rest != NULL ? v->rest : v->words[0];
	const char *end = NULL;
	size_t len = strlen(text);

	if (v->cut)
		end = find_delimiter(v, text, len);
	*ret_text = text;
	*ret_len = end != NULL ? (size_t)(end - text) : len;
	v->rest = end != NULL ? end + v->options->delimiter.len : NULL;
	if (v->rest == NULL) {
		v->words++;
		v->n_words--;
	}
	budget_spend(v->budget, 1, len);
}

void
values_skip(struct values *v)
{
	const char *text;
	size_t len;

	if (v->words == NULL)
		v->skip = true;
	else if (v->n_words > 0)
		take_word(v, &text, &len);
}

static enum source_state
fail_too_long(struct values *v)
{
	return fail(v, "an argument cannot be longer than 16 MiB",
	    " (are the records ended by something else? then use -0 or -d)");
}

/* Takes the next record, but not the first if that is to be skipped. */
static enum source_state
take_record(struct values *v, const char **ret_text, size_t *ret_len)
{
	enum source_state state = records_next(&v->records, ret_text, ret_len);

	if (state != SOURCE_RECORD || !v->skip || *ret_len > VALUE_MAX)
		return state;
	v->skip = false;
	return records_next(&v->records, ret_text, ret_len);
}

enum source_state
values_next_raw(struct values *v, const char **ret_text, size_t *ret_len)
{
	enum source_state state;

	if (v->error != NULL)
		return SOURCE_ERROR;
	if (v->ended)
		return SOURCE_END;
	if (v->words != NULL) {
		if (v->n_words == 0) {
			v->ended = true;
			return SOURCE_END;
		}
		if (budget_is_spent(v->budget))
			return SOURCE_AGAIN;
		take_word(v, ret_text, ret_len);
		return SOURCE_RECORD;
	}
	state = take_record(v, ret_text, ret_len);
	if (state == SOURCE_END)
		v->ended = true;
	if (state == SOURCE_ERROR)
		return fail(v, "cannot read: ", strerror(v->records.error));
	if (state == SOURCE_RECORD && memchr(*ret_text, '\0', *ret_len) != NULL)
		return fail(v, "an argument cannot contain a NUL byte",
		    " (are these NUL-terminated records? then use -0)");
	if (state == SOURCE_RECORD && *ret_len > VALUE_MAX)
		return fail_too_long(v);
	return state;
}

static bool
is_blank(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\0' || strchr(" \t\n\r\v\f", text[i]) == NULL)
			return false;
	return true;
}

static bool
is_end_string(const struct values *v, const char *text, size_t len)
{
	const char *end = v->options->end_string;

	return end != NULL && *end != '\0' && strlen(end) == len &&
	    memcmp(end, text, len) == 0;
}

/* Nothing follows: a value that was to go on is complete. */
static enum source_state
end(struct values *v, const char **ret_text, size_t *ret_len)
{
	v->ended = true;
	if (!v->carries)
		return SOURCE_END;
	v->carries = false;
	*ret_text = v->carry.data;
	*ret_len = v->carry.len;
	return SOURCE_RECORD;
}

/* Makes of the value the whole that ends with it, if it continues others. */
static void
join(struct values *v, const char **text, size_t *len)
{
	if (!v->carries)
		return;
	if (v->options->csv)
		buf_append(&v->carry, v->options->delimiter.bytes,
		    v->options->delimiter.len);
	buf_append(&v->carry, *text, *len);
	*text = v->carry.data;
	*len = v->carry.len;
}

/*
 * Whether the value goes on with the next one: -L and a blank at its end; or
 * --csv and a quote that is open.
 */
static bool
goes_on(const struct values *v, const char *text, size_t len)
{
	if (v->quoted)
		return true;
	return v->options->continued && len > 0 && is_blank(text + len - 1, 1);
}

enum source_state
values_next(struct values *v, const char **ret_text, size_t *ret_len)
{
	for (;;) {
		enum source_state state = values_next_raw(v, ret_text, ret_len);

		if (state == SOURCE_END ||
		    (state == SOURCE_RECORD && !v->quoted &&
			is_end_string(v, *ret_text, *ret_len)))
			return end(v, ret_text, ret_len);
		if (state != SOURCE_RECORD)
			return state;
		/* what it may continue is not blank, or it were skipped, too */
		if (v->options->no_empty && !v->carries &&
		    is_blank(*ret_text, *ret_len))
			continue;
		if (v->options->csv)
			v->quoted ^= csv_is_open(*ret_text, *ret_len);
		join(v, ret_text, ret_len);
		if (*ret_len > VALUE_MAX)
			return fail_too_long(v);
		if (!goes_on(v, *ret_text, *ret_len)) {
			v->carries = false;
			return SOURCE_RECORD;
		}
		if (!v->carries) {
			v->carry.len = 0;
			buf_append(&v->carry, *ret_text, *ret_len);
			v->carries = true;
		}
	}
}

int
values_fd(const struct values *v)
{
	return v->records.fd;
}

const char *
values_error(const struct values *v)
{
	return v->error;
}

bool
values_known(const struct values *v, size_t *ret_left)
{
	if (v->words == NULL || v->options->end_string != NULL ||
	    v->options->no_empty || v->options->continued || v->options->csv ||
	    v->cut)
		return false;
	*ret_left = v->n_words;
	return true;
}
