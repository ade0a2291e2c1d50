/* Templates on the command line: their options and the separators. */
#ifndef CLI_TEMPLATING_H
#define CLI_TEMPLATING_H

#include "setting.h"

/* setting_read() for settings from SETTING_FIRST_OF_TEMPLATES on. */
int templating_read(
    struct reading *reading, enum setting setting, const char *value);

/* What stands between a command and its arguments, usually ::: and ::::. */
struct separators {
	const char *words;
	const char *files;
};

#define SEPARATORS_INIT                                                        \
	{                                                                      \
		":::", "::::"                                                  \
	}

/*
 * Splits the operands into a template and its sources if there is a separator,
 * -a, or an option that makes one; sets options->templated.  always: it is one
 * in any case, over standard input if nothing else is said.  Returns 0, or -1
 * after saying what does not go together.
 */
int templating_conclude(
    struct reading *reading, const struct separators *separators, bool always);

#endif
