/* The colours of labels. */
#ifndef OUTPUT_COLOUR_H
#define OUTPUT_COLOUR_H

#include <stdbool.h>

#include "output.h"

/*
 * True if labels that are written to the descriptor have colours: as the option
 * says; else as NO_COLOR, CLICOLOR_FORCE and FORCE_COLOR say; else if it is a
 * terminal that knows colours.
 */
bool colour_is_wanted(enum colour_when when, int fd);

/*
 * The sequence that begins the colour of that number, one of a few that can be
 * read on dark and on light backgrounds.  A constant.
 */
const char *colour_begin(unsigned number);

#endif
