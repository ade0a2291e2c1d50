/* GNU parallel's options, read as that program reads them: getopt_long(3). */
#ifndef CLI_GRAMMAR_H
#define CLI_GRAMMAR_H

#include <stdbool.h>

#include "setting.h"
#include "templating.h"

struct strvec;

/* What only counts at the end, beside what is in reading. */
struct parsing {
	struct reading *reading;
	struct separators separators;
	bool keep_order;
	bool echo, silent; /* -v, and what takes it back */
	bool xargs; /* --xargs: as -m, but the last ones are not shared out */
	bool plain; /* no config files, no $PARALLEL */
};

/*
 * Reads the options that stand before the first word, and appends the words to
 * words.  argv[0] is skipped, the order of argv is kept.  Returns 0, or -1
 * after saying what is wrong.
 */
int grammar_read(
    struct parsing *parsing, int argc, char **argv, struct strvec *words);

#endif
