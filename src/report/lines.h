/*
 * Lines kept for the end, however many: the first ones in memory, the rest in a
 * file without a name.
 */
#ifndef REPORT_LINES_H
#define REPORT_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct lines {
	size_t most;     /* more than these are only counted; 0: no limit */
	const char *dir; /* of the file; borrowed */
	uint64_t added;  /* lines that lines_add() was given */
	uint64_t kept;   /* those of them that can be said */
	struct buf last; /* what is not in the file, each with its NUL */
	int fd;          /* the file; -1: none */
	int64_t written; /* bytes of the file */
};

/* Prepares it in the caller's storage. */
void lines_init(struct lines *lines, size_t most, const char *dir);
void lines_release(struct lines *lines);

/* Adds a line, which was allocated and is freed. */
void lines_add(struct lines *lines, char *line);

/*
 * Says them as messages, but at most that many, 0: no limit; and then, if some
 * were not said, "and N more WHAT".
 */
void lines_say(const struct lines *lines, size_t most, const char *what);

#endif
