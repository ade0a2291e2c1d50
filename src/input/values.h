/* The values of one input source: words, or the records of a file. */
#ifndef INPUT_VALUES_H
#define INPUT_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/parse.h"
#include "item.h"

struct budget;
struct values;

/* How an input source is read; all sources of a command are read alike. */
struct values_options {
	struct delimiter delimiter; /* what ends the records of a file */
	bool cut_words;             /* words, too, are cut at the delimiter */
	const char *end_string; /* -E: this value ends its source; or NULL */
	bool no_empty;          /* -r: blank values are skipped */
	bool continued;         /* -L: a blank at the end continues a value */
	bool csv;               /* --csv: so does a quote that is open */
};

/*
 * Returns a source of the n words.  Words and options are not copied; what is
 * taken is spent from the budget, which must live on.
 */
struct values *values_from_words(char *const *words, size_t n,
    const struct values_options *options, struct budget *budget);

/*
 * Returns a source of the records of a file, "-" is standard input.  Path and
 * options are not copied; what is read and taken is spent from the budget,
 * which must live on.  NULL with errno if the file cannot be opened.
 */
struct values *values_from_file(const char *path,
    const struct values_options *options, struct budget *budget);

/* Frees the source; NULL is harmless. */
void values_free(struct values *v);

/* Drops the first value.  To be called before any value is taken. */
void values_skip(struct values *v);

/* Takes the next value, borrowed until the next call. */
enum source_state values_next(
    struct values *v, const char **ret_text, size_t *ret_len);

/*
 * Takes the next value as it stands, whatever -E, -r and -L say: for a header.
 */
enum source_state values_next_raw(
    struct values *v, const char **ret_text, size_t *ret_len);

/* The descriptor to wait for after SOURCE_WAIT, or -1. */
int values_fd(const struct values *v);

/* Why there was SOURCE_ERROR, as a message. */
const char *values_error(const struct values *v);

/*
 * Returns true and how many values are left, if that can be known without
 * reading: of words that neither -d, -E, -r nor -L may change.
 */
bool values_known(const struct values *v, size_t *ret_left);

#endif
