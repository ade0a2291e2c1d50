/*
 * A regular expression of the user's: POSIX extended, and of Perl's what is
 * used every day: \t \n \r \f \e \\ \d \D \s \S \w \W \xHH, (?:...).
 * Bytes, not characters.
 */
#ifndef INPUT_PATTERN_H
#define INPUT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

struct pattern;

/*
 * Compiles before + text + after.  NULL if text is no regular expression, with
 * the reason in *ret_why, which the caller frees.
 */
struct pattern *pattern_new(
    const char *before, const char *text, const char *after, char **ret_why);

void pattern_free(struct pattern *p);

/*
 * Searches text, which a NUL ends, from offset from on; ^ matches only at 0, $
 * of after also before a newline at the end.
 * True if there is a match: from *ret_start up to *ret_end, maybe empty.
 */
bool pattern_find(const struct pattern *p, const char *text, size_t len,
    size_t from, size_t *ret_start, size_t *ret_end);

/* The byte that the pattern is, if it is no more than one byte; else -1. */
int pattern_byte(const struct pattern *p);

#endif
