/*
 * --colsep and --csv: cuts a value into columns, as Perl's split() does with a
 * limit of -1, which keeps empty columns at the end.
 */
#ifndef INPUT_COLUMNS_H
#define INPUT_COLUMNS_H

#include <stddef.h>

struct argument;
struct columns;

/*
 * Returns what cuts at the matches of a regular expression (see pattern.h);
 * NULL with the reason in *ret_why, which the caller frees, if it is none.
 */
struct columns *columns_new(const char *separator, char **ret_why);

/*
 * Returns what cuts at this text as csv.h says; it must live on.  NULL as above
 * if it is empty.
 */
struct columns *columns_new_csv(const char *separator, char **ret_why);

void columns_free(struct columns *c);

/*
 * Begins a row of one text or more; what was cut before is not valid any more.
 */
void columns_begin(struct columns *c);

/*
 * Cuts the text, which a NUL ends.  Returns how many columns there are, at
 * least one, and in *ret where in the text they are: borrowed until the next
 * call; but 0 if quotes are in wrong places.  Empty columns count, at the end
 * too.  A separator that matches nothing cuts between any two bytes.
 */
size_t columns_split(struct columns *c, const char *text, size_t len,
    const struct argument **ret);

#endif
