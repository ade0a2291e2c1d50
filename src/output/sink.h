/*
 * A sink: nursery's own standard output or error, written to without waiting.
 *
 * A sink keeps account of the streams that want to write to it, but does not
 * look at them: stream.c and intake.c set owner, last and ready.
 */
#ifndef OUTPUT_SINK_H
#define OUTPUT_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/queue.h>
#include <sys/types.h>

#include "sys/loop.h"
#include "sys/outlet.h"

struct stream;

/*
 * Who has drawn something on the terminal that a sink leads to, and must take
 * it away before anything else is written there.
 */
struct sink_guard {
	/*
	 * Something is about to be written: takes away what is drawn.  False if
	 * the terminal does not take that now: then nothing may be written.
	 */
	bool (*clear)(void *arg);
	/* These bytes have been written. */
	void (*wrote)(void *arg, const char *data, size_t len);
	void *arg;
};

/* Size of a pipe that carries much. */
#define SINK_PIPE_BIG 1048576

struct sink {
	int fd; /* 1 or 2, not owned */
	struct outlet outlet;
	bool coloured;  /* labels have colours there */
	bool no_splice; /* splice(2) into it does not work */
	bool grown;     /* sink_grow() was called */
	bool full;      /* no room for now: wait for EPOLLOUT */
	bool held;      /* nothing is written for a moment: see screen.h */
	bool mid_line;  /* the last byte written was no newline */
	int error;      /* errno that ended it: all bytes are dropped; or 0 */
	bool told;      /* events.undeliverable() was told of the error */
	bool told_loss; /* it was told that bytes of jobs were lost by that */
	uint64_t lost;  /* bytes of jobs that could not be written */
	const struct sink_guard *guard; /* NULL: nothing is ever drawn there */
	struct loop_io io;
	TAILQ_HEAD(sink_queue, stream)
	ready;                /* streams that may write, in their order */
	struct stream *owner; /* only this one may write; NULL: any */
	struct stream *last;  /* the last one that wrote; NULL if it is gone */
};

/*
 * Prepares a sink in the caller's storage for descriptor fd.  The caller then
 * sets io.ready and io.arg.  Cannot fail: that a descriptor is of no use shows
 * when it is written to.
 */
void sink_init(struct sink *sink, int fd);

/* Stops watching and closes what is owned. */
void sink_release(struct sink *sink, struct loop *loop);

/*
 * Writes what can be written now.  Returns how many bytes were taken; if not
 * all, the sink is full.  A sink that has failed takes all bytes and drops
 * them: look at sink->error after the call.
 */
size_t sink_write(struct sink *sink, const char *data, size_t len);

/* As sink_write(), for the guard itself: does not ask it, nor tell it. */
size_t sink_put(struct sink *sink, const char *data, size_t len);

/*
 * Moves up to len bytes from the pipe fd, which must hold that many, without
 * copying them.  Returns how many; 0 if the sink is full, has failed, or cannot
 * be spliced to (then no_splice is set).
 */
size_t sink_splice(struct sink *sink, int fd, size_t len);

/* Makes the sink's pipe big, if it is a pipe and that was not done yet. */
void sink_grow(struct sink *sink);

/* The sink takes no more; error is the errno that says why. */
void sink_fail(struct sink *sink, int error);

/*
 * Watches for room if the sink is full, else stops watching.  Returns false if
 * the kernel refused to watch it: then try to write again later.
 */
bool sink_watch(struct sink *sink, struct loop *loop);

#endif
