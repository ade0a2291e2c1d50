/* Commands that are the records of a descriptor, as a rule its lines. */
#ifndef INPUT_LINES_H
#define INPUT_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct delimiter;
struct source;

/*
 * Looks at the first command.  Returns NULL, or why it is refused, which is
 * from malloc(3).
 */
typedef char *lines_check(const char *text, size_t len);

/*
 * Returns a source whose commands are the records of fd (not owned, its flags
 * are not changed), each ended by the delimiter or the end of the input.  Empty
 * records are skipped; with script true also those that are blank or comments,
 * as in a shell script: their first non-blank is '#'.  If check is not NULL and
 * refuses the first command, that is an error of the source.
 */
struct source *lines_new(
    int fd, const struct delimiter *delimiter, bool script, lines_check *check);

#endif
