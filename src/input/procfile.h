/* A Procfile: "name: command" a line, as foreman, honcho and overmind have it.
 */
#ifndef INPUT_PROCFILE_H
#define INPUT_PROCFILE_H

#include <stddef.h>

struct strvec;

/*
 * Parses the len bytes of a Procfile and appends for each of its lines the
 * name, of letters, digits, - and _, and the command, without blanks around
 * them.  Blank lines and those that begin with # are skipped.  No two lines may
 * have one name.
 *
 * Returns 0, or -1 with the number of the line that is wrong and why, which
 * completes "FILE:LINE: "; ret then has what came before.
 */
int procfile_parse(const char *text, size_t len, struct strvec *ret,
    size_t *ret_line, const char **ret_why);

#endif
