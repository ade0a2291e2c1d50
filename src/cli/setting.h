/*
 * What options set, and the readers of their values: the same for nursery's own
 * command line (options.c) and for that of parallel (parallel.c).
 */
#ifndef CLI_SETTING_H
#define CLI_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/parse.h"
#include "base/strvec.h"

struct options;

enum setting {
	SETTING_HELP = 256, /* no letter of an option */
	SETTING_VERSION,
	SETTING_JOBS,
	SETTING_NULL,
	SETTING_DELIMITER,
	SETTING_SHELL,
	SETTING_DRY_RUN,
	SETTING_HALT,
	SETTING_KEEP_GOING,
	SETTING_RACE,
	SETTING_TIMEOUT,
	SETTING_FAIL_AFTER,
	SETTING_MOVE_ON,
	SETTING_JOB_TIMEOUT,
	SETTING_IDLE_TIMEOUT,
	SETTING_SIGNAL,
	SETTING_KILL_AFTER,
	SETTING_ORPHANS,
	SETTING_KEEP_ORDER,
	SETTING_GROUP,
	SETTING_LINE_BUFFER,
	SETTING_UNGROUP,
	SETTING_BUFFER,
	SETTING_VERBOSE,
	SETTING_QUIET,

	/* these make a template of commands that are none */
	SETTING_ARG_FILE,
	SETTING_TAG,
	SETTING_TAGSTRING,
	SETTING_SHUF,

	/* these and the rest mean nothing without a template */
	SETTING_EOF,
	SETTING_TRIM,
	SETTING_COLSEP,
	SETTING_HEADER,
	SETTING_NO_EMPTY,
	SETTING_MAX_ARGS,
	SETTING_MAX_REPLACE_ARGS,
	SETTING_MAX_LINES,
	SETTING_CONTEXT,
	SETTING_MANY,
	SETTING_MAX_CHARS,
	SETTING_REPLACE,
	SETTING_QUOTE,
	SETTING_PLUS,
	SETTING_LINK,
	SETTING_ARGV,
	SETTING_RPL,

	SETTINGS_END
};

#define SETTING_FIRST_OF_TEMPLATES SETTING_ARG_FILE
#define SETTING_FIRST_IN_TEMPLATES SETTING_EOF

/* What is being read: the result, and what only counts at the end. */
struct reading {
	struct options *options;
	struct jobs_limit jobs;
	bool have_jobs;
	bool have_shell;
	bool delimited;     /* -0 or -d was given */
	bool tag;           /* --tag */
	bool tagstring;     /* --tagstring, which wins; empty is none */
	bool listed;        /* the operands are the commands themselves */
	struct strvec args; /* files of -a */
	char name[48];      /* of the option at hand, as messages show it */
	char needs_template[48]; /* name of an option that does, or "" */
};

/* Fills ret with the defaults and prepares to read options into it. */
void reading_init(struct reading *reading, struct options *ret);

void reading_release(struct reading *reading);

/*
 * Sets what the option reading->name says; value is NULL for one that takes
 * none, and is not needed afterwards.  Returns 0, or -1 after saying what is
 * wrong with it.
 */
int setting_read(
    struct reading *reading, enum setting setting, const char *value);

/* Says "--name: 'value' is what." and returns -1. */
int setting_bad(
    const struct reading *reading, const char *value, const char *what);

/* The number of jobs that was asked for, or else the default. */
int64_t setting_jobs(
    const struct reading *reading, const struct jobs_limit *otherwise);

/* An outer nursery leaves us a share of its grace, and no more. */
void setting_respect_outer(struct options *options);

#endif
