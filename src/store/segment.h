/*
 * A segment: a run of waiting bytes, in memory or in the spool file.
 *
 * Queues are lists of segments; pool.h and spool.h make and recycle them.
 */
#ifndef STORE_SEGMENT_H
#define STORE_SEGMENT_H

#include <stddef.h>
#include <stdint.h>

#include <sys/queue.h>

struct segment {
	TAILQ_ENTRY(segment) link;
	size_t start, end; /* the bytes that wait are [start, end) */
	size_t cap;
	int64_t offset; /* of byte 0 in the spool file; -1: in data */
	char data[];
};

TAILQ_HEAD(segment_list, segment);

#endif
