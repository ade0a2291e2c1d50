/* Commands that are made of a template and its arguments. */
#ifndef INPUT_TEMPLATED_H
#define INPUT_TEMPLATED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arguments.h"
#include "pipe.h"
#include "source.h"
#include "template.h"

struct source;

/* How long a command may be. */
struct templated_length {
	size_t max_chars;     /* -s: shorter than this; 0: what execve takes */
	char *const *environ; /* what execve must hold beside the command */
	size_t usable; /* -s is no more than this; 0: what execve takes */
	size_t before; /* bytes that the shell gets before each command */
};

/*
 * --template: the names of files and what they are to hold, in turn, with
 * replacement strings in both; see source_own().
 */
struct template_files {
	char **items;
	size_t n;
};

/* A template and where its arguments come from.  All is the caller's. */
struct templated_options {
	char *const *words; /* of the command */
	size_t n_words;
	struct template_syntax syntax; /* all but context, which follows from
					  the options below */
	struct arguments_options arguments;
	int64_t max_args;  /* -n, -N or -L; -1: not given; 0: takes an
			      argument for each command, inserts none */
	bool replace_args; /* max_args is of -N or -L: a word with a
			      replacement string is repeated, as with -X */
	bool fill;         /* -m, -X: as many arguments as fit */
	bool
	    fill_context; /* -X: a word with a replacement string is repeated */
	struct templated_length length;
	bool shuffle; /* --shuf */
	bool argv;    /* --argv: nothing is replaced, see source_args() */
	const char *own[N_SOURCE_OWN]; /* what becomes source_own(); or NULL */
	const char *tag; /* --tagstring, "{}" for --tag; or NULL */
	bool marks;      /* the tag may have {name} and {time} in it */
	/*
	 * --results: where they go, or NULL.  What source_results() gives is
	 * then one path: this with its replacement strings replaced; or, if
	 * there are none, the folder in it that folder.h says, and a slash.
	 */
	const char *results;
	/*
	 * What source_results() gives is the name of each column and its
	 * value, in turn.
	 */
	bool result_columns;
	/*
	 * --pipe: when there are no more arguments there are commands without,
	 * as many as are asked for, unless each argument is one job's.
	 */
	struct pipe_options pipe;
	int64_t slots;  /* how many jobs run at once, 0 = no limit */
	uint64_t total; /* how many jobs there will be; 0: to be counted */
	struct template_files files; /* --template */
};

/*
 * Returns a source of commands; how they are made: see template.h, arguments.h
 * and batch.h.  NULL with a message in *ret_error, which the caller frees, for
 * every mistake that can be known before reading: a file that cannot be opened,
 * a bad regular expression, {= =}.  Options are copied, but not what they point
 * to, which must live on.
 */
struct source *templated_new(
    const struct templated_options *options, char **ret_error);

/*
 * The largest command that a shell can be given in this environment: -s cannot
 * raise it.
 */
size_t templated_max_chars(char *const *env);

#endif
