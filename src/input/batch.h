/* Rows gathered into what one command gets: -n, -N, -L, -X, -m, -s, --shuf. */
#ifndef INPUT_BATCH_H
#define INPUT_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "item.h"

struct arguments;
struct batch;
struct template;

struct batch_options {
	int64_t max_rows; /* -n, -N, -L: rows to a command; 0: no limit */
	bool spread;      /* -X, -m: the last ones are shared by the slots */
	bool shuffle;     /* --shuf: all rows are read first */
	bool count;       /* all rows are read first, to be counted */
	int64_t slots;    /* 0: no limit */
	size_t max_chars; /* a command is shorter than this; 0: unlimited */
	size_t max_room;  /* the same with 8 bytes for each argument */
};

/* All is borrowed and must live on.  tmpl may be NULL: lengths just add up. */
struct batch *batch_new(const struct batch_options *options,
    struct arguments *arguments, struct template *tmpl);

void batch_free(struct batch *b);

/*
 * Gathers for the next command; after SOURCE_WAIT call again.  The arguments
 * of all its rows are in *ret, borrowed until the next call.  seq and slot are
 * what {#} and {%} will be, for the length.
 */
enum source_state batch_next(
    struct batch *b, uint64_t seq, int64_t slot, struct row *ret);

/* Why there was SOURCE_ERROR. */
const char *batch_error(const struct batch *b);

/* How many commands there are in all, once rows were counted; else 0. */
uint64_t batch_total(const struct batch *b);

/* Returns true and how many commands are left, if that is known. */
bool batch_known(const struct batch *b, uint64_t *ret_left);

#endif
