/* What asking an input for its next item may say. */
#ifndef INPUT_STATE_H
#define INPUT_STATE_H

enum source_state {
	SOURCE_RECORD, /* an item */
	SOURCE_WAIT,   /* nothing yet: ask again when the descriptor is readable
			*/
	SOURCE_END,    /* no more */
	SOURCE_ERROR,  /* the input is bad, and why can be had */
};

#endif
