/*
 * Bytes on their way to a descriptor whose reader may be slow or gone: what it
 * does not take waits in memory, and nothing ever blocks.
 */
#ifndef REMOTE_POUR_H
#define REMOTE_POUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "sys/loop.h"
#include "sys/outlet.h"

struct pour {
	struct loop *loop; /* borrowed; NULL: nothing is written by itself */
	struct outlet outlet;
	bool owned; /* its descriptor is ours */
	struct buf waiting;
	size_t at;         /* the first byte of them that was not written */
	struct loop_io io; /* watched while there is no more room */
	struct loop_timer retry; /* if the descriptor could not be watched */
	int error; /* errno of write(2): nothing is written any more; 0: none */
	/* The descriptor has taken bytes, or has failed; from the loop. */
	void (*moved)(struct pour *pour, size_t n);
	void *arg;
};

/*
 * Prepares a pour in the caller's storage for a descriptor of our own that does
 * not block; it is closed by pour_release().  moved is told how many bytes the
 * loop has written or dropped since; it may release the pour.
 */
void pour_init(struct pour *pour, struct loop *loop, int fd,
    void (*moved)(struct pour *pour, size_t n), void *arg);

/*
 * The same for a descriptor that others may share, which is borrowed, and for
 * which there is no loop until pour_attach().
 */
void pour_init_shared(struct pour *pour, int fd);
void pour_attach(struct pour *pour, struct loop *loop,
    void (*moved)(struct pour *pour, size_t n), void *arg);

/* The loop is to be freed: nothing is written by itself any more. */
void pour_detach(struct pour *pour);

/* Closes the descriptor if it is ours; what waits is lost.  May be called
 * again. */
void pour_release(struct pour *pour);

/*
 * Where bytes are to be appended that wait for pour_flush(): many small ones
 * take one call of the kernel together.
 */
struct buf *pour_buffer(struct pour *pour);

/*
 * Writes what waits as far as it is taken; the loop writes the rest.  Returns
 * how many bytes were written; after an error, which is in pour->error, how
 * many were dropped.
 */
size_t pour_flush(struct pour *pour);

/* Writes these bytes after those that wait, as pour_flush() does. */
size_t pour_write(struct pour *pour, const char *data, size_t len);

/*
 * Waits until all is written, but not beyond the time deadline_ns of
 * loop_clock().  Returns 0, or -1 with errno, ETIMEDOUT if somebody does not
 * read.
 */
int pour_write_all(struct pour *pour, int64_t deadline_ns);

/* Nobody reads what waits: drops it, and all that comes. */
void pour_give_up(struct pour *pour);

/* How many bytes wait. */
size_t pour_waiting(const struct pour *pour);

/* True while the loop waits until there is room for what waits. */
bool pour_is_full(const struct pour *pour);

#endif
