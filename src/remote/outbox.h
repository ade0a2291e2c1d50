/*
 * Frames on their way to the other end of a connection: each waits a little, so
 * that what follows soon is written with it.
 */
#ifndef REMOTE_OUTBOX_H
#define REMOTE_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pour.h"
#include "sys/loop.h"

struct outbox {
	struct pour pour;
	struct loop_timer timer; /* what was put is written when it fires */
	void (*moved)(void *arg, size_t n);
	void *arg;
};

/*
 * Prepares an outbox in the caller's storage.  The loop, borrowed, writes what
 * is put, all of one turn at its end; the start of a job and little output some
 * milliseconds later, with what comes meanwhile.  moved(arg, n) is told from
 * the loop that so many bytes were written, or that nothing more can be: see
 * outbox_error(); then all is dropped.  fd is of our own and does not block; it
 * is closed by outbox_release().
 */
void outbox_init(struct outbox *box, struct loop *loop, int fd,
    void (*moved)(void *arg, size_t n), void *arg);

/*
 * The same for a descriptor that is borrowed, which others may share; without a
 * loop until outbox_attach(): until then only outbox_write_all() writes.
 */
void outbox_init_shared(struct outbox *box, int fd);
void outbox_attach(struct outbox *box, struct loop *loop,
    void (*moved)(void *arg, size_t n), void *arg);

/* The loop is to be freed: nothing is written any more. */
void outbox_detach(struct outbox *box);

/* What waits is lost.  May be called again. */
void outbox_release(struct outbox *box);

/* Adds a frame, see frame_put(). */
void outbox_put(struct outbox *box, uint8_t type, uint8_t aux, uint32_t job,
    const void *data, size_t len);

/* Waits until all is written, see pour_write_all(). */
int outbox_write_all(struct outbox *box, int64_t deadline_ns);

/* Nobody reads what waits: drops it, and all that comes. */
void outbox_give_up(struct outbox *box);

/* Why nothing more can be written, an errno; 0: it can. */
int outbox_error(const struct outbox *box);

/* True if nothing waits to be written, or never will be. */
bool outbox_is_empty(const struct outbox *box);

#endif
