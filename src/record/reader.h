/*
 * Whoever reads a report while it is written: the other end of a pipe, a FIFO,
 * a socket or a terminal.  A reader may be slow, may stop, or may not have come
 * yet.  No function here waits for one: what it has not taken is kept in
 * memory.
 */
#ifndef RECORD_READER_H
#define RECORD_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "sys/loop.h"
#include "sys/outlet.h"

struct reader {
	struct loop *loop;
	const char *fifo; /* a FIFO that is not open for reading; or NULL */
	int fd;           /* what leads to the reader, owned; -1: none */
	struct outlet outlet;
	struct buf waiting; /* what it has not taken yet */
	/* A file, owned, that it gets after these bytes; -1: none. */
	int file;
	bool full;               /* it takes no more for now */
	struct loop_io io;       /* watched while it is full */
	struct loop_timer timer; /* armed while nothing else wakes us */
	/*
	 * Called once if an error (an errno) keeps it from taking more.  What
	 * waited is lost, and nothing more is kept for it.
	 */
	void (*failed)(void *arg, int error);
	void *arg;
};

/* Prepares, in the caller's storage, a reader that has not come yet. */
void reader_init(struct reader *reader, struct loop *loop,
    void (*failed)(void *arg, int error), void *arg);

/* The reader is behind this descriptor, which it owns from now on. */
void reader_at(struct reader *reader, int fd);

/*
 * The reader is expected at the FIFO of that path, borrowed, which nobody has
 * opened for reading yet: opening it is tried again and again.
 */
void reader_at_fifo(struct reader *reader, const char *path);

/* Stops watching, closes and frees; what waits is lost.  Harmless twice. */
void reader_release(struct reader *reader);

/* Adds bytes that the reader is to get. */
void reader_put(struct reader *reader, const void *data, size_t len);

/* The reader is to get this file, too, from its start; it is closed then. */
void reader_put_file(struct reader *reader, int file);

/* Writes what the reader takes without waiting; may call failed(). */
void reader_flush(struct reader *reader);

/* True until somebody has opened the FIFO. */
bool reader_is_absent(const struct reader *reader);

/* True if there are bytes that the reader has not got yet. */
bool reader_is_behind(const struct reader *reader);

#endif
