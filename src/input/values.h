/* The values of one input source: words, or the records of a file. */
#ifndef INPUT_VALUES_H
#define INPUT_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/parse.h"
#include "item.h"

struct values;

/* How an input source is read; the same for all. */
struct values_options {
	struct delimiter delimiter; /* of records */
	bool cut_words;             /* words too are cut at the delimiter */
	const char *end_string; /* -E: this value ends its source; or NULL */
	bool no_empty;          /* -r: blank values are skipped */
	bool continued;         /* -L: a blank at the end continues a value */
};

/* The n words, which are not copied; nor are the options. */
struct values *values_from_words(
    char *const *words, size_t n, const struct values_options *options);

/*
 * The records of a file, "-" is standard input.  The path is not copied.  NULL
 * with errno if it cannot be opened.
 */
struct values *values_from_file(
    const char *path, const struct values_options *options);

void values_free(struct values *v);

/* Before the first value is taken: it is as if it were not there. */
void values_skip(struct values *v);

/* Takes the next value, borrowed until the next call. */
enum source_state values_next(
    struct values *v, const char **ret_text, size_t *ret_len);

/* The same without end_string, no_empty and continued: for a header. */
enum source_state values_next_raw(
    struct values *v, const char **ret_text, size_t *ret_len);

/* The descriptor to wait for after SOURCE_WAIT, or -1. */
int values_fd(const struct values *v);

/* Why there was SOURCE_ERROR. */
const char *values_error(const struct values *v);

/* Returns true and how many values are left, if that is known: of words. */
bool values_known(const struct values *v, size_t *ret_left);

#endif
