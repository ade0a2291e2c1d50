/*
 * A segment: a piece of a queue, in memory (a chunk) or in the spool file (an
 * extent).  pool.h makes and recycles chunks, spool.h extents.
 */
#ifndef STORE_SEGMENT_H
#define STORE_SEGMENT_H

#include <stddef.h>
#include <stdint.h>

#include <sys/queue.h>

struct segment {
	TAILQ_ENTRY(segment) link;
	size_t start, end; /* the bytes that wait are [start, end) */
	size_t cap;        /* bytes that have room */
	int64_t offset;    /* of an extent in the spool file; -1: a chunk */
	char data[];       /* of a chunk */
};

TAILQ_HEAD(segment_list, segment);

#endif
