/*
 * Where commands come from, whatever that is: one interface over words.h (the
 * operands of the command line), lines.h (records of a descriptor, read as they
 * arrive) and templated.h (a template and its arguments).
 */
#ifndef INPUT_SOURCE_H
#define INPUT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "item.h"

struct source_ops;

/* The first member of every kind of source. */
struct source {
	const struct source_ops *ops;
};

/*
 * What a kind of source can do; each function is described below, where
 * source_NAME() calls it.  NULL is allowed where a value is given for it.
 */
struct source_ops {
	enum source_state (*next)(struct source *src, uint64_t seq,
	    int64_t slot, const char **ret_text, size_t *ret_len);
	char *const *(*args)(const struct source *src); /* NULL: no arguments */
	const char *(*tag)(
	    const struct source *src, size_t *ret_len);   /* NULL: no tag */
	int (*fd)(const struct source *src);              /* NULL: -1 */
	bool (*reads_terminal)(const struct source *src); /* NULL: false */
	const char *(*error)(const struct source *src);   /* NULL: no errors */
	bool (*ended)(const struct source *src);          /* NULL: true */
	uint64_t (*known)(const struct source *src);      /* NULL: 0 */
	uint64_t (*ahead)(
	    struct source *src, bool *ret_all); /* NULL: as known */
	uint64_t (*left)(struct source *src);
	void (*free)(struct source *src);
};

/* Frees the source; NULL is harmless. */
void source_free(struct source *src);

/*
 * Takes the next command, which becomes job seq in that slot; both only matter
 * to a template.  The text is borrowed until the next call, not terminated, and
 * may not contain a NUL.  Reads from the descriptor only when no whole record
 * is there; it does not block, and goes through no more than BUDGET_OF_A_CALL.
 */
enum source_state source_next(struct source *src, uint64_t seq, int64_t slot,
    const char **ret_text, size_t *ret_len);

/*
 * With --argv the arguments of the command taken last, for
 * command_init_argv(), NULL behind them; else NULL.  Borrowed until the next
 * command is taken.
 */
char *const *source_args(const struct source *src);

/*
 * The tag of the command taken last, without a tab behind it, or NULL if there
 * is none.  Borrowed until the next command is taken; not terminated.
 */
const char *source_tag(const struct source *src, size_t *ret_len);

/*
 * The descriptor to wait for after SOURCE_WAIT, or -1.  It may be another one
 * each time.
 */
int source_fd(const struct source *src);

/* True if it may still read from a terminal. */
bool source_reads_terminal(const struct source *src);

/* Why source_next() said SOURCE_ERROR, as a message. */
const char *source_error(const struct source *src);

/* True if it is known how many commands are still to come (source_known()). */
bool source_ended(const struct source *src);

/* How many commands are sure to come; 0 while nobody can tell. */
uint64_t source_known(const struct source *src);

/*
 * As source_known(), but first reads on, as far as there is something and not
 * too much of it, to count what nobody has asked for yet.  *ret_all: that is
 * all.  Not while somebody waits for source_fd(): what is read here does not
 * wake him.  For those who show it; nothing else may depend on it.
 */
uint64_t source_ahead(struct source *src, bool *ret_all);

/*
 * Counts the commands not yet taken, and drops them: all whose number is known;
 * else what was read already, and what more can be had at once without going
 * through a great deal of input.  source_ended() then says whether that was
 * all.
 */
uint64_t source_left(struct source *src);

#endif
