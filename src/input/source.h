/*
 * Where commands come from, whatever that is: one interface over words.h (the
 * operands of the command line), lines.h (records of a descriptor, read as they
 * arrive), templated.h (a template and its arguments), failed.h (what a log
 * says has failed), piped.h (one of those, with what its commands are given to
 * read) and gathered.h (another one, of which some is skipped or
 * comes in another order).
 */
#ifndef INPUT_SOURCE_H
#define INPUT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "item.h"

struct dealing;
struct slice;
struct source_ops;
struct strvec;

/*
 * What options say of each command in words of its own; behind them stand names
 * and contents, in turn, of files that are to be there before it starts.
 */
enum source_own {
	SOURCE_DIRECTORY, /* where it starts */
	SOURCE_TRIES,     /* how often it may be tried, a number */
	SOURCE_KEY,       /* what its output is known by to a shell */
	SOURCE_SKIPPED,   /* not "": it is counted, but not run */
	N_SOURCE_OWN,
};

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
	enum source_state (*prepare)(struct source *src); /* NULL: no need */
	uint64_t (*number)(const struct source *src);     /* NULL: 0 */
	uint64_t (*reserved)(const struct source *src);   /* NULL: 0 */
	bool (*has_slots)(const struct source *src);      /* NULL: false */
	char *const *(*args)(const struct source *src); /* NULL: no arguments */
	const char *(*tag)(
	    const struct source *src, size_t *ret_len); /* NULL: no tag */
	const struct strvec *(*results)(
	    const struct source *src);                         /* NULL: NULL */
	const struct strvec *(*own)(const struct source *src); /* NULL: NULL */
	const char *(*awaits)(const struct source *src);       /* NULL: input */
	int (*fd)(const struct source *src, int64_t *ret_due_ns); /* NULL: -1 */
	bool (*reads_terminal)(const struct source *src); /* NULL: false */
	const char *(*error)(const struct source *src);   /* NULL: no errors */
	bool (*ended)(const struct source *src);          /* NULL: true */
	uint64_t (*known)(const struct source *src);      /* NULL: 0 */
	uint64_t (*ahead)(
	    struct source *src, bool *ret_all); /* NULL: as known */
	uint64_t (*left)(struct source *src);
	const struct slice *(*input)(
	    const struct source *src, size_t *ret_n); /* NULL: none */
	const struct dealing *(*dealing)(
	    const struct source *src); /* NULL: NULL */
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
 * Reads what must be read before the first command can be taken; as
 * source_next(), but SOURCE_RECORD says that it is done.  A source that nobody
 * prepares does it in source_next().
 */
enum source_state source_prepare(struct source *src);

/*
 * The number that the command taken last has whatever else was started; or 0:
 * it is what source_next() was asked for.
 */
uint64_t source_number(const struct source *src);

/*
 * Once it is prepared: numbers up to this are those of its commands alone, and
 * source_next() is to be asked for higher ones.
 */
uint64_t source_reserved(const struct source *src);

/* True if the text or the tag of a command depends on its slot. */
bool source_has_slots(const struct source *src);

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
 * What the results of the command taken last are called, if that was asked for;
 * see struct templated_options.  NULL: only its name or number can tell.
 * Borrowed until the next command is taken.
 */
const struct strvec *source_results(const struct source *src);

/*
 * What the command taken last is given to read: so many slices, borrowed until
 * the next command is taken.  NULL: nothing.
 */
const struct slice *source_input(const struct source *src, size_t *ret_n);

/*
 * What is dealt out among the jobs while they run, see piped.h; NULL: nothing
 * is.
 */
const struct dealing *source_dealing(const struct source *src);

/*
 * What the command taken last has of its own: N_SOURCE_OWN strings or more, ""
 * for what was not asked for; or NULL.  Borrowed until the next command is
 * taken.
 */
const struct strvec *source_own(const struct source *src);

/*
 * The descriptor to wait for after SOURCE_WAIT, or -1.  It may be another one
 * each time.  *ret_due_ns gets the time of loop_clock() until which it is worth
 * waiting, or NS_NEVER; NULL: it does not matter.
 */
int source_fd(const struct source *src, int64_t *ret_due_ns);

/* What is waited for after SOURCE_WAIT, to follow "waiting for". */
const char *source_awaits(const struct source *src);

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
