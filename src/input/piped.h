/*
 * --pipe: the commands of another source, with what they are given to read.
 * Either each gets a block, or the blocks are dealt out among jobs that run:
 * scope/deal.c does that, by the rules that are given here.
 */
#ifndef INPUT_PIPED_H
#define INPUT_PIPED_H

#include <stddef.h>
#include <stdint.h>

#include "pipe.h"

struct blocks;
struct keys;
struct source;

/* How blocks are dealt out. */
struct dealing {
	enum pipe_how how;
	bool in_turn;
	/*
	 * How many jobs take part is not known from the start: once no other
	 * can be started for now, none joins any more.
	 */
	bool fills;
	struct blocks *blocks;
	int fd;            /* that they are read from */
	struct keys *keys; /* of PIPE_SHARD and PIPE_BIN */
};

/*
 * Returns a source of the commands of inner, which it owns from now on.
 * Options are copied, but not what they point to, which must live on.  NULL
 * with a message in *ret_error, which the caller frees, for every mistake that
 * can be known before reading; inner is freed then, too.
 */
struct source *piped_new(
    const struct pipe_options *options, struct source *inner, char **ret_error);

#endif
