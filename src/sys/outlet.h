/*
 * A descriptor that leads to somebody who may read slowly, or not at all:
 * written to without waiting.
 *
 * An inherited descriptor is never made non-blocking, since other processes
 * share its flags.  Pipes and terminals are opened once more for us alone;
 * where that is refused, each write asks the kernel not to wait.  Files are
 * simply written to.
 */
#ifndef SYS_OUTLET_H
#define SYS_OUTLET_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/types.h>

enum outlet_way {
	OUTLET_PLAIN,  /* write(2): files and devices, which are always ready */
	OUTLET_OWN,    /* write(2) to a description of our own; never blocks */
	OUTLET_SOCKET, /* send(2) with MSG_DONTWAIT */
	OUTLET_NOWAIT, /* pwritev2(2) with RWF_NOWAIT */
	OUTLET_POLL,   /* poll(2), then write(2) of at most one page */
};

struct outlet {
	int fd;  /* as it was given; not owned */
	int wfd; /* descriptor that is written to; owned if it is not fd */
	enum outlet_way way;
	bool is_pipe;
};

/*
 * Prepares an outlet in the caller's storage for descriptor fd.  Cannot fail:
 * that a descriptor is of no use shows when it is written to.
 */
void outlet_init(struct outlet *outlet, int fd);

/* The same for a descriptor of our own that does not block, as a pipe's. */
void outlet_init_own(struct outlet *outlet, int fd);

/* Closes what is owned, which must not be watched any more. */
void outlet_release(struct outlet *outlet);

/*
 * Writes what can be written now, as write(2) does: returns how many bytes were
 * taken, or -1 with errno, which is EAGAIN if there is no room.  If it took a
 * part, *ret_full says whether that is because there is no more room.
 */
ssize_t outlet_write(
    struct outlet *outlet, const char *data, size_t len, bool *ret_full);

#endif
