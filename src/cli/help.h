/*
 * What nursery --help and --version say.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Writes the help, which fits a screen of 80 columns, to out; parallel: that of
 * the name parallel.  Whether all of it arrived the caller learns from
 * fflush(3) or fclose(3).
 */
void help_print(FILE *out, bool parallel);

/* The same with the version. */
void help_print_version(FILE *out, bool parallel);

#endif
