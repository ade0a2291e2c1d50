/*
 * The operands, which are the words behind the options: either commands, or a
 * template and the sources of its arguments.
 */
#ifndef CLI_OPERANDS_H
#define CLI_OPERANDS_H

#include <stdbool.h>

struct reading;

/*
 * Decides whether the commands are made of a template, sets options.templated
 * and, if so, what the template and its sources are.  They are if always is
 * true, or if there is a separator, -a, or an option that only a template can
 * serve.  Sources that are not given mean standard input.  Returns 0, or -1
 * after saying which options do not go together.
 */
int operands_split(struct reading *reading, bool always);

#endif
