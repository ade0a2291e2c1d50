/* What the command line asks for, read into one plain structure. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/parse.h"
#include "base/strvec.h"
#include "input/templated.h"
#include "scope/scope.h"

enum options_action {
	OPTIONS_RUN,
	OPTIONS_DRY_RUN,
	OPTIONS_SPAWN, /* hand the commands to the nursery whose job we are */
	OPTIONS_DOCTOR,
	OPTIONS_HELP,
	OPTIONS_VERSION,

	/* Only if called as parallel. */
	OPTIONS_NOTHING,        /* --citation: succeed */
	OPTIONS_MINVERSION,     /* print the version and succeed */
	OPTIONS_MINVERSION_NOT, /* print the version and fail: it is too old */
	OPTIONS_CPUS,           /* print the number of CPUs */
	OPTIONS_MAX_CHARS,      /* print how long a command may be */
};

struct options {
	enum options_action action;
	bool parallel; /* nursery is called as parallel: see parallel.h */
	struct scope_options scope;
	bool spawn, wait;           /* --spawn and --wait were given */
	struct strvec words;        /* the operands */
	struct delimiter delimiter; /* what ends a command that is read */
	bool lines;     /* commands are lines, of which blank ones and comments
			   are skipped */
	bool templated; /* commands are made of the template */
	struct templated_options template; /* points to what is owned here */
	struct arguments_source *sources;  /* of the template; owned */
	struct strvec shell;               /* scope.job.shell, unless /bin/sh */
	struct strvec kept;       /* owns strings that other members point to */
	const char **names;       /* of scope.names; owned */
	const char **label_names; /* of scope.label_names; owned */
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
