/* The names of columns in templates: --header. */
#ifndef INPUT_NAMED_H
#define INPUT_NAMED_H

#include <stddef.h>

struct perl_expression_syntax;

/*
 * Replaces the name of a column by its number in {NAME}, {NAME/} and the like,
 * and in {=NAME code =}.  Returns a new string.
 */
char *named_replace(const char *word, char *const *names, size_t n_names,
    const struct perl_expression_syntax *perl);

#endif
