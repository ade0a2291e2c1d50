/*
 * Regular expressions that users write: POSIX extended ones, see regex(7).
 *
 * Those have no back-references, though the C library takes them for an
 * extension: to match one can take for ever, and no signal ends it.  They are
 * refused here, so all expressions of users' must be compiled here.
 */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include <regex.h>

/*
 * Compiles the expression; flags are those of regcomp(3) beside REG_EXTENDED.
 * Returns 0, and the caller frees *ret by regfree(3); or -1 with what is wrong,
 * "not an extended regular expression: WHY", in *ret_why, which the caller
 * frees.
 */
int regex_compile(regex_t *ret, const char *text, int flags, char **ret_why);

/*
 * Returns the expression with Perl's classes, which POSIX does not have, spelt
 * out: \d \s \w, also within brackets, and \D \S \W.  The caller frees it.
 */
char *regex_spell_out(const char *text);

/*
 * What stands between brackets for Perl's \d, \s or \w, and negated for \D, \S
 * or \W; NULL for any other letter.
 */
const char *regex_class(char c);

#endif
