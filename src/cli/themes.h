/* All options, collected from the tables of their themes. */
#ifndef CLI_THEMES_H
#define CLI_THEMES_H

#include <stddef.h>

#include "setting.h"

/* More than there are rows in all tables together. */
#define THEMES_MAX_ROWS 384

/*
 * Puts the rows that have one of the flags, NURSERY or PARALLEL, into ret;
 * returns how many.
 */
size_t themes_list(unsigned flags, const struct setting *ret[THEMES_MAX_ROWS]);

/*
 * Find a row that has one of the flags, by its long name, which is len bytes
 * long, or by its letter.  NULL if there is none.
 */
const struct setting *themes_find_name(
    unsigned flags, const char *name, size_t len);
const struct setting *themes_find_letter(unsigned flags, char letter);

#endif
