/*
 * A call from the loop to do what could not be done at once: because an event
 * must not be told from within a call, because a budget was used up, or because
 * the kernel was short of memory.
 */
#ifndef OUTPUT_WAKEUP_H
#define OUTPUT_WAKEUP_H

#include <stdbool.h>

#include "sys/loop.h"

struct wakeup {
	struct loop *loop;
	struct loop_timer timer;
	bool unwatched; /* a descriptor is not watched that should be */
};

/* Prepares a wakeup in the caller's storage: fire(timer) has arg in timer->arg.
 */
void wakeup_init(struct wakeup *wakeup, struct loop *loop,
    void (*fire)(struct loop_timer *timer), void *arg);

/* Takes back what was asked for. */
void wakeup_release(struct wakeup *wakeup);

/* Fires in the next turn of the loop. */
void wakeup_soon(struct wakeup *wakeup);

/*
 * The kernel refused to watch a descriptor: fires after a moment, to try again.
 */
void wakeup_later(struct wakeup *wakeup);

/*
 * True if wakeup_later() was called since the last time that this was asked:
 * some descriptor may not be watched.
 */
bool wakeup_take_unwatched(struct wakeup *wakeup);

#endif
