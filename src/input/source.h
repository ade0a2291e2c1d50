/*
 * Where commands come from: the operands of the command line, records read
 * from a descriptor as they arrive, or a template and its arguments.
 */
#ifndef INPUT_SOURCE_H
#define INPUT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arguments.h"
#include "item.h"
#include "template.h"

struct source;

/* Commands are the n words; they are not copied. */
struct source *source_from_words(char *const *words, size_t n);

/*
 * Commands are the records of fd (not owned, its flags are not changed), each
 * ended by the delimiter or the end of the input.  With lines true a
 * record that is blank, or whose first non-blank is '#', is skipped.
 */
struct source *source_from_fd(
    int fd, const struct delimiter *delimiter, bool lines);

/* A template and where its arguments come from.  All is the caller's. */
struct source_template {
	char *const *words; /* of the command */
	size_t n_words;
	struct template_syntax syntax; /* .context is set by the options below
					*/
	struct arguments_options arguments;
	int64_t max_args;  /* -n, -N or -L; -1: not given; 0: takes an
			      argument for each command, inserts none */
	bool replace_args; /* max_args is of -N or -L: word repeated, as -X */
	bool fill;         /* -m: as many as fit; also -X, with: */
	bool fill_context; /* -X */
	size_t max_chars;  /* -s: shorter than this; 0: what execve takes */
	bool shuffle;      /* --shuf */
	bool argv;         /* --argv: nothing is replaced, see source_args() */
	const char *tag;   /* --tagstring, "{}" for --tag; or NULL */
	int64_t slots;     /* how many jobs run at once, 0 = no limit */
	char *const *environ; /* what execve must hold beside the command */
};

/*
 * Commands are made of a template, see template.h, arguments.h and batch.h.
 * NULL with a message in *ret_error, which the caller frees, for everything
 * that can be known now: a file that cannot be opened, a bad regular
 * expression, {= =}.  What options points to must live on.
 */
struct source *source_from_template(
    const struct source_template *options, char **ret_error);

/*
 * The largest command that a shell can be given in this environment: -s cannot
 * raise it.
 */
size_t source_max_chars(char *const *env);

void source_free(struct source *src);

/*
 * Takes the next command, which becomes job seq in that slot; both only matter
 * to a template.  The text is borrowed until the next call, not terminated, and
 * may not contain a NUL.  Reads from the descriptor only when no whole record
 * is there; it does not block.
 */
enum source_state source_next(struct source *src, uint64_t seq, int64_t slot,
    const char **ret_text, size_t *ret_len);

/*
 * With --argv the arguments of the command taken last, for
 * command_init_argv(), NULL behind them; else NULL.  Borrowed like the text.
 */
char *const *source_args(const struct source *src);

/*
 * The tag of the command taken last, without a tab behind it, or NULL if there
 * is none.  Borrowed like the text, not terminated.
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

/* True if every command is known (words, or end of input was seen). */
bool source_ended(const struct source *src);

/* How many commands are sure to come: the operands not yet taken. */
uint64_t source_known(const struct source *src);

/*
 * Counts the commands not yet taken, and drops them: all operands; of a
 * descriptor what was read, and what more can be had at once, up to 1 MiB.
 * source_ended() then says whether that was all.
 */
uint64_t source_left(struct source *src);

#endif
