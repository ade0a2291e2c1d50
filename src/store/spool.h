/*
 * The spool file: where output waits that has no room in memory.
 *
 * One file without a name for the whole nursery, made when first needed.  It is
 * cut into extents of power-of-two sizes, so that a stream of n bytes has
 * O(log n) of them; freed extents are used again and their disk space is given
 * back at once.
 */
#ifndef STORE_SPOOL_H
#define STORE_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

#include "segment.h"

#define SPOOL_CLASSES 11 /* 64 KiB doubling up to 64 MiB */

struct spool {
	char *dir;        /* owned */
	int fd;           /* owned; -1 until needed */
	bool refused;     /* no such file can be made in dir */
	bool keeps_holes; /* the file system cannot punch holes */
	bool freed;       /* set when space was given back */
	int64_t end;      /* of the last extent */
	int64_t live;     /* extents in use */
	struct segment_list free[SPOOL_CLASSES];
};

/* Prepares a spool in the caller's storage; opens nothing.  Copies dir. */
void spool_init(struct spool *spool, const char *dir);

/* Closes the file; every segment must have been given back. */
void spool_release(struct spool *spool);

/*
 * Returns an empty extent of size class 0 to SPOOL_CLASSES - 1, or NULL if
 * there can be no file.
 */
struct segment *spool_take(struct spool *spool, int size_class);

/* Takes back a segment that came from spool_take(). */
void spool_give(struct spool *spool, struct segment *seg);

/*
 * Writes bytes behind those of seg, at most what has room.  Returns how many;
 * 0 if none could be written (disk full, file size limit) or none had room.
 */
size_t spool_append(
    struct spool *spool, struct segment *seg, const char *data, size_t len);

/* True if a smallest extent can be written in full; asks the disk. */
bool spool_has_room(struct spool *spool);

/*
 * Reads up to size of the first bytes of seg, which stay there.  Returns how
 * many (at least 1), or -1 with errno.
 */
ssize_t spool_read(
    struct spool *spool, const struct segment *seg, char *data, size_t size);

#endif
