/*
 * What nursery --help says.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

/*
 * Writes the help, which fits a screen of 80 columns, to out.  Whether all of
 * it arrived the caller learns from fflush(3) or fclose(3).
 */
void help_print(FILE *out);

#endif
