/*
 * A file of variables, NAME=value a line, as foreman and docker compose read
 * their .env.
 */
#ifndef INPUT_ENVFILE_H
#define INPUT_ENVFILE_H

#include <stddef.h>

struct strvec;

/*
 * Parses the len bytes of such a file and appends "NAME=value" for each
 * variable, in the order of the file.
 *
 * Blank lines, those that begin with # and "export " before a name are
 * skipped, as are blanks around the =.  A value is one of:
 *   'text'  as it is, newlines too;
 *   "text"  newlines too; \n, \r and \t are characters, any other character
 *           behind a backslash stands for itself;
 *   text    up to the end of the line, but for a # with a blank before it and
 *           what follows; blanks at its end are dropped.
 * Behind a quoted value only a comment may stand.  Nothing is expanded: a $ is
 * a $.
 *
 * Returns 0, or -1 with the number of the line that is wrong and why, which
 * completes "FILE:LINE: "; ret then has what came before.
 */
int envfile_parse(const char *text, size_t len, struct strvec *ret,
    size_t *ret_line, const char **ret_why);

#endif
