/* Commands that are made of a template and its arguments. */
#ifndef INPUT_TEMPLATED_H
#define INPUT_TEMPLATED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arguments.h"
#include "template.h"

struct source;

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
	size_t max_chars; /* -s: shorter than this; 0: what execve takes */
	bool shuffle;     /* --shuf */
	bool argv;        /* --argv: nothing is replaced, see source_args() */
	const char *tag;  /* --tagstring, "{}" for --tag; or NULL */
	bool marks;       /* the tag may have {name} and {time} in it */
	int64_t slots;    /* how many jobs run at once, 0 = no limit */
	char *const *environ; /* what execve must hold beside the command */
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
