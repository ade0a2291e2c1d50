/*
 * --pipe: the bytes of a descriptor, in blocks that end where records do.
 * Never blocks; holds one block and what follows it of the next.
 */
#ifndef INPUT_BLOCKS_H
#define INPUT_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/block.h"
#include "item.h"

struct blocks;
struct cut;
struct groups;
struct pattern;

struct blocks_options {
	int fd;       /* borrowed */
	int64_t size; /* --block: a block is the records in so many bytes */
	/*
	 * --block-timeout: no whole record waits longer until the block is
	 * full; 0: it does, for ever.
	 */
	int64_t timeout_ns;
	bool partly;     /* such a block may have fewer records than -N says */
	bool remove;     /* --remove-rec-sep */
	bool no_empty;   /* -r: empty lines are dropped */
	bool csv;        /* where lines end: see line.h; of no_empty */
	bool skip_first; /* the first line is dropped */
	const char *header; /* --header: a regular expression; NULL: none */
	bool drop_header;   /* it is told to headed() only */
	/*
	 * Is told the header, before the first block is made.  Returns NULL, or
	 * a message, which becomes ours: what is wrong with it.  May be NULL.
	 */
	char *(*headed)(void *arg, const char *header, size_t len);
	void *arg;
	const struct cut *cut; /* borrowed */
	/*
	 * Of so many groups is a block, 0: as many as fit, and not as cut says.
	 * Borrowed; NULL: there are none.
	 */
	struct groups *groups;
	int64_t n_groups;
};

/*
 * Makes *ret the expression of --header, which the caller frees, or NULL if
 * there is none.  Returns 0, or -1 with a message in *ret_error, which the
 * caller frees.
 */
int blocks_header_pattern(const struct blocks_options *options,
    struct pattern **ret, char **ret_error);

/*
 * Returns the blocks; options are copied.  NULL with a message in *ret_error,
 * which the caller frees, if the header is no regular expression.
 */
struct blocks *blocks_new(
    const struct blocks_options *options, char **ret_error);

/* NULL is allowed. */
void blocks_free(struct blocks *blocks);

/*
 * Takes the next block, whose reference becomes the caller's.  SOURCE_WAIT: ask
 * again when blocks_fd() is readable.
 */
enum source_state blocks_next(struct blocks *blocks, struct slice *ret);

/* What is read; or what says where groups begin, while that is awaited. */
int blocks_fd(const struct blocks *blocks);

/*
 * After SOURCE_WAIT: the time of loop_clock() when it is worth asking again
 * even if nothing can be read; or NS_NEVER.
 */
int64_t blocks_due_ns(const struct blocks *blocks);

/*
 * What goes before each block, borrowed; len is 0 if nothing does.  Known once
 * there is a block.
 */
const struct slice *blocks_header(const struct blocks *blocks);

/* Why there was SOURCE_ERROR, as a message. */
const char *blocks_error(const struct blocks *blocks);

/* True if there is no further block. */
bool blocks_ended(const struct blocks *blocks);

#endif
