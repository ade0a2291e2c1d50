/*
 * Input sources combined: rows of arguments, on demand.
 *
 * Several sources multiply, the last varies fastest; linked ones go side by
 * side.  The first is never kept in memory; what others gave is, since it is
 * needed again.  An empty source counts as one empty value if another has any.
 */
#ifndef INPUT_ARGUMENTS_H
#define INPUT_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "item.h"
#include "values.h"

struct arguments;
struct budget;
struct strvec;

/* One input source: a file, or words if path is NULL. */
struct arguments_source {
	const char *path;   /* of ::::, -a; "-" is standard input */
	char *const *words; /* of ::: */
	size_t n_words;
	bool linked; /* :::+, ::::+: side by side with the source before */
};

enum trim {
	TRIM_DEFAULT, /* both sides if there is a --colsep, else none */
	TRIM_NONE,    /* n */
	TRIM_LEFT,    /* l */
	TRIM_RIGHT,   /* r */
	TRIM_BOTH,    /* lr, rl */
};

struct arguments_options {
	const struct arguments_source *sources;
	size_t n_sources; /* 0: standard input is the only source */
	bool skip_first;  /* the first value of the first source is dropped */
	bool link;        /* --link: all side by side, short ones start over */
	const char *colsep; /* regular expression that separates columns; NULL:
			       a value is not cut */
	bool csv;           /* --csv: colsep is a text, or "," */
	bool header;        /* the first value of each source names columns */
	enum trim trim;
	struct values_options values;
};

/*
 * Opens all sources.  The options, all that they point to, and the budget, from
 * which every call spends, stay the caller's and must live on.  NULL with a
 * message in *ret_error, which the caller frees, if a source cannot be opened
 * or an option is bad.
 */
struct arguments *arguments_new(const struct arguments_options *options,
    struct budget *budget, char **ret_error);

/* Closes all sources; NULL is harmless. */
void arguments_free(struct arguments *a);

/*
 * With options->header, before any row: appends the name of each column, ""
 * for one without, to names, which starts empty.  SOURCE_RECORD when that is
 * done; after SOURCE_AGAIN or SOURCE_WAIT call again with the same names.
 */
enum source_state arguments_header(struct arguments *a, struct strvec *names);

/* Takes the next row, borrowed until the next call. */
enum source_state arguments_next(struct arguments *a, struct row *ret);

/* The descriptor to wait for after SOURCE_WAIT. */
int arguments_fd(const struct arguments *a);

/* True if a source may still be read from a terminal. */
bool arguments_read_terminal(const struct arguments *a);

/* Why there was SOURCE_ERROR, as a message. */
const char *arguments_error(const struct arguments *a);

/*
 * Returns true and how many rows are left, if that can be known without
 * reading: no source is a file that has not ended.
 */
bool arguments_known(const struct arguments *a, uint64_t *ret_left);

#endif
