/*
 * What nursery says for --help and --version, by either name.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Writes the help to out: for the name parallel if that is true, else for
 * nursery: a screen, or all options if that is true.  Errors show when the
 * caller calls fflush(3).
 */
void help_print(FILE *out, bool parallel, bool all);

/* Writes one line with the version, in the same way as help_print(). */
void help_print_version(FILE *out, bool parallel);

#endif
