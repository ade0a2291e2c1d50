/* The words behind the options: commands, or a template and its sources. */
#ifndef CLI_OPERANDS_H
#define CLI_OPERANDS_H

#include <stdbool.h>

struct reading;

/*
 * Splits the operands into a template and its sources if there is a separator,
 * -a, or an option that makes one; sets options->templated.  always: it is one
 * in any case, over standard input if nothing else is said.  Returns 0, or -1
 * after saying what does not go together.
 */
int operands_split(struct reading *reading, bool always);

#endif
