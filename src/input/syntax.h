/* Finds the replacement strings in a word of a template. */
#ifndef INPUT_SYNTAX_H
#define INPUT_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

#include "replacement.h"

struct template_syntax;

/* A part of a word: a replacement string, or text that stays. */
struct piece {
	bool replaced; /* it is a replacement string */
	char *text;    /* the text that stays, owned; NULL if replaced */
	size_t len;    /* of text */
	struct replacement
	    replacement; /* the replacement string, if it is one */
};

/* The parts of a word, in order. */
struct pieces {
	struct piece *items;
	size_t n;
	size_t cap;
};

/*
 * Appends the pieces of the word to ret, which starts empty and which the
 * caller releases in any case.  Returns 0; or -1 with a message in *ret_error,
 * which the caller frees.
 */
int syntax_parse(const char *word, const struct template_syntax *syntax,
    struct pieces *ret, char **ret_error);

/* Frees the pieces and what they hold, and leaves p empty. */
void pieces_release(struct pieces *p);

#endif
