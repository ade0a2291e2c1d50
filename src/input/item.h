/* Items on their way from an input to a command. */
#ifndef INPUT_ITEM_H
#define INPUT_ITEM_H

#include <stddef.h>

/* What asking an input for its next item may say. */
enum source_state {
	SOURCE_RECORD, /* an item */
	SOURCE_AGAIN,  /* none yet, for lack of time only: ask again at once,
			  but first see to signals and deadlines */
	SOURCE_WAIT,   /* none yet: ask again when the descriptor is readable */
	SOURCE_END,    /* no more items */
	SOURCE_ERROR,  /* the input is bad; a message says why */
};

/* One argument of a command: borrowed bytes, not terminated, without a NUL. */
struct argument {
	const char *text;
	size_t len;
};

/*
 * Arguments that belong together: one of each input source, or the columns of
 * one record.
 */
struct row {
	const struct argument *args;
	size_t n;
};

#endif
