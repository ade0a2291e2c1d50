/* Items on their way from an input to a command. */
#ifndef INPUT_ITEM_H
#define INPUT_ITEM_H

#include <stddef.h>

/* What asking an input for its next item may say. */
enum source_state {
	SOURCE_RECORD, /* an item */
	SOURCE_WAIT,   /* nothing yet: ask again when the descriptor is readable
			*/
	SOURCE_END,    /* no more */
	SOURCE_ERROR,  /* the input is bad, and why can be had */
};

/* Bytes that belong to someone else; not terminated, without a NUL. */
struct argument {
	const char *text;
	size_t len;
};

/* What the input sources give at once: an argument of each, or its columns. */
struct row {
	const struct argument *args;
	size_t n;
};

#endif
