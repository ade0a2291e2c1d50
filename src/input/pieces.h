/* The parts of a word of a template: replacement strings, and text that stays.
 */
#ifndef INPUT_PIECES_H
#define INPUT_PIECES_H

#include <stdbool.h>
#include <stddef.h>

#include "replacement.h"

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

/* Appends a piece, and takes over what it owns. */
void pieces_add(struct pieces *p, struct piece piece);

/* Appends a copy of the text as a piece, unless it is empty. */
void pieces_add_text(struct pieces *p, const char *text, size_t len);

/* Frees the pieces and what they hold, and leaves p empty. */
void pieces_release(struct pieces *p);

#endif
