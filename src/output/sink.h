/*
 * A sink: nursery's own standard output or error, written to without waiting.
 *
 * An inherited descriptor is never made non-blocking, since others share it.
 * Pipes and terminals are opened once more for us alone; where that is refused
 * each write asks the kernel not to wait.  Files are simply written to.
 */
#ifndef OUTPUT_SINK_H
#define OUTPUT_SINK_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/queue.h>
#include <sys/types.h>

#include "sys/loop.h"

struct stream;

enum sink_way {
	SINK_PLAIN,  /* files and devices: write(2), always ready */
	SINK_OWN,    /* a description of our own that does not block */
	SINK_SOCKET, /* send(2) with MSG_DONTWAIT */
	SINK_NOWAIT, /* pwritev2(2) with RWF_NOWAIT */
	SINK_POLL,   /* poll(2), then no more than one page */
};

struct sink {
	int fd;  /* 1 or 2, not owned */
	int wfd; /* what is written to; owned if it is not fd */
	enum sink_way way;
	bool is_pipe;
	bool no_splice; /* splice(2) into it does not work */
	bool grown;     /* sink_grow() was called */
	bool full;      /* took nothing more: wait for EPOLLOUT */
	bool mid_line;  /* the last byte written was no newline */
	int error;      /* errno that ended it; it swallows all since */
	bool told;      /* ... and that has been said */
	struct loop_io io;
	TAILQ_HEAD(sink_queue, stream)
	ready;                /* streams that have bytes for it */
	struct stream *owner; /* in the middle of a line: nobody else writes */
	struct stream *last;  /* wrote last; NULL if it is over */
};

/*
 * Prepares the sink for descriptor fd.  The caller sets io.ready and io.arg
 * then.  Cannot fail: a descriptor that is of no use shows when written to.
 */
void sink_init(struct sink *sink, int fd);

/* Stops watching and closes what is owned. */
void sink_release(struct sink *sink, struct loop *loop);

/*
 * Writes what can be written now.  Returns how many bytes were taken; if not
 * all, the sink is full.  A sink with an error takes and drops everything; look
 * at error after the call.
 */
size_t sink_write(struct sink *sink, const char *data, size_t len);

/*
 * Moves up to len bytes from the pipe fd, which must hold that many, without
 * copying.  Returns how many; 0 if the sink is full, has failed, or cannot be
 * spliced to (no_splice).
 */
size_t sink_splice(struct sink *sink, int fd, size_t len);

/* Makes the pipe big, if it is one and that was not done yet. */
void sink_grow(struct sink *sink);

/* The sink takes no more, for the reason error. */
void sink_fail(struct sink *sink, int error);

/*
 * Watches for room if the sink is full, else stops that.  Returns false if it
 * could not be watched: then try to write again later.
 */
bool sink_watch(struct sink *sink, struct loop *loop);

#endif
