/*
 * What is known while options are read: the result so far, and what counts only
 * when all options and the operands are known.
 */
#ifndef CLI_READING_H
#define CLI_READING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/parse.h"
#include "base/strvec.h"
#include "options.h"

/* The words between a command and its arguments. */
struct separators {
	const char *words; /* before arguments, usually ::: */
	const char *files; /* before files with arguments, usually :::: */
};

/* Set only if nursery is called as parallel. */
struct parallel_reading {
	bool keep_order;   /* --keep-order was given */
	bool echo, silent; /* -v and --silent were given; silent wins */
	bool xargs;        /* --xargs was given */
	bool plain; /* --plain was given: no options but the command line's */
	struct strvec profiles; /* values of --profile */
};

struct reading {
	struct options options; /* the result */
	struct jobs_limit jobs; /* the value of --jobs */
	bool have_jobs;         /* --jobs was given */
	bool have_shell;        /* --shell was given */
	bool have_delimiter;    /* -0 or --delimiter was given */
	bool tag;               /* --tag was given */
	bool tagstring; /* --tagstring was given, and --tag counts no more */
	struct strvec given; /* the words before the operands, but no "--" */
	bool dashes;         /* the options end at "--" */
	bool listed;         /* the operands are the commands themselves */
	struct strvec arg_files; /* values of --arg-file */
	struct separators separators;
	char name[48];           /* the option at hand, as messages call it */
	char needs_template[48]; /* an option that needs a template, or "" */
	char not_spawning[48];   /* an option that --spawn excludes, or "" */

	struct parallel_reading parallel;
};

/* Prepares to read options: sets the defaults. */
void reading_init(struct reading *reading);

/* Frees what only the reading needed: not the options, which the caller has. */
void reading_release(struct reading *reading);

/* Says "--name: 'value' is what." and returns -1. */
int reading_bad(
    const struct reading *reading, const char *value, const char *what);

/*
 * Refuses an empty name of a file, which most likely comes from a variable that
 * is not set.  Returns 0, or -1 after a message.
 */
int reading_need_file(const struct reading *reading, const char *value);

/*
 * For an option whose value is one of n words, two at least: returns the place
 * of the value among them, from 0, or -1 after reading_bad().
 */
int reading_choose(const struct reading *reading, const char *value,
    const char *const *words, size_t n);

/* The same for an array of words. */
#define READING_CHOOSE(reading, value, words)                                  \
	reading_choose(reading, value, words, sizeof(words) / sizeof(*(words)))

/* Returns a copy of the value that lives as long as the options. */
char *reading_keep(struct reading *reading, const char *value);

/*
 * Sets the shell that runs the commands: the name of a program in PATH, or a
 * path, and the words between it and -c, an array that NULL ends.  A relative
 * path starts from the current directory, wherever jobs run.  All is copied.
 * Returns 0, or -1 after reading_bad().
 */
int reading_set_shell(
    struct reading *reading, const char *program, char *const *more);

/* Returns the number of jobs that was asked for, or else the default. */
int64_t reading_jobs(
    const struct reading *reading, const struct jobs_limit *otherwise);

/*
 * Settles how long jobs have to end after the signal that asks them to.  If we
 * are a job of another nursery, it says how long we have: all our jobs, and
 * then all services, must end within that.
 */
void reading_settle_grace(struct reading *reading);

#endif
