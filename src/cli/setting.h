/*
 * The options.  A row says all about one spelling of an option: nursery's own
 * grammar (options.c) and that of parallel (grammar.c) are both made of these
 * rows.  They stand with their setters in a file for each theme: running.c,
 * templating.c, ending.c, printing.c, special.c, retrying.c, and imitating.c
 * for what only parallel has.
 */
#ifndef CLI_SETTING_H
#define CLI_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/parse.h"
#include "base/strvec.h"

struct options;

/* What stands between a command and its arguments, usually ::: and ::::. */
struct separators {
	const char *words;
	const char *files;
};

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
	struct separators separators;
	char name[48]; /* of the option at hand, as messages show it */
	char needs_template[48]; /* name of an option that does, or "" */
	char not_spawning[48]; /* of one that does not go with --spawn, or "" */
	/* only by the name parallel */
	bool keep_order;
	bool echo, silent; /* -v, and what takes it back */
	bool xargs; /* --xargs: as -m, but the last ones are not shared out */
};

enum setting_value {
	FLAG, /* takes no value */
	VALUE,
	/* only parallel's, whose value may be missing: it is attached or is */
	MAYBE,        /* the next word unless that looks like an option */
	MAYBE_NUMBER, /* the next word if that is a number */
};

enum setting_flags {
	NURSERY = 1, /* whose option it is */
	PARALLEL = 2,
	BOTH = NURSERY | PARALLEL,
	NEEDS_TEMPLATE = 4, /* means nothing without a template */
	SPAWNING = 8, /* goes with --spawn, as all that need a template do */
};

struct setting {
	const char *name; /* long, or NULL */
	char letter;      /* or '\0' */
	enum setting_value value;
	unsigned flags;
	/*
	 * Sets what the option says.  value is NULL if there is none, and is
	 * not needed afterwards.  Returns 0, or -1 after setting_bad().
	 */
	int (*set)(struct reading *reading, const char *value);
};

/* The rows of each theme; a row without a setter ends them. */
extern const struct setting running_settings[], templating_settings[],
    ending_settings[], printing_settings[], imitating_settings[],
    special_settings[], retrying_settings[], pacing_settings[];

#define SETTINGS_END                                                           \
	{                                                                      \
		NULL, '\0', FLAG, 0, NULL                                      \
	}

/* More than there are rows. */
#define SETTINGS_MAX 200

/* Puts the rows that NURSERY or PARALLEL has into ret; returns how many. */
size_t setting_list(
    enum setting_flags grammar, const struct setting *ret[SETTINGS_MAX]);

/*
 * Calls the setter; messages call the option by its long name if it has one and
 * by_name, else by its letter.  Returns what the setter does.
 */
int setting_apply(struct reading *reading, const struct setting *setting,
    bool by_name, const char *value);

/* Says "--name: 'value' is what." and returns -1. */
int setting_bad(
    const struct reading *reading, const char *value, const char *what);

/* Copies a value that must live as long as the options. */
char *setting_keep(const struct reading *reading, const char *value);

/*
 * Sets the shell that runs the commands: a program of that name in PATH, or a
 * path, which counts from here wherever a job starts.  Returns 0, or -1 after
 * setting_bad().
 */
int setting_shell(const struct reading *reading, const char *name);

/* Fills ret with the defaults and prepares to read options into it. */
void reading_init(struct reading *reading, struct options *ret);

void reading_release(struct reading *reading);

/* How many of the special jobs are services. */
int plan_services(const struct options *options);

/* Frees the special jobs that options asked for. */
void plan_items_release(struct options *options);

/* The number of jobs that was asked for, or else the default. */
int64_t setting_jobs(
    const struct reading *reading, const struct jobs_limit *otherwise);

/* An outer nursery leaves us a share of its grace, and no more. */
void setting_respect_outer(struct options *options);

#endif
