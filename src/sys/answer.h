/* What a program answers that is run for its answer. */
#ifndef SYS_ANSWER_H
#define SYS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/*
 * Runs a program, found by PATH if argv[0] has no slash, that ends by itself,
 * and waits for that: only before there is any job.  Its input is empty.
 * Appends to ret what it writes to standard output, at most max bytes; its
 * standard error is ours, or nothing if quiet.  Returns its wait status, or -1
 * with errno if it could not be run.
 */
int answer_read(char *const *argv, bool quiet, size_t max, struct buf *ret);

#endif
