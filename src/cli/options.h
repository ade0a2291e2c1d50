/* What the command line asks for, read into one plain structure. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/parse.h"
#include "base/strvec.h"
#include "input/templated.h"
#include "scope/scope.h"

struct tokens;

enum options_action {
	OPTIONS_RUN,
	OPTIONS_DRY_RUN,
	OPTIONS_AGENT, /* do what another nursery asks for: see hosted.h */
	OPTIONS_SPAWN, /* hand the commands to the nursery whose job we are */
	OPTIONS_DOCTOR,
	OPTIONS_HELP,
	OPTIONS_VERSION,

	/* Only if called as parallel. */
	OPTIONS_NOTHING,        /* --citation: succeed */
	OPTIONS_MINVERSION,     /* print the version and succeed */
	OPTIONS_MINVERSION_NOT, /* print the version and fail: it is too old */
	OPTIONS_RECORD_ENV,     /* --record-env: note the variables */
	OPTIONS_SOCKETS,        /* print the number of sockets of CPUs */
	OPTIONS_CPUS,           /* print the number of CPUs */
	OPTIONS_MAX_CHARS,      /* print how long a command may be */
};

/* What depends on the log of an earlier run. */
struct resume_options {
	/* scope.records.joblog is that log */
	bool resume;         /* what it has is skipped */
	bool resume_failed;  /* what has succeeded is skipped */
	bool retry_failed;   /* what has failed is all there is to do */
	bool longest;        /* --order=longest */
	const char *history; /* the log with the times; NULL: the same */
};

/* What --spawn asks for. */
struct spawn_options {
	bool wanted; /* --spawn was given */
	bool wait;   /* --wait was given */
};

/* Called as sem, or as parallel --semaphore. */
struct sem_options {
	bool wanted;      /* called so: the command waits for a place */
	bool foreground;  /* --fg: nursery ends with the command */
	bool wait;        /* --wait: no command; until all are free */
	const char *name; /* --id; NULL: the terminal's */
	int64_t most;     /* how many there are; 0: no limit */
	int64_t limit_ns; /* --st: after that the command runs without a
			     place; below 0: it does not run; 0: no limit */
};

/* Variables that jobs get beside those that we have inherited. */
struct variables_options {
	struct strvec list; /* NAME=value; of an agent: environ from then on */
	bool files;         /* --env-file was given: .env is not read */
};

struct options {
	enum options_action action;
	bool parallel; /* nursery is called as parallel: see parallel.h */
	struct scope_options scope;
	struct resume_options resume;
	struct spawn_options spawn;
	struct sem_options sem;
	bool die_with_parent;       /* --die-with-parent was given */
	struct strvec words;        /* the operands */
	struct delimiter delimiter; /* what ends a command that is read */
	bool lines;     /* commands are lines, of which blank ones and comments
			   are skipped */
	bool templated; /* commands are made of the template */
	struct templated_options template; /* points to what is owned here */
	struct arguments_source *sources;  /* of the template; owned */
	struct strvec shell;               /* scope.job.shell, unless /bin/sh */
	struct variables_options env;
	struct strvec kept;       /* owns strings that other members point to */
	const char **names;       /* of scope.names.chosen; owned */
	const char **label_names; /* of scope.names.in_labels; owned */
	const char *agent;        /* --agent: what its controller calls it */
	struct tokens *tokens;    /* of scope.share.tokens; owned */
};

/*
 * Reads argv and what the environment says: popt's aliases, unless
 * NURSERY_NO_POPT is 1, and what an outer nursery has set.  If argv[0] is
 * called parallel, reads them as that program does.  Returns 0, or -1 after
 * saying in one line what is wrong.  The caller releases ret in both cases;
 * until then argv may point into it.
 */
int options_parse(struct options *ret, int argc, char **argv);

/* Frees what the options own. */
void options_release(struct options *options);

#endif
