/* The command line, read with popt(3) into one plain structure. */
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
	OPTIONS_SPAWN, /* hand the commands to the nursery around us */
	OPTIONS_HELP,
	OPTIONS_VERSION,
	/* only by the name parallel */
	OPTIONS_NOTHING,
	OPTIONS_MINVERSION,
	OPTIONS_MINVERSION_NOT,
	OPTIONS_CPUS,
	OPTIONS_MAX_CHARS,
};

struct options {
	enum options_action action;
	bool parallel; /* called by that name: see parallel.h */
	struct scope_options scope;
	bool spawn, wait;           /* --spawn, and its --wait */
	struct strvec words;        /* the operands */
	struct delimiter delimiter; /* of commands or arguments that are read */
	bool lines; /* they are lines: blank ones and comments are skipped */
	bool templated; /* commands are made of a template, this one: */
	struct templated_options template; /* points to what is owned here */
	struct arguments_source *sources;  /* owned */
	struct strvec kept;                /* values of options */
};

/*
 * Reads argv, popt's aliases (unless NURSERY_NO_POPT is 1) and the environment
 * of an outer nursery; by the grammar of parallel if argv[0] is called that.
 * Returns 0; or -1 after saying in one line what is wrong.  The caller releases
 * ret in both cases; until then argv may point into it.
 */
int options_parse(struct options *ret, int argc, char **argv);

void options_release(struct options *options);

#endif
