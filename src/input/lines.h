/* Commands that are the records of a descriptor, as a rule its lines. */
#ifndef INPUT_LINES_H
#define INPUT_LINES_H

#include <stdbool.h>

struct delimiter;
struct source;

/*
 * Returns a source whose commands are the records of fd (not owned, its flags
 * are not changed), each ended by the delimiter or the end of the input.  Empty
 * records are skipped; with script true also those that are blank or comments,
 * as in a shell script: their first non-blank is '#'.
 */
struct source *lines_new(
    int fd, const struct delimiter *delimiter, bool script);

#endif
