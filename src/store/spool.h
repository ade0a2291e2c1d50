/*
 * The spool file: where bytes wait that have no room in memory.
 *
 * It has no name and is made when first needed.  It is cut into extents, each
 * twice as big as the last one of its queue, so that a queue of n bytes has
 * O(log n) of them.  Freed extents are used again, and their disk space is
 * given back at once.
 */
#ifndef STORE_SPOOL_H
#define STORE_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

#include "headroom.h"
#include "segment.h"

#define SPOOL_CLASSES 11 /* sizes of extents: 64 KiB, doubled up to 64 MiB */

struct spool {
	char *dir;                /* owned */
	int fd;                   /* owned; -1 until needed */
	bool refused;             /* no such file can be made in dir */
	bool keeps_holes;         /* the file system cannot punch holes */
	bool freed;               /* space was given back; the user resets it */
	int64_t end;              /* end of the last extent in the file */
	int64_t live;             /* number of extents in use */
	bool in_memory;           /* the file is in memory, as in a tmpfs */
	struct headroom headroom; /* if in_memory: whether more may be used */
	struct segment_list
	    free[SPOOL_CLASSES]; /* extents not in use, by size */
};

/* Prepares a spool in the caller's storage; opens nothing.  Copies dir. */
void spool_init(struct spool *spool, const char *dir);

/* Closes the file; every extent must have been given back. */
void spool_release(struct spool *spool);

/*
 * Returns an empty extent; size_class is 0 to SPOOL_CLASSES - 1.  Returns NULL
 * if no file can be made.
 */
struct segment *spool_take(struct spool *spool, int size_class);

/* Takes back an extent that came from spool_take(). */
void spool_give(struct spool *spool, struct segment *seg);

/*
 * Writes len bytes behind those of the extent, or as many as it has room for.
 * Returns how many; 0 if it is full, or the disk, or the file as big as may be.
 */
size_t spool_append(
    struct spool *spool, struct segment *seg, const char *data, size_t len);

/* True if the disk has room for one extent; finds out by writing it. */
bool spool_has_room(struct spool *spool);

/*
 * Copies the first bytes of the extent to data, at most size; they stay in the
 * extent.  Returns how many (at least 1), or -1 with errno.
 */
ssize_t spool_read(
    struct spool *spool, const struct segment *seg, char *data, size_t size);

/*
 * After spool_take() has returned NULL: true if that was for want of a
 * descriptor, so that it may succeed later.
 */
bool spool_lacks_descriptor(const struct spool *spool);

#endif
