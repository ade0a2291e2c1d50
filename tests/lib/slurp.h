/* All of standard input, for the programs of this folder. */
#ifndef TESTS_SLURP_H
#define TESTS_SLURP_H

#include <unistd.h>

#include "base/buf.h"

/* Appends what is read, up to its end, to b. */
static inline void
slurp(struct buf *b)
{
	ssize_t n;

	do {
		buf_reserve(b, 65536);
		n = read(STDIN_FILENO, b->data + b->len, 65536);
		b->len += n > 0 ? (size_t)n : 0;
	} while (n > 0);
}

#endif
