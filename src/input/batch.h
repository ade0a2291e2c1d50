/* Rows gathered into what one command gets: -n, -N, -L, -X, -m, -s, --shuf. */
#ifndef INPUT_BATCH_H
#define INPUT_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "item.h"

struct arguments;
struct batch;
struct budget;
struct template;

struct batch_options {
	int64_t max_rows; /* -n, -N, -L: rows to a command; 0: no limit */
	bool spread;      /* -X, -m: the last rows are shared by the slots */
	bool shuffle;     /* --shuf: all rows are read first */
	bool count;       /* all rows are read first, to be counted */
	int64_t slots;    /* how many jobs run at once; 0: no limit */
	size_t max_chars; /* a command is shorter than this; 0: unlimited */
	size_t max_room;  /* a command with a pointer to each argument is
			     shorter than this; 0: unlimited */
};

/*
 * Returns a batch that has gathered nothing.  Options are copied; the rest is
 * borrowed and must live on.  Without tmpl, which may be NULL, a command is as
 * long as its arguments.  Every call spends from the budget.
 */
struct batch *batch_new(const struct batch_options *options,
    struct arguments *arguments, struct template *tmpl, struct budget *budget);

/* Frees it, but none of what it borrowed; NULL is harmless. */
void batch_free(struct batch *b);

/*
 * Gathers for the next command; after SOURCE_AGAIN or SOURCE_WAIT call again to
 * go on.  The arguments of all its rows are in *ret, borrowed until the next
 * call.  seq and slot are what {#} and {%} will be, for the length.
 */
enum source_state batch_next(
    struct batch *b, uint64_t seq, int64_t slot, struct row *ret);

/* How many rows the command has that batch_next() gave last. */
size_t batch_rows(const struct batch *b);

/* Why there was SOURCE_ERROR, as a message. */
const char *batch_error(const struct batch *b);

/* How many commands there are in all, if all rows were read first; else 0. */
uint64_t batch_total(const struct batch *b);

/*
 * How many commands the rows make that were read ahead, which are not all if
 * batch_known() says false.  None unless all are read before the first.
 */
uint64_t batch_gathered(const struct batch *b);

/* Returns true and how many commands are left, if that is known. */
bool batch_known(const struct batch *b, uint64_t *ret_left);

#endif
