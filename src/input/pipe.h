/*
 * --pipe: what the command line says about standard input that is given to
 * jobs.
 */
#ifndef INPUT_PIPE_H
#define INPUT_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/parse.h"
#include "cut.h"

/* The most columns that a line may have. */
#define PIPE_COLUMN_MAX 1000000

struct perl;

/* Who gets a block. */
enum pipe_how {
	PIPE_JOB,   /* a new job */
	PIPE_ROBIN, /* --round-robin: the next job of those that run */
	PIPE_TEE,   /* --tee: all of them */
	PIPE_SHARD, /* --shard: each line goes to a job by a hash of a column */
	PIPE_BIN,   /* --bin: by the number in a column */
};

/* Perl code. */
struct pipe_code {
	const char *text;  /* NULL: there is none */
	struct perl *perl; /* which runs it; borrowed */
};

struct pipe_options {
	bool given; /* --pipe, or another option that implies it */
	bool part;  /* --pipe-part: of files, not of standard input */
	enum pipe_how how;
	bool in_turn;       /* --round-robin in a strict order */
	int64_t block;      /* --block: a size; -N: N blocks for each job */
	int64_t timeout_ns; /* --block-timeout; 0: none */
	/* A block that --block-timeout ends may have fewer records than -N. */
	bool partly;
	struct cut_options cut;
	bool remove;        /* --remove-rec-sep */
	bool no_empty;      /* -r */
	bool skip_first;    /* --skip-first-line */
	const char *header; /* a regular expression; NULL: there is none */
	bool drop_header;   /* jobs do not get it */
	/*
	 * Of --group-by, --shard, --bin: a number, 0 is the whole line, or a
	 * name; NULL: there is none.
	 */
	const char *column;
	struct pipe_code code; /* which changes it */
	const char *file; /* --cat, --fifo: where the input is; NULL: stdin */
	const char *
	    *paths; /* --pipe-part: the files; the strings are borrowed */
	size_t n_paths;
	int64_t jobs; /* so many run at once; 0: no limit */
	/*
	 * PIPE_ROBIN, PIPE_SHARD, PIPE_BIN: among so many jobs input is dealt
	 * out; 0: among as many as can be started at once.
	 */
	int64_t at_most;
};

/*
 * True if the column is given by its number, not by its name; only
 * pipe_column_number() says whether there can be such a column.
 */
static inline bool
pipe_is_number(const char *column)
{
	return column[strspn(column, "-0123456789")] == '\0';
}

/* The number of a column; false: there is no such number, see above. */
static inline bool
pipe_column_number(const char *column, int64_t *ret)
{
	if (parse_count(column, 0, PIPE_COLUMN_MAX, ret) == 0)
		return true;
	if (*column != '-' ||
	    parse_count(column + 1, 1, PIPE_COLUMN_MAX, ret) < 0)
		return false;
	*ret = -*ret;
	return true;
}

/* True if there are always more commands. */
static inline bool
pipe_is_endless(const struct pipe_options *pipe)
{
	return pipe->given && pipe->how != PIPE_TEE;
}

#endif
