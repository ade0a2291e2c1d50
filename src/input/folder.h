/*
 * Folders that are named after the arguments of a command, as GNU parallel has
 * them for its option --results.
 */
#ifndef INPUT_FOLDER_H
#define INPUT_FOLDER_H

#include <stddef.h>

struct buf;
struct row;

/*
 * Appends the folder of the row, such as "1/a/2/b/": for each argument the name
 * of its column, or its number if names has none, and its value; columns in the
 * order of their names.  width is how many arguments are side by side; if there
 * are more, they begin again with the first column.
 *
 * In the name of a folder "\_" stands for a slash, "\t" for a tab and "\\" for
 * a backslash; and, other than in GNU parallel, "\." and "\.." for "." and
 * "..". A name is cut to as many bytes as file systems take.
 */
void folder_append(const struct row *row, size_t width, char *const *names,
    size_t n_names, struct buf *out);

#endif
