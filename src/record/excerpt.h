/*
 * An excerpt of what somebody writes: the first bytes and the last ones,
 * however many there are in between.
 *
 * It waits in a store, so in memory as long as there is room, then in a file.
 */
#ifndef RECORD_EXCERPT_H
#define RECORD_EXCERPT_H

#include <stddef.h>
#include <stdint.h>

#include "store/queue.h"

struct buf;

struct excerpt {
	size_t first, last; /* how many bytes at most */
	uint64_t len;       /* bytes that were added */
	struct queue beginning;
	/*
	 * The last bytes.  When the newer queue has as many as are wanted it
	 * becomes the older one, whose bytes are dropped.
	 */
	struct queue older, newer;
};

/* Prepares an empty one in the caller's storage. */
void excerpt_init(struct excerpt *excerpt, size_t first, size_t last);

/* Drops what is left of it. */
void excerpt_release(struct excerpt *excerpt, struct store *store);

/* Adds len bytes. */
void excerpt_add(
    struct excerpt *excerpt, struct store *store, const char *data, size_t len);

/*
 * Takes the first bytes out, behind what the buffer has.  Returns 0, or -1 with
 * errno if the file cannot be read.
 */
int excerpt_take_first(
    struct excerpt *excerpt, struct store *store, struct buf *out);

/*
 * The same for the last bytes.  *ret_left_out is how many bytes between the
 * first and the last ones are left out; if there are any, the last bytes begin
 * at the start of a line, unless that line is long.
 */
int excerpt_take_last(struct excerpt *excerpt, struct store *store,
    struct buf *out, uint64_t *ret_left_out);

#endif
