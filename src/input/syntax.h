/* Replacement strings found in a word of a template. */
#ifndef INPUT_SYNTAX_H
#define INPUT_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

#include "replacement.h"

struct template_syntax;

/* A part of a word: a replacement string, or text. */
struct piece {
	bool replaced;
	char *text; /* owned; NULL if replaced */
	size_t len;
	struct replacement replacement; /* if replaced */
};

struct pieces {
	struct piece *items;
	size_t n;
	size_t cap;
};

/*
 * Appends the pieces of the word to ret, which starts empty.  Returns 0; or -1
 * with a message in *ret_error, which the caller frees, as well as ret.
 */
int syntax_parse(const char *word, const struct template_syntax *syntax,
    struct pieces *ret, char **ret_error);

void pieces_release(struct pieces *p);

#endif
