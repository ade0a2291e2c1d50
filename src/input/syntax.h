/* Finds the replacement strings in a word of a template. */
#ifndef INPUT_SYNTAX_H
#define INPUT_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

#include "pieces.h"

struct template_syntax;

/*
 * Checks the n words of a command for what GNU parallel has and we have not,
 * such as {= =}.  Returns 0; or -1 with a message in *ret_error, which was NULL
 * and which the caller frees.
 */
int syntax_check(char *const *words, size_t n,
    const struct template_syntax *syntax, char **ret_error);

/*
 * Appends the pieces of the word to ret, which starts empty and which the
 * caller releases in any case.  Returns 0; or -1 with a message in *ret_error,
 * which the caller frees.
 */
int syntax_parse(const char *word, const struct template_syntax *syntax,
    struct pieces *ret, char **ret_error);

#endif
