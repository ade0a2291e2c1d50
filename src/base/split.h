/* The words of a line that is written as for a shell. */
#ifndef BASE_SPLIT_H
#define BASE_SPLIT_H

struct strvec;

/*
 * Appends the words of the text to ret.  Blanks (space, tab, newline) are
 * between words, and quotes mean what they mean in sh(1): nothing is special
 * between single quotes; between double quotes a backslash is, before a double
 * quote, a backslash, a dollar sign or a backquote; outside of quotes a
 * backslash makes any character a plain one.  A word may be empty, as ''.
 * Nothing is expanded, and # begins no comment.  Returns 0, or -1 if a quote
 * has no end; then ret has the words before it.
 */
int split_words(const char *text, struct strvec *ret);

#endif
