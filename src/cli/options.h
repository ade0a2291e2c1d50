/* The command line, read with popt(3) into one plain structure. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "nursery/nursery.h"

enum options_action {
	OPTIONS_RUN,
	OPTIONS_DRY_RUN,
	OPTIONS_HELP,
	OPTIONS_VERSION,
};

struct options {
	enum options_action action;
	struct nursery_options nursery;
	char **words; /* the operands: commands; owned */
	size_t n_words;
	char delimiter; /* of commands on standard input */
	bool lines;  /* they are lines: blank ones and comments are skipped */
	char *shell; /* owned; what nursery.shell points to, or NULL */
};

/*
 * Reads argv, popt's aliases (unless NURSERY_NO_POPT is 1) and the environment
 * of an outer nursery.  Returns 0; or -1 after saying in one line what is
 * wrong.  The caller releases ret in both cases.
 */
int options_parse(struct options *ret, int argc, char **argv);

void options_release(struct options *options);

#endif
