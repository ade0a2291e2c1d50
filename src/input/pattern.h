/*
 * A regular expression as GNU parallel's users write it: a POSIX extended one
 * (see base/regex.h), and what of Perl's is used every day: \t \n \r \f \e
 * \\ \d \D \s \S \w \W \xHH (?:...).  It matches bytes, not characters.
 */
#ifndef INPUT_PATTERN_H
#define INPUT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

struct pattern;

/*
 * Compiles text, which is the user's, between before and after, which are ours:
 * "", "(" and ")", with "^" in front or "$" behind.  NULL if text is no regular
 * expression, with the reason in *ret_why, which the caller frees.
 */
struct pattern *pattern_new(
    const char *before, const char *text, const char *after, char **ret_why);

void pattern_free(struct pattern *p);

/*
 * Searches text, which a NUL ends, from offset from on.  "^" matches only at
 * offset 0; "$", if it comes from after, also before a newline at the end.
 * True if there is a match: from *ret_start up to *ret_end, which may be the
 * same offset.
 */
bool pattern_find(const struct pattern *p, const char *text, size_t len,
    size_t from, size_t *ret_start, size_t *ret_end);

/* The byte that is all that the pattern matches; -1 if it matches more. */
int pattern_byte(const struct pattern *p);

#endif
