/* Which file a name stands for, to see whether it was made or replaced. */
#ifndef READY_FILEMARK_H
#define READY_FILEMARK_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/types.h>

/* All zero is that of no file. */
struct filemark {
	dev_t dev;
	ino_t ino;
	int64_t size;
	int64_t written_ns; /* when the content was changed last */
	int64_t born_ns;    /* when it was made; 0 if nobody knows */
};

/* The mark of the file, in *ret.  Returns 0, or -1 with errno: no file. */
int filemark_read(const char *path, struct filemark *ret);

/* True if both are of the same file, which was not written in between. */
bool filemark_is_same(const struct filemark *a, const struct filemark *b);

#endif
